"""The room keeps its door: light imports, one place for QuantLib, every public name documented."""

from __future__ import annotations

import subprocess
import sys

import pytest

import haircut.curves as curves


def test_every_public_name_resolves_and_says_what_it_is() -> None:
    assert sorted(curves._HOMES) == sorted(curves.__all__) == dir(curves)
    for name in curves.__all__:
        value = getattr(curves, name)
        if callable(value) and hasattr(value, "__module__") and value.__module__.startswith("haircut"):
            assert value.__doc__
            assert ">>>" in value.__doc__, f"{name} has no example"


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Curve'; it offers .*DiscountCurve"):
        _ = curves.Curve


def test_building_curves_loads_no_heavy_library() -> None:
    script = (
        "import sys, datetime; from haircut.curves import *; "
        "DiscountCurve.flat(datetime.date(2026, 10, 1), 0.04).discount_at(1.0); "
        "SurvivalCurve.flat(0.02, 'P').month_survival(60); "
        "print([m for m in ('QuantLib', 'scipy', 'numba', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

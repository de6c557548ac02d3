"""What control variates take off an estimate, and its error, is what they say."""

import math
from typing import Any

import numpy as np
import pytest

from haircut.credit.outcomes import COLUMNS, CONTROLLED, INDEX, ControlSums, Outcomes
from haircut.pricing.moments import Moments, first_blocks

SIZE, SLOPE = 512, 3.0
GRADIENT = {"pv": 1.0}


def outcomes(blocks: int, seed: int, noise: float = 1.0, shifted: bool = False) -> Outcomes:
    """pv = 10 + 3 C + noise, C a control of mean 0; a second control that never moves, a third unrelated."""
    rng = np.random.default_rng(seed)
    control = rng.normal(size=(blocks, SIZE, 3)) * np.array([1.0, 0.0, 2.0])
    rows = np.zeros((blocks, SIZE, len(COLUMNS)))
    rows[..., INDEX["pv"]] = 10.0 + SLOPE * control[..., 0] + noise * rng.normal(size=(blocks, SIZE))
    rows[..., INDEX["rpv01"]] = 1.0
    kept = rows[..., [INDEX[name] for name in CONTROLLED]]
    none: Any = np.zeros((1, 1), dtype=np.int64)
    return Outcomes(
        "Q", ("loan",), np.full(blocks, SIZE), rows.sum(axis=1)[:, None],
        np.einsum("bpi,bpj->bij", rows, rows)[:, None], none, none, none, {}, 0.0,
        controls=ControlSums(
            control.sum(axis=1), np.einsum("bpi,bpj->bij", control, control),
            np.einsum("bpj,bpk->bjk", kept, control)[:, None],
        ),
    )  # fmt: skip


def test_the_variance_that_follows_a_control_goes() -> None:
    moments = Moments(outcomes(40, 1), 0)
    found = moments.controlled(GRADIENT)
    assert found is not None
    assert found.weights == pytest.approx([SLOPE, 0.0, 0.0], abs=0.05)
    assert found.share == pytest.approx(1.0 / (1.0 + SLOPE**2), rel=0.05)
    plain = moments.standard_error(GRADIENT)
    assert plain is not None
    assert abs(moments.mean("pv") + found.shift - 10.0) < 4.0 * plain * math.sqrt(found.share)


@pytest.mark.parametrize("by_block", [False, True])
def test_the_error_is_the_spread_of_many_runs(by_block: bool) -> None:
    values, errors = [], []
    for seed in range(120):
        moments = Moments(outcomes(20, seed), 0, by_block)
        found, plain = moments.controlled(GRADIENT), moments.standard_error(GRADIENT)
        assert found is not None and plain is not None
        values.append(moments.mean("pv") + found.shift)
        errors.append(plain * math.sqrt(found.share))
    spread = float(np.std(values, ddof=1))
    assert float(np.mean(errors)) == pytest.approx(spread, rel=0.25)
    assert abs(float(np.mean(values)) - 10.0) < 4.0 * spread / math.sqrt(len(values))


def test_block_deviations_lose_the_control_too() -> None:
    moments = Moments(outcomes(40, 2), 0)
    found, plain = moments.controlled(GRADIENT), moments.standard_error(GRADIENT)
    assert found is not None and plain is not None
    gaps = moments.block_deviations(GRADIENT, found)
    assert abs(float(gaps.sum())) < 1e-9
    assert math.sqrt(float(gaps @ gaps) * 40 / 39) == pytest.approx(plain * math.sqrt(found.share), rel=0.3)


def test_what_no_control_follows_keeps_its_variance() -> None:
    moments = Moments(outcomes(40, 3), 0)
    found = moments.controlled({"rpv01": 1.0})
    assert found is not None and found.shift == pytest.approx(0.0, abs=1e-12) and found.share == 1.0
    assert moments.controlled({"ead": 1.0}) is None  # a column whose products are not kept


def test_without_controls_or_with_few_paths_there_is_none() -> None:
    made = outcomes(2, 4)
    assert Moments(made._replace(controls=None), 0).controlled(GRADIENT) is None
    few = first_blocks(made, 1)
    assert few.controls is not None and few.controls.sums.shape == (1, 3)
    assert Moments(few._replace(paths=np.array([8])), 0).controlled(GRADIENT) is None

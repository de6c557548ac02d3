"""A claim that hardly ever defaults is known better from tilted paths, and no differently."""

import numpy as np
import pytest

from haircut.runs.executor import evaluate
from haircut.runs.rare import effective, rare_loss
from tests.unit.credit import books

PATHS = 20 * 512
HAZARD = 0.004


def loan():
    claim = books.loan(drawn_usd=1.5e6, interest=books.floating(300.0), maturity_date=books.day(24),
                       collateral_fleets=("fleet",))  # fmt: skip
    market = books.quiet_market({"maximum_age": 4.0}, compute={"drift": books.by_regime(-0.7, -0.7, -0.7)})
    return books.case(claims=(claim,), contracts=(books.contract(end=books.day(24)),), market=market,
                      settings={"paths": PATHS}, customer=books.hazard(HAZARD))  # fmt: skip


def test_the_answer_is_the_same_with_a_smaller_error() -> None:
    case = loan()
    plain = {row.measure: row for row in evaluate(case, threads=2).measures()}
    found = rare_loss(case, 20.0, threads=2)
    assert plain["pd_maturity"].number is not None and plain["pd_maturity"].number < 0.012
    for name in ("el_bp", "fair_margin_bp", "fair_model_bp"):
        tilted, row = getattr(found, name), plain[name]
        assert row.number is not None and row.std_error is not None and tilted.std_error is not None
        assert (row.std_error / tilted.std_error) ** 2 > 2.0, name
        assert abs(tilted.value - row.number) < 3.0 * row.std_error, name
    assert found.pd_maturity.value == pytest.approx(1.0 - np.exp(-2.0 * HAZARD), rel=0.1)
    assert PATHS / 2 < found.effective_paths < PATHS


def test_a_tilt_of_one_is_the_plain_run() -> None:
    case = loan()
    found = rare_loss(case, 1.0)
    settings = case.settings.model_copy(update={"control_variates": True})
    plain = evaluate(case.model_copy(update={"settings": settings}))
    rows = {row.measure: row for row in plain.measures()}
    assert found.fair_margin_bp.value == rows["fair_margin_bp"].number
    assert found.effective_paths == effective(plain.q) == PATHS

"""Blocks are added until the error is reached; the answer is that of as many paths asked for at once."""

from typing import Any

import numpy as np
import pytest

from haircut.case.case import Case
from haircut.errors import CannotCompute, UsageError
from haircut.runs import chosen_case, until_error
from haircut.runs.executor import Evaluation, evaluate
from haircut.runs.identity import run_id
from haircut.runs.until_error import evaluate_until_error
from tests.unit.credit import books

WANTED_BP = 3.5


def loan() -> Case:
    """A loan that its customer's default, and the rents after it, decide."""
    claim = books.loan(
        drawn_usd=1.5e6,
        maturity_date=books.day(24),
        interest=books.floating(300.0),
        collateral_fleets=("fleet",),
    )
    market = books.quiet_market(
        {"maximum_age": 4.0},
        compute={
            "drift": books.by_regime(-0.3, -0.3, -0.3), "volatility": books.by_regime(0.4, 0.4, 0.4),
            "theta": books.quantity(0.30),
        },
    )  # fmt: skip
    return books.case(
        claims=(claim,), contracts=(books.contract(end=books.day(24)),), market=market, settings={"paths": 700},
        customer=books.hazard(0.08),
    )  # fmt: skip


def fair(found: Evaluation) -> Any:
    return {row.measure: row for row in found.measures()}["fair_margin_bp"]


@pytest.fixture(scope="module")
def reached() -> Evaluation:
    return evaluate_until_error(chosen_case(loan(), until_error_bp=WANTED_BP), threads=1)


def test_the_error_is_reached_and_paths_are_whole_blocks(reached: Evaluation) -> None:
    paths = reached.case.settings.paths
    assert fair(reached).std_error <= WANTED_BP
    assert (
        paths % 512 == 0
        and paths > 1024
        and int(reached.p.paths.sum()) == int(reached.q.paths.sum()) == paths
    )
    # Twice as exact as wanted would be paths for nothing.
    assert fair(reached).std_error > WANTED_BP / 2.0
    assert reached.effective_paths() > paths and reached.underwritten


def test_it_is_bit_for_bit_the_run_of_so_many_paths_on_any_threads(reached: Evaluation) -> None:
    settings = {"paths": reached.case.settings.paths, "control_variates": True}
    asked = loan().model_copy(update={"settings": loan().settings.model_copy(update=settings)})
    at_once = evaluate(asked, threads=2, underwrite=True)
    assert at_once.measures() == reached.measures()
    assert np.array_equal(at_once.q.sums, reached.q.sums) and np.array_equal(at_once.p.cross, reached.p.cross)
    assert np.array_equal(at_once.p.monthly_defaults, reached.p.monthly_defaults)


def test_controls_lower_the_error_and_keep_the_answer(reached: Evaluation) -> None:
    settings = reached.case.settings.model_copy(update={"control_variates": False})
    plain = fair(evaluate(reached.case.model_copy(update={"settings": settings}), threads=2))
    ratio = (plain.std_error / fair(reached).std_error) ** 2
    assert ratio > 1.0
    assert abs(plain.number - fair(reached).number) < 3.0 * plain.std_error


def test_the_wanted_error_is_a_part_of_the_runs_name() -> None:
    names = {run_id(chosen_case(loan(), until_error_bp=wanted)) for wanted in (None, 1.0, 2.0)}
    assert len(names) == 3
    with pytest.raises(UsageError, match="until_error_bp"):
        chosen_case(loan(), until_error_bp=0.0)


def test_what_too_many_paths_would_need_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(until_error, "MOST_PATHS", 2_000)
    with pytest.raises(CannotCompute, match="ask for more than"):
        evaluate_until_error(chosen_case(loan(), until_error_bp=0.2))

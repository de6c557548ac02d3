"""Health after the run: counts become shares and dollars with errors, and cut values are named."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from haircut.case.book.claims import Sizing
from haircut.credit import compile_book, simulate
from haircut.credit.health import LEFT_OPEN
from haircut.pricing.generic_premium import GenericPremium
from haircut.reports.exhibits import health as exhibit
from haircut.reports.frames import RunFrames
from haircut.reports.terminal import summary
from haircut.runs.executor import evaluate
from haircut.runs.health import WHATS, cut_values, health_of, health_of_run
from haircut.runs.tables import health_frame
from tests.unit.credit import books
from tests.unit.credit.books import day

PATHS = 3_000


def lender(**changes: Any) -> Any:
    """A bullet of a million that its parent pays, which fails at 5 % a year, so a share of balloons is not met."""
    claim = books.loan(
        drawn_usd=1e6, maturity_date=day(24), amortisation=books.Amortisation(kind="bullet"),
        interest=books.Interest(kind="fixed", coupon=0.0, day_count="30/360"),
        guarantee=books.completion_guarantee(), **changes,
    )  # fmt: skip
    return books.case(claims=(claim,), fleets=(), parent=books.hazard(0.05), settings={"paths": PATHS})


def test_a_balloon_that_nobody_pays_is_counted_with_its_binomial_error() -> None:
    """The parent is gone at maturity with probability 1 - exp(-0.05 x 2) = 9.5 %: so often a million is unpaid."""
    case = lender()
    found = health_of(simulate(compile_book(case), "Q", PATHS, 1, threads=1), case, ())
    (line,) = found
    p = 1.0 - np.exp(-0.10)
    assert (line.what, line.of, line.measure, line.unit) == ("unpaid_at_maturity", "loan", "Q", "usd")
    assert line.share is not None and line.share_error is not None
    assert line.share == line.paths / PATHS  # type: ignore[operator]
    assert line.share_error == pytest.approx(np.sqrt(line.share * (1 - line.share) / (PATHS - 1)))
    assert abs(line.share - p) < 4 * line.share_error
    assert line.value == pytest.approx(1e6 * line.share, rel=1e-9)
    assert line.value_error == pytest.approx(1e6 * line.share_error, rel=1e-6)


def test_independence_by_shift_takes_errors_from_blocks() -> None:
    """Six blocks are too few for an error, so there is none."""
    case = lender()
    settings = case.settings.model_copy(update={"independence_by_shift": True})
    outcomes = simulate(compile_book(case), "Q", PATHS, 1, threads=1)
    (line,) = health_of(outcomes, case.model_copy(update={"settings": settings}), ())
    assert line.share_error is None and line.value_error is None


def test_values_that_were_cut_are_named_with_what_they_were() -> None:
    """A resale quote at 1.8 times value, a premium of -12 bp, an amount that the advance rate limits."""
    case = books.case(psi_sale=1.8, psi_mark=1.5)
    premium = GenericPremium(-12.0, 0.0, "B", 0.0, 3.0)
    found = cut_values(case, {"loan": "advance_rate", "other": "dscr"}, {"loan": 7e5}, {"loan": premium})
    assert [(line.what, line.of, line.value) for line in found] == [
        ("price_capped", f"{case.book.fleets[0].device}.psi_sale", 1.8),
        ("premium_floored", "loan", -12.0),
        ("advance_rate_binds", "loan", 7e5),
    ]
    paid = compile_book(case).arrays.fleets[0]
    assert (paid["psi_sale"], paid["psi_mark"]) == (1.5, 1.5)


def test_a_sized_amount_says_when_the_advance_rate_cut_it() -> None:
    sizing = Sizing(target_dscr=1.0, advance_rate=0.01)
    claim = books.loan(drawn_usd=None, sizing=sizing, collateral_fleets=("fleet",))
    case = books.case(claims=(claim,), settings={"paths": 4})
    run = evaluate(case, threads=1)
    lines = {line.what: line for line in health_of_run(run)}
    assert lines["advance_rate_binds"].value == pytest.approx(run.compiled.drawn["loan"])
    assert set(lines) <= set(WHATS)


def test_the_table_of_a_run_holds_every_line_once() -> None:
    case = lender()
    frame = health_frame(health_of_run(evaluate(case, threads=1)))
    assert frame.height == frame.select("what", "of", "measure").unique().height
    assert {"P", "Q"} <= set(frame["measure"])
    assert set(frame.filter(pl.col("share").is_not_null())["what"]) <= {*LEFT_OPEN, "rent_off_grid"}


def test_every_line_has_words() -> None:
    assert set(exhibit.WORDS) == set(WHATS)


def test_the_terminal_says_what_one_path_of_a_hundred_leaves_open(tmp_path: Any) -> None:
    from tests.unit.reports import synthetic_run

    frames = RunFrames(synthetic_run.write(tmp_path / "run"))
    assert exhibit.line(frames) == (
        "left open: owed at maturity and not paid then: 3.2 ± 0.1 % of paths, 4.1 ± 0.2 $m"
    )
    assert "left open" in summary(frames)
    (tmp_path / "run" / "health.parquet").unlink()
    bare = RunFrames(tmp_path / "run")
    assert exhibit.line(bare) == "" and "did not count" in exhibit.build(bare).title

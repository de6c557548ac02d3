"""theta and ell_novelty: two quotes made with known values return them; quotes that no theta meets say so."""

from pathlib import Path
from typing import Any

import pytest

from haircut.case import overlay
from haircut.case.book.claims import Quote
from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.reports.spreads_text import spreads_text
from haircut.runs.executor import evaluate
from haircut.studies.calibrate.spreads import _Loan, spreads
from haircut.studies.calibrate.spreads_file import write_spreads
from tests.unit.credit import books

PATHS = 20 * 512
THETA, PREMIUM = 0.45, 120.0


def market() -> Any:
    return books.quiet_market(
        {"maximum_age": 4.0},
        compute={
            "drift": books.by_regime(-0.3, -0.3, -0.3), "volatility": books.by_regime(0.4, 0.4, 0.4),
            "theta": books.quantity(0.30),
        },
    )  # fmt: skip


def quoted(case: Case, margin: float) -> Case:
    quote = Quote(kind="secondary", date=books.AS_OF, margin_bp=margin)
    claims = tuple(claim.model_copy(update={"quote": quote}) for claim in case.book.claims)
    return case.model_copy(update={"book": case.book.model_copy(update={"claims": claims})})


def loan(name: str, drawn: float, contracts: tuple[Any, ...], margin: float = 100.0) -> Case:
    claim = books.loan(
        drawn_usd=drawn, maturity_date=books.day(24), interest=books.floating(margin),
        collateral_fleets=("fleet",),
    )  # fmt: skip
    case = books.case(
        claims=(claim,), contracts=contracts, market=market(), settings={"paths": PATHS},
        customer=books.hazard(0.05),
    )  # fmt: skip
    return quoted(case.model_copy(update={"name": name}), margin)


def benchmarks() -> tuple[Case, Case]:
    """One lives on its contract and feels rents only after a default; the other lives on rents."""
    contracted = loan("contracted", 0.8e6, (books.contract(end=books.day(24)),))
    return contracted, loan("merchant", 0.9e6, ())


@pytest.fixture(scope="module")
def made() -> tuple[Case, Case]:
    """The same loans at the quotes that a known theta and premium make."""
    one, other = (quoted(case, _Loan.of(case, None).fair(THETA, PREMIUM)[0]) for case in benchmarks())
    return one, other


def test_two_quotes_made_with_known_values_return_them(made: tuple[Case, Case]) -> None:
    found = spreads(made, paths=PATHS)
    assert found.fits
    assert found.theta == pytest.approx(THETA, abs=1e-3)
    assert found.premium_bp == pytest.approx(PREMIUM, abs=0.1)
    assert found.theta_before == 0.30
    for each in found.benchmarks:
        assert abs(each.missed_bp) < 0.01
        assert each.per_premium_bp == pytest.approx(1.0, abs=0.05)
    assert found.theta_error is not None and found.theta_error > 0.0
    assert found.premium_error_bp is not None and found.premium_error_bp > 0.0
    text = spreads_text(found)
    assert "theta 0.45" in text and "120" in text and "cannot identify" in text
    assert max(map(len, text.splitlines())) <= 100
    assert "cheap is not printed" in text.replace("\n", " ")


def test_the_overlay_written_meets_the_quotes_that_were_met(made: tuple[Case, Case], tmp_path: Path) -> None:
    """Written, laid over each benchmark and run, theta and the premium price its quote; it judges nothing."""
    written = write_spreads(spreads(made, paths=PATHS), tmp_path)
    with pytest.raises(UsageError, match="none is overwritten"):
        write_spreads(spreads(made, paths=512), tmp_path)
    for case in made:
        assert case.market.credit.ell_novelty is None
        laid = overlay(case, written)
        novelty = laid.market.credit.ell_novelty
        assert novelty is not None and novelty.mark == "estimated" and novelty.range is not None
        assert novelty.benchmarks == ("loan", "loan") and novelty.source.startswith(
            "haircut calibrate spreads"
        )
        assert laid.market.compute.theta.value == pytest.approx(THETA, abs=1e-3)
        view = evaluate(laid, underwrite=True)
        rows = {row.measure: row for row in view.measures()}
        quote = case.book.claims[0].quote
        assert quote is not None and quote.margin_bp is not None
        assert rows["fair_calibrated_bp"].number == pytest.approx(quote.margin_bp, abs=0.05)
        assert (rows["fair_calibrated_bp"].std_error or 0.0) > 0.0
        assert rows["fair_margin_bp"].number == pytest.approx(quote.margin_bp - PREMIUM, abs=6.0)
        for name in ("rich_cheap_bp", "rich_cheap_calibrated_bp"):
            assert (rows[name].value, rows[name].reason) == (None, "own_benchmark")


def test_quotes_that_no_theta_meets_leave_it_alone(made: tuple[Case, Case], tmp_path: Path) -> None:
    one, other = made
    assert one.book.claims[0].quote is not None and one.book.claims[0].quote.margin_bp is not None
    far = quoted(one, one.book.claims[0].quote.margin_bp + 3_000.0)
    found = spreads((far, other), paths=512)
    assert not found.fits and not found.identified
    assert found.theta == 0.30 and found.theta_error is None and found.premium_error_bp is None
    needed = [each.needed_bp for each in found.benchmarks]
    assert found.premium_bp == pytest.approx(sum(needed) / 2.0)
    assert found.benchmarks[0].missed_bp > 0.0 > found.benchmarks[1].missed_bp
    assert "No theta" in spreads_text(found)
    laid = overlay(one, write_spreads(found, tmp_path))
    novelty = laid.market.credit.ell_novelty
    assert laid.market.compute.theta == one.market.compute.theta
    assert novelty is not None and novelty.mark == "assumed" and novelty.range == (min(needed), max(needed))


def test_benchmarks_that_are_none_are_refused() -> None:
    one, other = benchmarks()
    with pytest.raises(UsageError, match="twice"):
        spreads((one, one), paths=16)
    with pytest.raises(UsageError, match="expected two"):
        spreads((one,), paths=16)
    bare = other.model_copy(
        update={"book": other.book.model_copy(update={
            "claims": tuple(claim.model_copy(update={"quote": None}) for claim in other.book.claims)})}
    )  # fmt: skip
    with pytest.raises(UsageError, match="has no quote"):
        spreads((one, bare), paths=16)

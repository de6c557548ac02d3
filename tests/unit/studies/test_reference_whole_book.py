"""The pages of the reference book: every issuer, every claim, every dollar."""

import json
from pathlib import Path

import pytest

import haircut as hc
from haircut.case.case import Case
from haircut.studies.whole_book import BookPage, show

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "reference-2026-10"


@pytest.fixture(scope="module")
def case() -> Case:
    return hc.load(FOLDER)


@pytest.fixture(scope="module")
def page(case: Case) -> BookPage:
    return show(case)


@pytest.mark.deep
def test_the_pages_hold_the_book(case: Case, page: BookPage) -> None:
    """180.5 bn USD on 79 claims; what falls due is what is drawn and will be drawn, whoever's it is."""
    assert len(page.issuers) == len(case.book.issuers) == 23
    assert sum(len(each.claims) for each in page.issuers) == len(case.book.claims) == 79
    drawn = sum(claim.drawn_usd or 0.0 for claim in case.book.claims)
    assert sum(each.drawn_usd for each in page.issuers) == pytest.approx(drawn)
    assert drawn == pytest.approx(180.483e9, rel=1e-4)
    for year in page.wall:
        parts = [own for each in page.issuers for own in each.wall if own.year == year.year]
        assert sum(own.principal_due_usd for own in parts) == pytest.approx(year.principal_due_usd, abs=1.0)
        # An issuer's wall ends with its last payment, its contracts may run on.
        assert sum(own.contracted_usd for own in parts) <= year.contracted_usd + 1.0
        if year.year <= 2027:
            assert sum(own.contracted_usd for own in parts) == pytest.approx(year.contracted_usd, abs=1.0)
    json.dumps(page.as_dict(), allow_nan=False)


@pytest.mark.deep
def test_ranges_are_ordered_and_miners_have_leverage(page: BookPage) -> None:
    """A higher discount rate never covers more; a coin 10 % lower never makes a miner richer."""
    for each in page.issuers:
        middle, high, low = (valued.value_usd for valued in each.valued)
        if middle is not None and high is not None and low is not None:
            assert low <= middle <= high
        assert (each.leverage is not None) == (each.segment == "crypto_miners")
        if each.leverage is not None and each.leverage.coin is not None:
            assert each.leverage.both is not None and each.leverage.coin <= 1e-9
            assert -1.0 <= each.leverage.both <= each.leverage.coin + 1e-9
    judged = [each.issuer for each in page.issuers if each.verdict_allowed]
    assert judged == ["whitefiber"]

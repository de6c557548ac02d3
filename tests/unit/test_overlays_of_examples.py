"""Every overlay of every example loads, changes the case and can be underwritten; families are in order."""

from functools import cache
from pathlib import Path

import pytest

import haircut as hc
from haircut.case import content_hash
from haircut.case.overlay import overlay_names
from haircut.pricing.underwriting import Underwriting

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CASES = sorted(file.parent.name for file in EXAMPLES.glob("*/case.yaml"))
DDTLS = ["coreweave-ddtl-3", "coreweave-ddtl-4"]
ALL = [(case, file.stem) for case in CASES for file in sorted((EXAMPLES / case / "overlays").glob("*.yaml"))]
WHOLE_BOOK = "reference-2026-10"
"""Compiles for half a minute: its loans are underwritten in the deep run."""
LTVS = ("book", "market", "nolv", "flv")


@cache
def case_of(name: str) -> hc.Case:
    return hc.load(EXAMPLES / name)


@cache
def underwritten(name: str, *overlays: str) -> Underwriting:
    return hc.underwrite(case_of(name), overlays=overlays)


def test_overlays_are_found() -> None:
    assert len(ALL) >= 25
    assert {case for case, _ in ALL} == set(CASES)
    assert [overlay_names(case_of(case)) for case in CASES] == [
        [name for other, name in ALL if other == case] for case in CASES
    ]


@pytest.mark.parametrize(("case", "name"), ALL)
def test_an_overlay_loads_changes_the_case_and_names_itself(case: str, name: str) -> None:
    before = case_of(case)
    after = hc.overlay(before, name)
    assert after.overlays == (name,)
    assert content_hash(after) != content_hash(before)
    if name == "customer-b" and case == "coreweave-ddtl-3":
        return  # the customer is a B already: the overlay states it
    assert (after.book, after.market, after.scenario) != (before.book, before.market, before.scenario)


@pytest.mark.parametrize(("case", "name"), ALL)
def test_the_file_says_its_name_and_what_it_is(case: str, name: str) -> None:
    text = (EXAMPLES / case / "overlays" / f"{name}.yaml").read_text(encoding="utf-8")
    assert f"name: {name}\n" in text
    assert "\ndescription: " in text


@pytest.mark.parametrize(
    ("case", "name"),
    [row if row[0] != WHOLE_BOOK else pytest.param(*row, marks=pytest.mark.deep) for row in ALL],
)
def test_a_loan_under_an_overlay_can_be_underwritten(case: str, name: str) -> None:
    found = underwritten(case, name)
    assert found.overlays == (name,)
    assert found.min_dscr is not None and found.min_dscr > 0.0
    first = found.ltv[0]
    assert first.book is not None and first.market is not None
    assert first.nolv is not None and first.flv is not None
    assert first.flv >= first.nolv > first.market


def worst(case: str, basis: str, *overlays: str) -> float:
    values = [getattr(row, basis) for row in underwritten(case, *overlays).ltv]
    return max(value for value in values if value is not None)


@pytest.mark.parametrize("case", DDTLS)
def test_faster_deflation_is_worth_less_and_leaves_paper_alone(case: str) -> None:
    for basis in ("market", "nolv", "flv"):
        at = [getattr(underwritten(case, f"deflation-{rate}").ltv[24], basis) for rate in (20, 30, 40)]
        assert at == sorted(at) and len(set(at)) == 3, (basis, at)
    assert len({worst(case, "book", f"deflation-{rate}") for rate in (20, 30, 40)}) == 1


@pytest.mark.parametrize("case", DDTLS)
def test_a_deeper_market_sells_for_more(case: str) -> None:
    for basis in ("nolv", "flv"):
        found = [
            getattr(underwritten(case, *names).ltv[0], basis)
            for names in (["shallow-market"], [], ["deeper-market"], ["deep-market"])
        ]
        assert found == sorted(found, reverse=True) and len(set(found)) == 4, (basis, found)
    mark = {underwritten(case, *names).ltv[0].market for names in (["shallow-market"], [], ["deep-market"])}
    assert len(mark) == 1


@pytest.mark.parametrize("case", DDTLS)
def test_dearer_power_covers_less(case: str) -> None:
    plain, dear = underwritten(case).min_dscr, underwritten(case, "power-spike").min_dscr
    assert plain is not None and dear is not None and dear < plain


@pytest.mark.parametrize("case", DDTLS)
def test_a_customer_s_rating_moves_the_base_case_through_draws_alone(case: str) -> None:
    """Nobody defaults in the base case; a draw refused for the customer's sake is not owed either."""
    names = [name for name in overlay_names(case_of(case)) if name.startswith("customer-")]
    assert len(names) >= 3
    plain = underwritten(case).min_dscr
    for name in names:
        rated = hc.overlay(case_of(case), name)
        assert rated.book.customers[0].credit.rating == name.removeprefix("customer-").upper()
        # Fleets of different draws run equally long, so cover hardly depends on which of them came.
        assert underwritten(case, name).min_dscr == pytest.approx(plain, rel=0.03)


def test_overlays_add_up_in_order() -> None:
    both = hc.overlay(case_of(DDTLS[0]), "customer-ccc", "deflation-30")
    assert both.overlays == ("customer-ccc", "deflation-30")
    assert both.book.customers[0].credit.rating == "CCC"
    assert both.scenario.rent_path is not None
    again = hc.overlay(both, "customer-bb")
    assert again.book.customers[0].credit.rating == "BB"
    assert again.scenario == both.scenario

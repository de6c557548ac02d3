"""What the sector page says beside the spread: the fair advance, slots of useful life, issuance, the names of 2021."""

from types import SimpleNamespace
from typing import cast

import pytest

import haircut as hc
from haircut import credit
from haircut.pricing.estimate import Estimate, missing
from haircut.pricing.margins import fair_margin
from haircut.reports.exhibits import debt_wave
from haircut.runs.executor import evaluate_compiled
from haircut.studies.whole_book.advance import fair_advance, ladder, resized
from haircut.studies.whole_book.default_rate import of_rating
from haircut.studies.whole_book.observed import basket, facts, issuance, press, since_2021
from haircut.studies.whole_book.screen import useful_life
from tests.unit.studies.test_whole_book import landlord


@pytest.mark.parametrize(
    ("quoted", "multiple", "bound"),
    [
        (100.0, 0.75, None),
        (250.0, 1.125, None),
        (50.0, None, "below"),
        (400.0, None, "above"),
        (None, None, None),
    ],
)
def test_the_fair_advance_is_where_fair_meets_quoted(
    quoted: float | None, multiple: float | None, bound: str | None
) -> None:
    fair = {0.5: Estimate(60.0, 2.0), 1.0: Estimate(140.0, 4.0), 1.25: Estimate(360.0, 8.0)}
    found = fair_advance(quoted, fair)
    assert found.multiple == (None if multiple is None else pytest.approx(multiple))
    assert found.bound == bound
    if quoted == 250.0:
        assert found.std_error == pytest.approx(8.0 / (220.0 / 0.25))


def test_a_size_without_a_fair_margin_is_left_out() -> None:
    fair = {0.5: Estimate(60.0, 2.0), 0.75: missing("failed"), 1.0: Estimate(140.0, 4.0)}
    assert fair_advance(100.0, fair).multiple == pytest.approx(0.75)
    assert fair_advance(100.0, {1.0: Estimate(140.0, 4.0)}).multiple is None


def test_only_secured_claims_are_resized_and_draws_with_them() -> None:
    case = credit.with_stated_schedule(credit.compile_book(landlord()))
    half = {claim.id: claim for claim in resized(case, 0.5).book.claims}
    for claim in case.book.claims:
        pledged = bool(claim.collateral_fleets or claim.collateral_leases)
        assert half[claim.id].drawn_usd == pytest.approx(claim.drawn_usd * (0.5 if pledged else 1.0))
    assert any(claim.collateral_leases for claim in case.book.claims)


def test_the_ladder_prices_the_loan_as_lent_as_a_run_does() -> None:
    case = landlord()
    case = case.model_copy(update={"settings": case.settings.model_copy(update={"paths": 512})})
    found = ladder(case, credit.SharedSurfaces(), sizes=(1.0,))[1.0]
    views = evaluate_compiled(credit.compile_book(case)).views()
    for claim, estimate in found.items():
        assert estimate.value == pytest.approx(fair_margin(views[claim]).value, abs=1e-6)
    assert set(found) == {claim.id for claim in case.book.claims if claim.collateral_leases}


def test_useful_life_has_three_slots() -> None:
    assert useful_life(6.0, 4.0) == "significantly_exceeds"
    assert useful_life(5.9, 4.0) == "exceeds"
    assert useful_life(4.05, 4.0) == "may_not_exceed"  # within the month


def test_the_press_figure_and_its_growth_give_the_year_before() -> None:
    now, before = press(2025), press(2024)
    assert now is not None and before is not None
    assert now == 25e9 and now / before - 1.0 == pytest.approx(1.12)
    assert press(2019) is None


def test_issuance_by_year_sums_to_the_book() -> None:
    compiled = credit.compile_book(landlord())
    rows = issuance(compiled)
    for row in rows:
        parts = sum(row[name] for name in debt_wave.PARTS)
        assert parts == pytest.approx(row["committed_usd"]) and row["largest_usd"] <= row["committed_usd"]
    assert sum(row["drawn_usd"] for row in rows) == pytest.approx(sum(compiled.drawn.values()))
    assert debt_wave.build({"issuance": rows}).table is not None


def test_growth_needs_both_years() -> None:
    rows = [{"year": 2024, "committed_usd": 10.0}, {"year": 2025, "committed_usd": 25.0}]
    assert debt_wave.growth(rows, 2025) == pytest.approx(1.5)
    assert debt_wave.growth(rows, 2024) is None


def test_there_is_no_verdict_on_2021_under_eight_names() -> None:
    """Debt of four miners of 2021 was found, and net debt of one, whose dollars are Canadian."""
    case = hc.load("reference-2026-10")
    drawn = {claim.id: claim.drawn_usd for claim in case.book.claims}
    found = since_2021(cast(credit.CompiledBook, SimpleNamespace(case=case, drawn=drawn)))
    assert found["with_debt"] == 4 and found["with_net_debt"] == 1 and not found["enough_names"]
    hut = next(row for row in found["names"] if row["issuer"] == "hut-8")
    assert 40.051e6 / hut["debt_then_usd"] == pytest.approx(1.268, abs=0.01)  # CAD in a dollar on 2021-12-31
    assert hut["net_then_usd"] == pytest.approx(-424.022e6 / 1.268, rel=0.01)


def test_the_basket_names_its_source_and_what_was_not_seen() -> None:
    found = basket()
    assert found["spread_bp"] == 319.0 and found["high_yield_bp"] == 279.0
    assert found["evidence"] == "secondary" and found["source"] and "not seen" in found["note"]
    assert all(fact["evidence"] for fact in facts().values())


def test_the_rate_of_a_rating_is_its_five_years_over_five() -> None:
    ratings = hc.load("coreweave-ddtl-3").market.credit.ratings
    row = next(each for each in ratings if each.rating == "BBB")
    place = row.years.index(5.0)
    assert of_rating(row) == pytest.approx(row.cumulative_default[place] / 5.0)


def test_halls_without_a_cost_are_refinanced_without_illiquidity_as_machines_are() -> None:
    """A hall has no cost in the book: with an advance rate of signing of nothing its balloon would always default."""
    compiled = credit.compile_book(landlord())
    claims = {claim.id: claim for claim in compiled.case.book.claims}
    for name, record in zip(compiled.claim_ids, compiled.arrays.claims, strict=True):
        if claims[name].collateral_leases:
            terms = claims[name].refinancing
            assert record["signing_advance"] == (1.0 if terms is None else terms.advance_rate)
        elif not claims[name].collateral_fleets:
            assert record["signing_advance"] == 0.0

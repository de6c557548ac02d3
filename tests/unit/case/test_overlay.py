"""Overlays: deep, by name, marked, validated, and exact about what is wrong with them."""

import datetime
import pathlib

import pytest

from haircut.case import content_hash, overlay, staleness
from haircut.errors import InputRefused

GOOD = pathlib.Path(__file__).parent / "good_case"


def refusal(case, *changes) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        overlay(case, *changes)
    return [str(problem) for problem in refused.value.problems]


def test_by_name_and_by_path(good):
    spiked = overlay(good, "power-spike")
    assert spiked.market.power.price.value == 0.105
    assert spiked.book.customers[0].credit.rating == "B"
    assert spiked.overlays == ("power-spike",)
    assert overlay(good, GOOD / "loan" / "overlays" / "power-spike.yaml") == spiked
    assert overlay(good, "power-spike", "rent-fall").overlays == ("power-spike", "rent-fall")


def test_nothing_is_the_same_case(good):
    assert overlay(good) is good
    assert overlay(good, {}) is good


def test_a_bare_number_is_assumed_and_says_why(good):
    price = overlay(good, "power-spike").market.power.price
    assert (price.mark, price.source, price.range, price.unit) == (
        "assumed", "overlay power-spike", None, "USD per kWh",
    )  # fmt: skip


def test_a_value_with_its_source_keeps_it(good):
    change = {"market": {"power": {"price": {"value": 0.08, "source": "tariff", "mark": "observed"}}}}
    price = overlay(good, change).market.power.price
    assert (price.value, price.mark, price.source) == (0.08, "observed", "tariff")


def test_a_changed_number_of_the_book_is_assumed(good):
    case = overlay(
        good, {"name": "dear", "book": {"claims": {"term-loan": {"interest": {"margin_bp": 500}}}}}
    )
    claim = case.book.claims[0]
    assert claim.interest.margin_bp == 500.0
    assert claim.interest.hedged_share == 0.5
    assert claim.sources["interest.margin_bp"].source == "overlay dear"
    assert claim.sources["maturity_date"].mark == "observed"


def test_lists_of_the_market_by_name(good):
    case = overlay(
        good,
        {
            "market": {
                "rents": {"h100-sxm@one-year-contract": {"value": 2.0}},
                "devices": {"gb200": {"psi_sale": 0.4}},
                "compute": {"launches": {"rubin": None, "feynman": {"wedge": 0.2}}},
                "credit": {"ratings": {"B": {"option_adjusted_spread_bp": 300}}},
                "rates": {"par_yields": {"5": {"value": 0.05}}},
            }
        },
    )
    assert [quote.value for quote in case.market.rents] == [2.0, 3.4, 3.79]
    assert [device.psi_sale.value for device in case.market.devices] == [0.29, 0.4]
    assert [(launch.generation, launch.wedge) for launch in case.market.compute.launches] == [
        ("feynman", 0.2)
    ]
    assert case.market.credit.ratings[1].option_adjusted_spread_bp == 300.0
    assert case.market.rates.par_yields[1].value == 0.05


def test_null_restores_the_default(good):
    case = overlay(
        good,
        {"book": {"claims": {"term-loan": {"quote": None, "covenants": None, "cash_sweep_share": None}}}},
    )
    claim = case.book.claims[0]
    assert (claim.quote, claim.covenants, claim.cash_sweep_share) == (None, (), 0.0)


def test_plain_lists_are_replaced(good):
    case = overlay(
        good,
        {
            "book": {
                "claims": {"term-loan": {"draws": [{"date": datetime.date(2026, 12, 31), "amount_usd": 1e6}]}}
            }
        },
    )
    assert [draw.amount_usd for draw in case.book.claims[0].draws] == [1e6]


def test_an_overlay_may_hold_later_values(good):
    later = {"value": 0.2, "date": datetime.date(2028, 1, 1), "source": "seen later", "mark": "observed"}
    assert overlay(good, {"market": {"power": {"price": later}}}).market.power.price.value == 0.2
    assert len(overlay(good, "rent-fall").scenario.rent_path.points) == 2


def test_the_case_itself_is_left_alone(good):
    before = content_hash(good)
    overlay(good, "power-spike")
    assert content_hash(good) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"books": {}},
            "books: found the unknown field 'books'; expected a field of an overlay; "
            "nearest valid spelling: 'book'",
        ),
        (
            {"settings": {"path": 5}},
            "settings.path: found the unknown field 'path'; "
            "expected a field; nearest valid spelling: 'paths'",
        ),
        ({"settings": {"paths": 0}}, "settings.paths: found 0; expected a whole number from 1 to 10000000"),
        ({"settings": 5}, "settings: found 5; expected a mapping of fields of settings"),
        (
            {"book": {"claims": {"term-lone": {"rank": 2}}}},
            "book.claims.term-lone: found 'term-lone'; expected one of claims; "
            "nearest valid spelling: 'term-loan'",
        ),
        (
            {"book": {"claims": [{"rank": 2}]}},
            "book.claims: found a list of 1 item; expected a mapping by id, such as term-loan: {...}",
        ),
        (
            {"market": {"rents": {"h100-sxm@one-year": {"value": 2.0}}}},
            "market.rents.h100-sxm@one-year: found 'h100-sxm@one-year'; expected one of rents; "
            "nearest valid spelling: 'h100-sxm@one-year-contract'",
        ),
        (
            {"market": {"as_of": datetime.date(2027, 1, 1)}},
            "market.as_of: found 2027-01-01; expected no as_of: another date is another market, "
            "which case.yaml names",
        ),
        (
            {"book": {"fleets": {"fleet-one": {"device": "h200"}}}},
            "book.fleets[0].device: found 'h200'; expected a device of the market; "
            "nearest valid spelling: 'gb200'",
        ),
        (
            {"book": {"claims": {"term-loan": {"maturity_date": None}}}},
            "book.claims[0].maturity_date: found nothing; expected a date such as 2026-10-01, without quotes",
        ),
        (
            {"book": {"customers": {"lab": {"credit": {"hazard_per_year": 0.1, "measure": "P"}}}}},
            "book.customers[0].credit: found rating and hazard_per_year; "
            "expected exactly one of rating, curve, hazard_per_year",
        ),
        (
            {"market": {"correlations": {"calm": {"compute-demand": float("nan")}}}},
            "market.correlations.calm.compute-demand: found nan; "
            "expected a finite number, or no entry where the value is not known",
        ),
    ],
)
def test_exactly_what_is_wrong(good, change, expected):
    assert refusal(good, change) == [expected]


def test_an_unknown_overlay_names_the_nearest(good):
    assert refusal(good, "power-spik") == [
        "overlay: found 'power-spik'; expected an overlay of the case 'loan'; "
        "nearest valid spelling: 'power-spike'"
    ]


def test_a_file_names_its_line(good, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("book:\n  contracts:\n    first:\n      units: -1\nsettings:\n  seed: x\n")
    assert refusal(good, file) == [
        f"{file}:4: book.contracts[0].units: found -1; expected a number above 0",
        f"{file}:6: settings.seed: found 'x'; expected a whole number from 0 to 9223372036854775807",
    ]


def test_a_changed_number_is_not_stale(good):
    assert [item.path for item in staleness(good.market)] == ["market.rents[1]"]
    case = overlay(good, {"market": {"rents": {"gb200@one-year-contract": {"value": 3.0}}}})
    assert staleness(case.market) == []

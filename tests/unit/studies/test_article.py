"""The register of claims: one rule, numbers that are what they say, the same numbers in both languages."""

import re
from dataclasses import replace
from typing import Any

import pytest

import haircut as hc
from haircut.machines.view import MarketView
from haircut.reports.article import LANGUAGES, page
from haircut.reports.article.english import ENGLISH
from haircut.reports.article.ukrainian import UKRAINIAN
from haircut.studies.article import Number, of_book, of_market, verdict


@pytest.fixture(scope="module")
def case() -> hc.Case:
    return hc.load("reference-2026-10")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "binds"),
        ({"std_error": 1.1}, "cannot_tell"),
        ({"std_error": 0.9}, "binds"),
        ({"low": 0.9}, "cannot_tell"),
        ({"value": -2.0}, "does_not_bind"),
        ({"value": 1.0}, "does_not_bind"),
        ({"value": -2.0, "high": 1.1}, "cannot_tell"),
        ({"value": -2.0, "std_error": 2.0}, "cannot_tell"),
        ({"value": None}, "cannot_tell"),
        ({"assumed_share": 0.51}, "cannot_tell"),
        ({"assumed_share": 0.50}, "binds"),
    ],
    ids=str,
)
def test_a_verdict_needs_two_errors_and_both_ends_of_what_is_assumed(
    changes: dict[str, Any], wanted: str
) -> None:
    assert verdict(replace(Number("n", 3.0, 1.0, "x"), **changes)) == wanted


def test_every_number_has_its_sentence_in_every_language() -> None:
    assert ENGLISH.numbers.keys() == UKRAINIAN.numbers.keys()
    assert ENGLISH.claims.keys() == UKRAINIAN.claims.keys() == set(range(1, 13))
    assert ENGLISH.verdicts.keys() == UKRAINIAN.verdicts.keys()
    assert ENGLISH.units.keys() == UKRAINIAN.units.keys()
    for name, sentence in ENGLISH.numbers.items():
        places = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (sentence, UKRAINIAN.numbers[name])]
        assert places[0] == places[1], name


def test_the_market_alone_answers_four_claims(case: hc.Case) -> None:
    market = case.market
    fall = of_market.rents_fall(market)
    assert fall.value is not None and fall.low is not None and fall.high is not None
    assert fall.low <= fall.value <= fall.high and fall.std_error is not None and fall.std_error < 0.01
    words = dict(fall.words)
    assert words["p05"] < words["p50"] < words["p95"]  # type: ignore[operator]
    sale = of_market.forced_sale(market)
    found = MarketView(market).device("h100-sxm")
    assert sale.value is not None and sale.low is not None and sale.high is not None
    assert 0.0 < sale.low < sale.value < sale.high < 1.0 and found.id == of_market.DEVICE
    take = of_market.launches_take(market)
    assert take.value is not None and take.low is not None and take.high is not None
    assert 0.0 < take.low < take.value < take.high < 1.0
    once, twice = (of_market.nobody_buys(market, owed).value for owed in (1e9, 2e9))
    assert once is not None and twice == pytest.approx(2.0 * once)


def test_without_launches_nothing_is_taken(case: hc.Case) -> None:
    compute = case.market.compute.model_copy(update={"launches": ()})
    alone = case.market.model_copy(update={"compute": compute})
    assert of_market.launches_take(alone).value == pytest.approx(0.0, abs=1e-12)


def test_halls_that_are_assumed_from_their_machines_cannot_tell(case: hc.Case) -> None:
    found = of_book.dense_racks(case)
    assert found.value is not None and 0.5 < found.value <= 1.0
    assert found.assumed_share is not None and found.assumed_share > 0.5 and verdict(found) == "cannot_tell"


def test_miners_debt_is_shared_out_whole(case: hc.Case) -> None:
    words = dict(of_book.rollover(case, {}).words)
    miners = {each.id for each in case.book.issuers if each.segment == "crypto_miners"}
    owners = {each.id for each in case.book.borrowers if each.issuer in miners}
    total = sum(claim.drawn_usd or 0.0 for claim in case.book.claims if claim.borrower in owners)
    assert words["total_usd"] == pytest.approx(total)
    assert 0.0 < words["coins_and_rigs"] < words["halls"] < 1.0  # type: ignore[operator]


def answer(fair: float, error: float, quoted: float) -> dict[str, Any]:
    parts = [
        {"mechanism": name, "bp": 10.0, "std_error": 1.0, "low_bp": 8.0, "high_bp": 12.0}
        for name in ("deflation", "revenue_risk", "convergence", "illiquidity")
    ]
    row = {
        "fair_bp": fair, "std_error": error, "quoted_bp": quoted, "base_bp": fair - 40.0, "base_std_error": 1.0,
        "low_bp": fair - 40.0, "high_bp": fair, "coverage": 0.6, "contributions": parts,
    }  # fmt: skip
    return {
        "real_spread": [{"segment": name, **row} for name in ("ai_infrastructure", "crypto_miners", "all")]
    }


def test_prices_bind_where_fair_lies_above_quoted_in_every_corner() -> None:
    assert verdict(of_book.underpaid(answer(300.0, 5.0, 200.0), "all", "underpaid")) == "binds"
    assert verdict(of_book.underpaid(answer(300.0, 5.0, 280.0), "all", "underpaid")) == "cannot_tell"
    assert verdict(of_book.underpaid(answer(300.0, 5.0, 400.0), "all", "underpaid")) == "does_not_bind"


def test_a_mechanism_matters_from_a_tenth_of_the_fair_margin() -> None:
    small = of_book.convergence(answer(300.0, 5.0, 200.0), 0.05)
    assert small.value == pytest.approx(10.0 / 300.0) and verdict(small) == "does_not_bind"
    assert verdict(of_book.convergence(answer(300.0, 5.0, 200.0), 0.15)) == "cannot_tell"
    assert verdict(of_book.illiquidity(answer(70.0, 5.0, 200.0))) == "binds"


def test_both_pages_say_the_same_numbers() -> None:
    numbers = (
        of_book.underpaid(answer(300.0, 5.0, 200.0), "all", "underpaid"),
        Number("two_dates", None, 0.0, "months"),
    )
    register = {
        "case": "demo", "as_of": "2026-10-01", "paths": 512, "seed": 1, "assumed_share": 0.7,
        **answer(300.0, 5.0, 200.0),
        "claims": [
            {"claim": 12, "verdict": "binds", "numbers": [each.as_dict() for each in numbers]},
        ],
    }  # fmt: skip
    pages = [page(register, language) for language in LANGUAGES]
    assert pages[0] != pages[1] and "{" not in "".join(pages)
    shown = [
        re.findall(r"-?\d+(?:[,\u00a0]\d{3})*(?:[.,]\d+)?", text.split("## 12.")[1].split("docs/cases")[0])
        for text in pages
    ]
    plain = [sorted(number.replace(",", ".") for number in found) for found in shown]
    assert plain[0] == plain[1] and "300" in plain[0]


def test_ukrainian_writes_its_numbers_as_ukrainian_does() -> None:
    number = Number(
        "nobody_buys", 29.04, 1.0, "x", low=11.5, high=None, words=(("owed_usd", 27.1e9), ("repaid_usd", 1e9))
    )
    register = {
        "case": "demo", "as_of": "2026-10-01", "paths": 2048, "seed": 1, "assumed_share": 0.731,
        **answer(300.0, 5.0, 200.0), "claims": [{"claim": 11, "verdict": "binds", "numbers": [number.as_dict()]}],
    }  # fmt: skip
    text = page(register, "uk")
    assert (
        "у 29,04 раза більше" in text and "73,1 %" in text and "2\u00a0048" in text and "2026-10-01" in text
    )

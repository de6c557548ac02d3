"""The verdict says what the measures say."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from haircut.runs.repricing import _owed_until
from haircut.runs.verdict import Facts, Number, binds, crossing, verdict

DATES = ["2026-10-01", "2027-03-31", "2028-03-31", "2029-03-31"]


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "fair": Number(470.0, 5.0), "quoted": 400.0, "quote_kind": "contract",
        "parts": parts(60.0, 10.0, 5.0), "dates": DATES, "paper": [0.7, 0.74, 0.5, None],
        "liquidation": [0.8, 0.9, 1.1, None],
    }  # fmt: skip
    return Facts(**{**values, **changes})


def parts(customers: float, deflation: float, illiquidity: float, error: float = 2.0) -> Mapping[str, Number]:
    values = {"revenue_risk": customers, "deflation": deflation, "illiquidity": illiquidity}
    return {name: Number(value, error) for name, value in values.items()}


def test_the_sentence_of_the_contract() -> None:
    assert verdict(facts()) == (
        "Fair margin 470 ± 5 bp against 400 quoted (contract): customer credit hides more than the chips; "
        "liquidation LTV passes 100 % in Mar-2028, paper LTV never above 74 %."
    )


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (parts(10.0, 60.0, 5.0), "the chips hide more than customer credit"),
        (parts(10.0, 5.0, 60.0), "the chips hide more than customer credit"),
        (parts(31.0, 30.0, 5.0), "customer credit and the chips hide about as much"),
        (parts(1.0, 2.0, -1.0), "neither customer credit nor the chips alone explains it"),
        ({}, "its mechanisms were not separated"),
    ],
)
def test_who_hides_more(hidden: Mapping[str, Number], words: str) -> None:
    assert f": {words};" in verdict(facts(parts=hidden))


def test_the_thesis_binds_beyond_two_errors_only() -> None:
    assert binds(facts(fair=Number(410.1, 5.0)))
    assert not binds(facts(fair=Number(410.0, 5.0)))
    near = verdict(facts(fair=Number(408.0, 5.0)))
    assert near.startswith("The thesis does not bind: fair margin 408 ± 5 bp is within its error of the 400")
    cheap = verdict(facts(fair=Number(250.0, 5.0)))
    assert cheap.startswith(
        "The thesis does not bind: fair margin 250 ± 5 bp is 150 bp below the 400 quoted (contract); "
    )


def test_without_a_quote_or_a_margin() -> None:
    assert verdict(facts(quoted=None, quote_kind=None)).startswith(
        "Fair margin 470 ± 5 bp, without a quote to hold it against; "
    )
    assert verdict(facts(fair=Number())).startswith("No fair margin could be computed; ")
    assert "Fair margin 470 bp against" in verdict(facts(fair=Number(470.0)))


def test_a_mostly_assumed_case_says_so() -> None:
    assert verdict(facts(assumed_share=0.62)).endswith("; 62 % of inputs assumed.")
    assert "assumed" not in verdict(facts(assumed_share=0.5))


@pytest.mark.parametrize(
    ("ltv", "words"),
    [
        ([0.8, 0.9, 0.93, None], "never above 93 %"),
        ([0.8, 0.9, 0.9301, None], "never above 94 %"),
        ([1.2, 1.3, 1.4, None], "is above 100 % from the start to maturity"),
        ([1.2, 1.3, 0.9, 0.8], "is above 100 % from the start until Mar-2028"),
        ([0.8, 1.3, 0.9, None], "passes 100 % in Mar-2027 and falls below in Mar-2028"),
        ([None, None, 1.2, None], "is above 100 % from the start to maturity"),
    ],
)
def test_crossings(ltv: list[float | None], words: str) -> None:
    assert crossing(DATES, ltv) == words


def test_paper_ltv_above_cost_says_when() -> None:
    assert "paper LTV passes 100 % in Mar-2027 and falls below in Mar-2028." in verdict(
        facts(paper=[0.9, 1.1, 0.8, None])
    )


def test_a_claim_without_collateral_has_no_ltv() -> None:
    assert verdict(facts(paper=[None], liquidation=[None])).endswith(
        "customer credit hides more than the chips."
    )


@pytest.mark.parametrize(
    ("principal", "maturity", "until"),
    [
        ([None, 0.0, 50.0, 0.0, 50.0, 0.0, 0.0], 4, 4),  # repaid at maturity
        ([None, 50.0, 50.0, 0.0, 0.0, 0.0, 0.0], 4, 2),  # and before
        ([None, 0.0, 50.0, 0.0, 0.0, 50.0, 0.0], 4, 4),  # what a ladder says past maturity is not read
        ([None] * 7, 4, 4),
    ],
)
def test_arrears_past_the_schedule_are_not_read(
    principal: list[float | None], maturity: int, until: int
) -> None:
    ladder = pl.DataFrame(
        {"claim": ["loan"] * 7, "month": range(7), "scheduled_principal": principal},
        schema_overrides={"scheduled_principal": pl.Float64},
    )
    assert _owed_until(ladder, "loan", {"loan": maturity}) == until


def test_a_quote_that_the_calibration_was_fitted_to_judges_nothing() -> None:
    facts = Facts(Number(471.2, 4.6), 400.0, "contract", own_benchmark=True)
    assert not binds(facts)
    assert verdict(facts) == (
        "Fair margin 471 ± 5 bp, not held against its quote, to which the market's calibration was fitted."
    )

"""Forwards from term quotes, and the identity of rent, token price and tokens."""

import csv
import datetime
import itertools
import math
from pathlib import Path

import pytest

from haircut.case.market import TermQuote
from haircut.machines.forwards import annuity_months, forwards
from haircut.machines.token_identity import TERMS, implied_tokens, range_of, rent_change, rent_range

DATA = Path(__file__).resolve().parents[3] / "src" / "haircut" / "data"


def quote(months: int, value: float, curve: str = "a") -> TermQuote:
    return TermQuote(
        device="h100-sxm", curve=curve, tenor_months=months, value=value, unit="USD per GPU-hour",
        date=datetime.date(2026, 1, 1), mark="assumed", source="test",
    )  # fmt: skip


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.15])
def test_spans_cost_together_what_the_term_costs(rate: float) -> None:
    found = forwards((quote(36, 2.0), quote(12, 2.6), quote(24, 2.3)), rate)
    assert [(span.from_months, span.to_months) for span in found] == [(0, 12), (12, 24), (24, 36)]
    paid = sum(
        span.rent * (annuity_months(rate, span.to_months) - annuity_months(rate, span.from_months))
        for span in found
    )
    assert paid == pytest.approx(2.0 * annuity_months(rate, 36))


def test_a_flat_curve_implies_a_flat_rent_and_curves_stay_apart() -> None:
    found = forwards((quote(12, 3.0), quote(36, 3.0), quote(12, 9.0, "b"), quote(0, 12.0)), 0.04)
    assert [span.rent for span in found] == pytest.approx([3.0, 3.0, 9.0])
    assert [span.change_per_year for span in found] == [None, pytest.approx(0.0), None]


def test_quotes_of_different_goods_are_told() -> None:
    _, later = forwards((quote(12, 9.0), quote(24, 4.0)), 0.0)
    assert later.rent < 0.0 and not later.possible and later.change_per_year is None


def test_the_identity_closes_and_its_ranges_have_no_sign() -> None:
    for rent in (math.log(0.78), math.log(1.36)):
        tokens = implied_tokens(rent, -math.log(40.0))
        assert rent_change(-math.log(40.0), tokens) == pytest.approx(rent)
        assert tokens > range_of("tokens")[1]  # the page says that the terms do not add up to it
    low, high = rent_range()
    assert low < 0.0 < high
    assert all(term.low <= term.high and term.source for term in TERMS)


def test_price_performance_is_that_of_the_shipped_table() -> None:
    with (DATA / "ai_hardware_specs.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["hardware_name"]: row for row in csv.DictReader(file)}
    names = ("NVIDIA Tesla V100 SXM2 32 GB", "NVIDIA A100 SXM4 40 GB", "NVIDIA H100 SXM5 80GB")
    points = [
        (
            datetime.date.fromisoformat(rows[name]["release_date"]),
            math.log(float(rows[name]["tensor_fp16_bf16_tflops"]) / float(rows[name]["release_price_usd"])),
        )
        for name in names
    ]
    gains = [
        (later[1] - earlier[1]) / ((later[0] - earlier[0]).days / 365.25)
        for earlier, later in itertools.pairwise(points)
    ]
    term = next(term for term in TERMS if term.side == "rivals")
    assert [-gain for gain in gains] == pytest.approx([term.low, term.high], abs=0.01)

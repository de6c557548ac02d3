"""Forward rents of the silo's devices by tenor: of the base case, and what sellers' term quotes imply."""

from __future__ import annotations

import datetime
import json
import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import in_silo, market_value
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

if TYPE_CHECKING:
    from haircut.case.market import TermQuote

BASE: Final = "base-case"
SPANS: Final = (12, 24, 36, 48, 60)
SCHEMA: Final = {
    "device": pl.String, "curve": pl.String, "from_months": pl.Int64, "to_months": pl.Int64, "term_rent": pl.Float64,
    "forward_rent": pl.Float64, "change_per_year": pl.Float64, "mark": pl.String, "date": pl.String, "first": pl.String,
    "impossible": pl.String,
}  # fmt: skip


def build(run: RunFrames) -> Exhibit:
    """The base case of the first pledged device, then each seller's curve of every device of the silo."""
    overnight = market_value(run, "rates", "overnight").get("value", 0.0)
    rate = math.log1p(float(overnight))
    rows = _strips(run, _base(run, rate) + _sellers(run), rate)
    if not rows:
        return Exhibit(
            "term_strip",
            "No rent of these devices is known by tenor.",
            not_calculated=(
                "a term strip, because no pledged device has a rent and no seller quotes a term.",
            ),
        )
    columns = (
        Column("device", "device"),
        Column("curve", "curve"),
        Column("from_months", "from month", "count"),
        Column("to_months", "to month", "count"),
        Column("term_rent", "level rent to then", "rent"),
        Column("forward_rent", "forward rent", "rent", reason="impossible"),
        Column("change_per_year", "change a year, log", "share", reason="first"),
        Column("mark", "mark"),
        Column("date", "date", "date"),
    )
    return Exhibit(
        "term_strip",
        _title(rows),
        Table(pl.DataFrame(rows, schema=SCHEMA), columns, "base case, sellers' quotes", run.paths),
        notes=(
            "Level rent: the fixed rent over the term that is worth the same at the overnight rate "
            f"({print_.in_sentence(float(overnight), 'share')}); forward rent: that of the span alone. Base case: "
            "market rent on its expected path, of the first pledged device; no error of simulation. Sellers' curves: "
            "quotes as dated, where a longer term also pays for commitment, so that their fall is an upper bound of "
            "what the seller expects.",
        ),
    )


def _base(run: RunFrames, rate: float) -> list[TermQuote]:
    """Level rents of the base case to each tenor that the run reaches."""
    from haircut.case.market import TermQuote
    from haircut.machines.forwards import annuity_months

    fleets = [run.entity("fleets", str(name)) for name in run.claim_terms.get("collateral_fleets") or ()]
    known = {each["id"] for each in run.inputs.get("market", {}).get("devices") or ()}
    rents = run.ladder.filter(pl.col("month") > 0)["rent"].to_list()
    if not fleets or fleets[0].get("device") not in known or any(not rent for rent in rents):
        return []
    discounts = [math.exp(-rate * (month + 0.5) / 12.0) for month in range(len(rents))]
    return [
        TermQuote(
            device=fleets[0]["device"],
            curve=BASE,
            tenor_months=span,
            value=sum(rent * df for rent, df in zip(rents[:span], discounts, strict=False))
            / annuity_months(rate, span),
            unit="USD per GPU-hour",
            mark="estimated",
            source=BASE,
            date=datetime.date.fromisoformat(run.as_of[:10]),
        )
        for span in SPANS
        if span <= len(rents)
    ]


def _sellers(run: RunFrames) -> list[TermQuote]:
    from haircut.case.market import TermQuote

    devices = {fleet["device"] for fleet in in_silo(run, "fleets")}
    stated = run.inputs.get("market", {}).get("term_quotes") or ()
    return [TermQuote.model_validate_json(json.dumps(each)) for each in stated if each["device"] in devices]


def _strips(run: RunFrames, quotes: list[TermQuote], rate: float) -> list[dict[str, Any]]:
    from haircut.machines.forwards import forwards

    rows = []
    for device in dict.fromkeys(quote.device for quote in quotes):
        own = [quote for quote in quotes if quote.device == device]
        by_term = {(quote.curve, quote.tenor_months): quote for quote in own}
        found = sorted(forwards(tuple(own), rate), key=lambda each: each.curve != BASE)
        for each in found:
            quote = by_term[each.curve, each.to_months]
            rows.append(
                {
                    "device": device,
                    "curve": each.curve,
                    "from_months": each.from_months,
                    "to_months": each.to_months,
                    "term_rent": quote.value,
                    "forward_rent": each.rent if each.possible else None,
                    "change_per_year": each.change_per_year,
                    "mark": "modelled" if each.curve == BASE else quote.mark,
                    "date": quote.date.isoformat(),
                    "first": "" if each.from_months == 0 else "the quotes are of different goods",
                    "impossible": "the quotes are of different goods",
                }
            )
    return rows


def _title(rows: list[dict[str, Any]]) -> str:
    curve, device = rows[0]["curve"], rows[0]["device"]
    strip = [row for row in rows if (row["curve"], row["device"]) == (curve, device)]
    first, last = strip[0], strip[-1]
    whose = "in the base case" if curve == BASE else f"by {curve}"
    if first is last or last["forward_rent"] is None:
        rent = print_.in_sentence(first["term_rent"], "rent")
        return f"A term of {first['to_months']} months of {device} costs {rent} {whose}."
    return (
        f"Forward rent of {device} goes {whose} from {print_.number(first['forward_rent'], 'rent')} in the first "
        f"{first['to_months']} months to {print_.in_sentence(last['forward_rent'], 'rent')} in months "
        f"{last['from_months'] + 1} to {last['to_months']}."
    )

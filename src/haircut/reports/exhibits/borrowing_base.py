"""What is pledged to the claim: cost, mark and proceeds of a sale, the debt on it, what could be lent against it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import Entity, as_of_row, drawn_usd, mark_of, market_value, weakest
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

POOL: Final = {
    "book": "all of it, book value",
    "market": "all of it, at the mark",
    "nolv": "all of it, orderly sale (NOLV)",
    "flv": "all of it, forced sale (FLV)",
}
SCHEMA: Final = {
    "collateral": pl.String, "mark": pl.String, "value_usd": pl.Float64, "debt_usd": pl.Float64,
    "advanced": pl.Float64, "limit": pl.Float64, "limit_of": pl.String, "base_usd": pl.Float64,
    "available_usd": pl.Float64, "blank": pl.String, "why": pl.String,
}  # fmt: skip


def build(run: RunFrames) -> Exhibit:
    """Pledged machines and coins one by one, then the whole pool on each basis."""
    claim = run.claim_terms
    rows = _machines(run, claim) + _coins(run, claim)
    rows += _pool(run, claim) if rows or claim.get("collateral_leases") else []
    if not rows:
        return Exhibit(
            "borrowing_base",
            "Nothing is pledged to this claim.",
            not_calculated=(
                "a borrowing base, because the claim has no machine, lease or coin as collateral.",
            ),
        )
    shown = (
        Column("collateral", "collateral"),
        Column("mark", "mark"),
        Column("value_usd", "value", "usd"),
        Column("debt_usd", "debt", "usd", reason="blank"),
        Column("advanced", "advanced", "share", reason="blank"),
        Column("limit", "advance rate", "share", reason="why"),
        Column("limit_of", "stated by"),
        Column("base_usd", "borrowing base", "usd", reason="blank"),
        Column("available_usd", "availability", "usd", reason="blank"),
    )
    stated = any(row["limit"] is not None for row in rows)
    columns = shown if stated else shown[:5]
    return Exhibit(
        "borrowing_base",
        _title(rows),
        Table(pl.DataFrame(rows, schema=SCHEMA), columns, "base case, today", run.paths),
        notes=(
            "Advanced: debt over value. Borrowing base: value times the rate that the contract states for that basis, "
            "of the sizing at cost, of an LTV covenant, of a coin line today; a basis without one has none. "
            "Availability: borrowing base less debt. The pool is as the base case values it today: machines "
            "in service, at the mark and in a sale with leases and coins; its debt is all that ranks equal or "
            "senior on it. Machines that come later are pledged but carry no debt yet.",
        ),
        not_calculated=()
        if stated
        else ("a borrowing base and availability, because the contract states no advance rate and no LTV.",),
    )


def _row(collateral: str, mark: str, value: float, debt: float | None = None, limit: float | None = None,
         limit_of: str = "") -> dict[str, Any]:  # fmt: skip
    base = None if limit is None or debt is None else limit * value
    return {
        "collateral": collateral,
        "mark": mark,
        "value_usd": value,
        "debt_usd": debt,
        "advanced": debt / value if debt is not None and value > 0.0 else None,
        "limit": limit,
        "limit_of": limit_of,
        "base_usd": base,
        "available_usd": None if base is None or debt is None else base - debt,
        "blank": "",
        "why": "" if debt is None else "the contract states none for this basis",
    }


def _machines(run: RunFrames, claim: Entity) -> list[dict[str, Any]]:
    """Each pledged fleet at cost, and the debt on those in service."""
    found = [run.entity("fleets", str(name)) for name in claim.get("collateral_fleets") or ()]
    rows: list[dict[str, Any]] = []
    in_service: list[dict[str, Any]] = []
    for fleet in (each for each in found if each):
        mark = weakest(mark_of(fleet, "units"), mark_of(fleet, "cost_usd_per_unit"))
        begins = str(fleet["in_service"])[:10]
        later = f", from {print_.date(begins)}" if begins > run.as_of[:10] else ""
        words = f"{print_.count(fleet['units'])} {fleet['device']} at cost{later}"
        rows.append(_row(words, mark, float(fleet["units"]) * float(fleet["cost_usd_per_unit"])))
        in_service += [] if later else [rows[-1]]
    if not in_service:
        return rows
    rate = (claim.get("sizing") or {}).get("advance_rate")
    paid = _row(
        in_service[0]["collateral"] if len(rows) == 1 else "machines in service, at cost",
        weakest(*(row["mark"] for row in in_service)),
        sum(row["value_usd"] for row in in_service),
        drawn_usd(run, claim),
        rate,
        "" if rate is None else "sizing",
    )
    return [paid] if len(rows) == 1 else [*rows, paid]


def _coins(run: RunFrames, claim: Entity) -> list[dict[str, Any]]:
    """Pledged coins at today's price."""
    line, price = claim.get("coin_line"), market_value(run, "btc", "price")
    if not line or not price:
        return []
    mark = weakest(mark_of(claim, "coin_line.pledged_btc"), str(price.get("mark", "assumed")))
    value = float(line["pledged_btc"]) * float(price["value"])
    words = f"{print_.plain(line['pledged_btc'])} BTC at today's price"
    return [_row(words, mark, value, drawn_usd(run, claim), float(line["initial_ltv"]), "coin line")]


def _pool(run: RunFrames, claim: Entity) -> list[dict[str, Any]]:
    """The whole collateral by basis, as the base case values it on the as-of date."""
    today, rows = as_of_row(run), []
    for basis, words in POOL.items():
        value, ltv = today.get(f"{basis}_value"), today.get(f"{basis}_ltv")
        if value is None or ltv is None or value <= 0.0:
            continue
        limits = [
            float(each["maximum"])
            for each in claim.get("covenants") or ()
            if each["test"] == "ltv" and each.get("basis") == basis
        ]
        limit = min(limits, default=None)
        rows.append(_row(words, "modelled", value, ltv * value, limit, "" if limit is None else "covenant"))
    return rows


def _title(rows: list[dict[str, Any]]) -> str:
    bound = [row for row in rows if row["available_usd"] is not None]
    if bound:
        least = min(bound, key=lambda row: row["available_usd"])
        room = least["available_usd"]
        said = "can still be lent" if room >= 0.0 else "is lent beyond it"
        return (
            f"By {least['limit_of']}, {print_.in_sentence(abs(room), 'usd')} {said}: {least['collateral']}."
        )
    by_name = {row["collateral"]: row["advanced"] for row in rows if row["advanced"] is not None}
    mark, sale = (by_name.get(POOL[basis]) for basis in ("market", "nolv"))
    if mark is None or sale is None:
        return "The contract states no advance rate for what is pledged."
    return (
        f"No advance rate is stated; {print_.in_sentence(mark, 'share')} of the mark is lent, "
        f"{print_.in_sentence(sale, 'share')} of an orderly sale."
    )

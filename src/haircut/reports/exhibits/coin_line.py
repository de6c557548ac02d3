"""Lines against pledged coins: the price of a coin at which each is called and sold out, and how far off it is."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import Entity, drawn_usd, entities, mark_of, market_value
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

LEVELS: Final = {
    "initial_ltv": "initial",
    "call_ltv": "margin call",
    "liquidation_ltv": "liquidation",
}
SCHEMA: Final = {
    "claim": pl.String, "pledged_btc": pl.Float64, "free_btc": pl.Float64, "drawn_usd": pl.Float64,
    "ltv_today": pl.Float64, "level": pl.String, "ltv": pl.Float64, "mark": pl.String, "price_usd_per_btc": pl.Float64,
    "distance": pl.Float64, "price_with_free_usd_per_btc": pl.Float64, "blank": pl.String,
}  # fmt: skip


def build(run: RunFrames) -> Exhibit:
    """Three rows a line of the book, the run's own claim first: LTV, price of a coin at which it is hit, distance."""
    spot = market_value(run, "btc", "price").get("value")
    lines = [each for each in entities(run, "claims") if each.get("coin_line")]
    lines.sort(key=lambda claim: claim["id"] != run.claim)
    if not lines or not spot:
        why = "no claim of the book has coins pledged" if not lines else "the market has no price of a coin"
        return Exhibit(
            "coin_line", "No coin is pledged here.", not_calculated=(f"coin lines, because {why}.",)
        )
    rows: list[dict[str, Any]] = []
    for claim in lines:
        rows += _rows(run, claim, float(spot))
    columns = (
        Column("claim", "claim"),
        Column("pledged_btc", "pledged BTC", "count", reason="blank"),
        Column("free_btc", "free BTC", "count", reason="blank"),
        Column("drawn_usd", "drawn", "usd", reason="blank"),
        Column("ltv_today", "LTV today", "share", reason="blank"),
        Column("level", "level"),
        Column("ltv", "LTV", "share"),
        Column("mark", "mark"),
        Column("price_usd_per_btc", "hit at, $ per BTC", "count"),
        Column("distance", "distance", "share"),
        Column("price_with_free_usd_per_btc", "with free coins, $ per BTC", "count"),
    )
    quote = market_value(run, "btc", "price")
    return Exhibit(
        "coin_line",
        _title(rows, float(spot)),
        Table(pl.DataFrame(rows, schema=SCHEMA), columns, "today's market", run.paths),
        notes=(
            f"Every line of the book. A coin costs {print_.count(float(spot))} USD ({quote.get('mark', 'assumed')}, "
            f"{print_.date(quote.get('date'))}). A level is hit at drawn / (LTV x coins); accrued interest brings it "
            "nearer; a call brings the LTV back to the initial one. "
            "Distance: change of the price from today to it, negative is a fall that the line survives until "
            "then. With free coins: the same once every coin of the borrower that is held and not pledged is "
            "added.",
        ),
    )


def _rows(run: RunFrames, claim: Entity, spot: float) -> list[dict[str, Any]]:
    line = claim["coin_line"]
    drawn, pledged = drawn_usd(run, claim), float(line["pledged_btc"])
    accounts = run.entity("borrowers", str(claim["borrower"])).get("accounts") or {}
    free = float(accounts.get("coins_btc", 0.0))
    rows = []
    for position, (level, words) in enumerate(LEVELS.items()):
        ltv = float(line[level])
        price = None if drawn is None else drawn / (ltv * pledged)
        first = position == 0
        rows.append(
            {
                "claim": str(claim["id"]),
                "pledged_btc": pledged if first else None,
                "free_btc": free if first else None,
                "drawn_usd": drawn if first else None,
                "ltv_today": drawn / (pledged * spot) if first and drawn is not None else None,
                "level": words,
                "ltv": ltv,
                "mark": mark_of(claim, f"coin_line.{level}"),
                "price_usd_per_btc": price,
                "distance": None if price is None else price / spot - 1.0,
                "price_with_free_usd_per_btc": None if drawn is None else drawn / (ltv * (pledged + free)),
                "blank": "",
            }
        )
    return rows


def _title(rows: list[dict[str, Any]], spot: float) -> str:
    """The line that is called first."""
    called: list[tuple[float, str, float]] = []
    for position in range(0, len(rows), len(LEVELS)):
        call, sold = rows[position + 1]["distance"], rows[position + 2]["distance"]
        if call is not None and sold is not None:
            called.append((call, rows[position]["claim"], sold))
    if not called:
        return "What is drawn against pledged coins is not known."
    call, name, sold = max(called)
    coin = f"{print_.count(spot)} USD"
    if call >= 0.0:
        return f"With a coin at {coin} {name} stands at or beyond its margin call."
    return (
        f"A fall of the coin by {print_.in_sentence(-call, 'share')} from {coin} calls {name}, by "
        f"{print_.in_sentence(-sold, 'share')} sells it out."
    )

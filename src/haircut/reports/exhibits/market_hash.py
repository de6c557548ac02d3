"""The hash market: hashprice ahead, where the network rests, what each rig is worth to whom."""

from __future__ import annotations

import datetime
from typing import Any

import polars as pl

from haircut.machines.view.hashing import HashPage
from haircut.reports import look
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Rule, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table


def build(page: HashPage) -> Exhibit:
    """Table and picture of the page of the hash market."""
    price, hashrate = page.dates
    notes = [
        f"Hashprice from {page.btc_usd:,.0f} USD a coin ({price:%d-%b-%Y}) and {page.hashrate_ehs:,.0f} EH/s "
        f"({hashrate:%d-%b-%Y}); at rest the network has {page.resting_hashrate_ehs:,.0f} EH/s.",
        "Value: mean over buyers by their power price. Off at: hashprice below which a rig stands still at the "
        "cheapest and at the dearest power. Elasticity: change of log value by change of log hashprice.",
    ]
    if max(high for *_, high in page.median_path) > 2.2 * page.hashprice:
        notes.append("The band is clipped at 2.2 times today's hashprice.")
    if abs((price - hashrate).days) > 16:
        notes.append("Price and hashrate are of different days, more than one difficulty epoch apart.")
    return Exhibit("market_hash", page.sentence(), _table(page), _chart(page, wide=True), _chart(page, wide=False),
                   tuple(notes))  # fmt: skip


def _table(page: HashPage) -> Table:
    rows: list[dict[str, Any]] = []
    for row in page.rigs:
        prices = sorted(row.buyers, key=lambda buyer: buyer.power_price_usd_per_kwh)
        rows.append({
            "rig": row.rig, "efficiency": row.efficiency_j_per_th, "value": row.value_usd,
            "per_th": row.value_usd_per_th, "cheap": prices[0].value_usd, "dear": prices[-1].value_usd,
            "low_off": prices[0].switch_off_usd_per_ph_day, "high_off": prices[-1].switch_off_usd_per_ph_day,
            "elasticity": row.elasticity, "median": row.retirement_months[1], "none": "not_applicable",
        })  # fmt: skip
    columns = (
        Column("rig", "rig"),
        Column("efficiency", "J/TH", "number"),
        Column("value", "USD per unit", "count"),
        Column("per_th", "USD per TH/s", "number"),
        Column("cheap", "cheapest power", "count"),
        Column("dear", "dearest", "count"),
        Column("low_off", "off at", "count"),
        Column("high_off", "to", "count"),
        Column("elasticity", "elasticity", "x", reason="none"),
        Column("median", "half retired", "months", reason="none"),
    )
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("per_th").round(2))
    return Table(frame, columns, "market")


def _day(page: HashPage, month: int) -> str:
    first = page.as_of.year * 12 + page.as_of.month - 1 + month
    return datetime.date(first // 12, first % 12 + 1, 1).isoformat()


def _chart(page: HashPage, *, wide: bool) -> Spec:
    rows = [(_day(page, month), low, middle, high) for month, low, middle, high in page.median_path]
    newest = min(page.rigs, key=lambda row: row.efficiency_j_per_th, default=None)
    oldest = max(page.rigs, key=lambda row: row.efficiency_j_per_th, default=None)
    rules = [Rule("marginal miner rests today", page.resting_hashprice, look.INK, list(look.DOTTED))]
    for row in (newest, oldest):
        if row is not None:
            middle = sum(b.share * b.switch_off_usd_per_ph_day for b in row.buyers)
            rules.append(Rule(f"{row.rig} stands still", middle, look.BREACH))
    top = max(1.15 * rows[0][2], *(1.1 * rule.level for rule in rules))
    return time_chart(
        Canvas(wide, right=label_margin(["median"]), height=300 if wide else 260),
        lines=[Line("median", [(date, middle) for date, _, middle, _ in rows], look.REALISABLE)],
        values=(0.0, max(top, min(2.2 * rows[0][2], max(high for *_, high in rows)))),
        y_title="hashprice, USD per PH/s a day: median and 90 % of paths",
        y_format=".0f",
        bands=[Band([(date, low, high) for date, low, _, high in rows], look.REALISABLE, 0.15)],
        rules=rules,
    )

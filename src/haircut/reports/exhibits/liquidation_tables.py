"""A sale beyond its price path: three depths, recovery by LTV, the halls that could take the machines."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.liquidate import Liquidation

DEPTHS = ("a third", "the market's", "three times")


def build(found: Liquidation) -> tuple[Exhibit, ...]:
    """Depths, recoveries, buyers."""
    return depths(found), recoveries(found), buyers(found)


def depths(found: Liquidation) -> Exhibit:
    """Proceeds and haircuts at three depths of the market."""
    rows = []
    for name, sale in zip(DEPTHS, found.sales, strict=True):
        rows.append(
            {
                "depth": name,
                "a_month": sale.depth_units_a_month,
                "reason": "not_applicable",
                "months": float(sale.months),
                "nolv": sale.nolv_usd,
                "nolv_share": sale.nolv_usd / found.value_usd,
                "flv": sale.flv_usd,
                "flv_share": sale.flv_usd / found.value_usd,
                "h95": sale.haircut_95.value,
                "h95_error": sale.haircut_95.std_error,
                "late": sale.haircut_95_after_lag.value,
                "late_error": sale.haircut_95_after_lag.std_error,
            }
        )
    columns = (
        Column("depth", "depth"),
        Column("a_month", "units a month", "count", reason="reason"),
        Column("months", "months", "count"),
        Column("nolv", "orderly", "usd"),
        Column("nolv_share", "of mark", "share"),
        Column("flv", "one month", "usd"),
        Column("flv_share", "of mark", "share"),
        Column("h95", "haircut 95", "share", error="h95_error"),
        Column("late", "after the lag", "share", error="late_error"),
    )
    low, high = (print_.number(each.nolv_usd / found.value_usd, "share") for each in found.sales[::2])
    return Exhibit(
        "liquidation_depths",
        f"An orderly sale brings {low} to {high} % of the mark, a third to three times the depth.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "today's market", found.paths),
        notes=(
            f"Haircut 95: that repays a lender on 95 % of {found.paths:,} paths, in % of the mark; after the lag: "
            f"seized now, sold after {found.lag_months} months. Depth is the least certain number here.",
        ),
    )


def recoveries(found: Liquidation) -> Exhibit:
    """What a lender gets back by loan-to-value."""
    rows = [
        {
            "ltv": each.ltv,
            "debt": each.debt_usd,
            "orderly": each.orderly,
            "forced": each.forced,
            "late": each.after_lag,
            "late_error": each.after_lag_std_error,
            "whole": each.whole,
            "whole_error": None if each.whole in (0.0, 1.0) else each.whole_std_error,
            "whole_exact": False,
        }
        for each in found.sale.recoveries
    ]
    columns = (
        Column("ltv", "LTV, market", "share"),
        Column("debt", "debt", "usd"),
        Column("orderly", "orderly", "share"),
        Column("forced", "one month", "share"),
        Column("late", "after the lag", "share", error="late_error"),
        Column("whole", "made whole, paths", "share", error="whole_error"),
    )
    debt = print_.in_sentence(found.sale.largest_debt_95_usd, "usd")
    return Exhibit(
        "liquidation_recoveries",
        f"The largest debt that this sale repays on 95 % of paths is {debt}.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "today's market", found.paths),
        notes=("Shares of the debt. LTV over today's market mark, as a borrowing base would state it.",),
    )


def buyers(found: Liquidation) -> Exhibit:
    """Halls of known operators with power to spare."""
    rows = [
        {"hall": hall.site, "mw": hall.spare_mw, "units": hall.units, "why": hall.why_not or "fits"}
        for hall in found.buyers.halls
    ]
    columns = (
        Column("hall", "hall"),
        Column("mw", "spare MW", "number"),
        Column("units", "units", "count"),
        Column("why", "machines"),
    )
    return Exhibit(
        "liquidation_buyers",
        found.buyers.sentence,
        Table(pl.DataFrame(rows), columns, "halls of the case") if rows else None,
    )

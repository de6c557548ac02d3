"""The loan year by year in the base case: balance, cover and the four LTVs."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

KEPT = ("month", "date", "balance", "book_ltv", "market_ltv", "nolv_ltv", "flv_ltv", "rent")
FLOWS = ("contract_revenue", "merchant_revenue", "operating_cost", "cfads", "debt_service")


def build(run: RunFrames) -> Exhibit:
    """One row a year: stocks at the year's end, flows of the twelve months before it."""
    yearly = (
        run.ladder.filter(pl.col("date").cast(pl.String) <= run.maturity)
        .with_columns(year=((pl.col("month") + 11) // 12))
        .group_by("year")
        .agg(
            *[pl.col(name).last() for name in KEPT],
            *[pl.col(name).sum() for name in FLOWS],
            pl.col("dscr").fill_nan(None).min(),
        )
        .sort("year")
        .with_columns(
            [pl.when(pl.col("year") > 0).then(pl.col(name)).otherwise(None).alias(name) for name in FLOWS]
            + [
                pl.lit("the as-of date; flows follow").alias("reason"),
                pl.lit("the loan is repaid").alias("repaid"),
            ]
            + [pl.lit(f"measure:{name}").alias(f"{name}_target") for name in KEPT[3:7]]
        )
    )
    columns = (
        Column("date", "date", "date"),
        Column("balance", "balance", "usd"),
        Column("contract_revenue", "contracts", "usd", reason="reason"),
        Column("merchant_revenue", "market", "usd", reason="reason"),
        Column("operating_cost", "costs", "usd", reason="reason"),
        Column("cfads", "CFADS", "usd", reason="reason"),
        Column("debt_service", "debt service", "usd", reason="reason"),
        Column("dscr", "lowest DSCR", "x", reason="reason"),
        Column("book_ltv", "book LTV", "share", reason="repaid", target="book_ltv_target"),
        Column("market_ltv", "market", "share", reason="repaid", target="market_ltv_target"),
        Column("nolv_ltv", "NOLV", "share", reason="repaid", target="nolv_ltv_target"),
        Column("flv_ltv", "FLV", "share", reason="repaid", target="flv_ltv_target"),
    )
    return Exhibit(
        "ladder",
        _title(yearly),
        Table(yearly, columns, "base case", run.paths),
        notes=("Stocks at the date, flows over the twelve months that end there; no error of simulation.",),
    )


def _title(yearly: pl.DataFrame) -> str:
    paid = yearly.filter(pl.col("balance") < 1.0)
    if paid.height and yearly.height:
        return (
            f"The loan runs from {print_.in_sentence(yearly['balance'][0], 'usd')} to zero by "
            f"{print_.month(paid['date'][0])}."
        )
    if not yearly.height:
        return "The run records no month of this loan."
    left = print_.in_sentence(yearly["balance"][-1], "usd")
    return f"{left} is outstanding on {print_.date(yearly['date'][-1])}."

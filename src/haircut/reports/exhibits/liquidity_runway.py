"""An issuer's money against what it burns, and what its equity loses when coin and rent fall."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.whole_book import IssuerPage


def build(page: IssuerPage) -> Exhibit:
    """Liquidity, burn and months; of a miner its double leverage below."""
    run, leverage = page.runway, page.leverage
    rows: list[dict[str, Any]] = [
        _row("cash and reserves", run.cash_usd, "usd"),
        _row("free coins at spot", run.coins_usd, "usd"),
        _row("undrawn revolvers", run.revolvers_usd, "usd"),
        _row("shares that a calm market takes, a month", run.equity_usd_per_month, "usd"),
        _row("machines ordered, not paid", run.orders_usd, "usd"),
        _row("debt service without balloons less CFADS, next year", run.burn_usd, "usd", run.reason),
        _row(
            "months until the money is gone, no refinancing", _float(run.months), "months", run.reason or ""
        ),
        _row("the same, shares issued", _float(run.months_with_equity), "months", run.reason or ""),
    ]
    if leverage is not None:
        rows += [
            _row("equity by base-case value at 10 %", leverage.equity_usd, "usd", "missing_input"),
            _row("equity for a coin 10 % lower", leverage.coin, "share", "not_applicable"),
            _row("equity for rent and hashprice 10 % lower", leverage.rent, "share", "not_applicable"),
            _row("equity for both", leverage.both, "share", "not_applicable"),
            _row("both beyond the sum of each", leverage.both_beyond, "share", "not_applicable"),
        ]
    schema = {"what": pl.String, "value": pl.Float64, "unit": pl.String, "reason": pl.String}
    columns = (Column("what", "base case, $m, %, months"), Column("value", "", "by_row", reason="reason"))
    return Exhibit(
        "liquidity_runway",
        _sentence(page),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case"),
        notes=(
            "All silos of the issuer together, which ring-fenced loans would not allow."
            + (
                " Equity: base-case value less debt, never below nothing; the loans stay as they are. Owners are taken "
                "to stop a business that never earns its overhead, so that rent then moves nothing."
                if leverage is not None
                else ""
            ),
        ),
    )


def _row(what: str, value: float | None, unit: str, reason: str | None = "") -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "reason": reason or ""}


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)


def _sentence(page: IssuerPage) -> str:
    run = page.runway
    there = print_.in_sentence(run.liquidity_usd, "usd")
    if run.reason is not None:
        return f"{there} of cash, coins and revolvers; what is earned against them is not in the book."
    if run.months is None:
        return f"{there} of cash, coins and revolvers last in the base case as long as the debt."
    return (
        f"{there} of cash, coins and revolvers last {run.months} months in the base case without refinancing."
    )

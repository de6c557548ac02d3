"""Where a silo's money comes from and what it pays for: debt, prepayments and the rest against machines and cash."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import Entity, drawn_usd, in_silo, mark_of, silo, weakest
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

SCHEMA: Final = {
    "side": pl.String, "what": pl.String, "mark": pl.String, "amount_usd": pl.Float64, "share": pl.Float64,
    "today_usd": pl.Float64, "reason": pl.String,
}  # fmt: skip
SOURCES, USES = "sources", "uses"
REST: Final = "equity, earlier cash flow and what the book does not hold"
ELSEWHERE: Final = "purposes that the book does not hold"


def build(run: RunFrames) -> Exhibit:
    """Sources, uses, and the balance that makes them equal."""
    sources, uses = _sources(run), _uses(run)
    if not sources or not uses:
        why = "no cost of what the debt paid for" if sources else "no claim of this borrower"
        return Exhibit(
            "sources_and_uses",
            "The book does not say what the debt paid for.",
            not_calculated=(f"sources and uses, because the book has {why}.",),
        )
    paid, spent = (sum(row["amount_usd"] for row in rows) for rows in (sources, uses))
    gap = spent - paid
    rest = _row(SOURCES if gap >= 0.0 else USES, REST if gap >= 0.0 else ELSEWHERE, "balance", abs(gap), None)
    (sources if gap >= 0.0 else uses).append(rest)
    total = max(paid, spent)
    rows = sources + uses
    for row in rows:
        row["share"] = row["amount_usd"] / total
    columns = (
        Column("side", ""),
        Column("what", "what"),
        Column("mark", "mark"),
        Column("amount_usd", "amount", "usd"),
        Column("share", "share", "share"),
        Column("today_usd", "by the as-of date", "usd", reason="reason"),
    )
    return Exhibit(
        "sources_and_uses",
        _title(rows, total),
        Table(pl.DataFrame(rows, schema=SCHEMA), columns, "the book", run.paths),
        notes=(
            "One borrower. Debt as committed, without a commitment as drawn and to be drawn; a revolver as drawn. "
            "Machines at cost, those to come included. Prepaid: what is not worked off. By the as-of date: debt drawn "
            "and not repaid, machines in service. Balance: the difference of the two sides, no input.",
        ),
    )


def _row(side: str, what: str, mark: str, amount: float, today: float | None) -> dict[str, Any]:
    reason = "" if mark == "balance" else "missing_input"
    return {"side": side, "what": what, "mark": mark, "amount_usd": amount, "share": None, "today_usd": today,
            "reason": reason}  # fmt: skip


def _sources(run: RunFrames) -> list[dict[str, Any]]:
    """Claims by rank, then what customers prepaid."""
    rows = []
    for claim in sorted(in_silo(run, "claims"), key=lambda each: each.get("rank", 1)):
        drawn = drawn_usd(run, claim)
        amount, field = _amount(claim, drawn)
        if amount is not None and amount > 0.0:
            words = f"{claim['id']}, rank {claim.get('rank', 1)}"
            rows.append(_row(SOURCES, words, mark_of(claim, field), amount, drawn))
    prepaid = [each for each in in_silo(run, "contracts") if each.get("prepaid_usd")]
    if prepaid:
        held = sum(float(each["prepaid_usd"]) for each in prepaid)
        mark = weakest(*(mark_of(each, "prepaid_usd") for each in prepaid))
        rows.append(_row(SOURCES, "prepaid by customers", mark, held, held))
    return rows


def _amount(claim: Entity, drawn: float | None) -> tuple[float | None, str]:
    """What a claim brings in all, and the field that says it."""
    if claim.get("commitment_usd") and not claim.get("revolving"):
        return float(claim["commitment_usd"]), "commitment_usd"
    later = sum(float(each["amount_usd"]) for each in claim.get("draws") or ())
    return (None if drawn is None else drawn + later), "drawn_usd" if claim.get("drawn_usd") else "sizing"


def _uses(run: RunFrames) -> list[dict[str, Any]]:
    """Fleets at cost, machines ordered, reserves, cash."""
    rows = []
    for fleet in in_silo(run, "fleets"):
        cost = float(fleet["units"]) * float(fleet["cost_usd_per_unit"])
        mark = weakest(mark_of(fleet, "units"), mark_of(fleet, "cost_usd_per_unit"))
        there = str(fleet["in_service"])[:10] <= run.as_of[:10]
        words = f"{print_.count(fleet['units'])} {fleet['device']}"
        rows.append(_row(USES, words, mark, cost, cost if there else 0.0))
    owner = run.entity("borrowers", silo(run))
    ordered = owner.get("purchase_commitments") or ()
    if ordered:
        amount = sum(float(each["amount_usd"]) for each in ordered)
        deposits = sum(float(each.get("deposit_usd", 0.0)) for each in ordered)
        rows.append(_row(USES, "machines ordered", mark_of(owner, "purchase_commitments"), amount, deposits))
    accounts = owner.get("accounts") or {}
    held = sum(float(each.get("balance_usd", 0.0)) for each in accounts.get("reserves") or ())
    cash = float(accounts.get("cash_usd", 0.0))
    for words, amount, field in (
        ("reserve accounts", held, "accounts.reserves"),
        ("cash", cash, "accounts.cash_usd"),
    ):
        if amount > 0.0:
            rows.append(_row(USES, words, mark_of(owner, field), amount, amount))
    return rows


def _title(rows: list[dict[str, Any]], total: float) -> str:
    debt = sum(row["amount_usd"] for row in rows if row["side"] == SOURCES and ", rank " in row["what"])
    rest = next(row for row in rows if row["mark"] == "balance")
    left = print_.in_sentence(rest["amount_usd"], "usd")
    tail = f"{left} comes from outside the book" if rest["side"] == SOURCES else f"{left} goes to {ELSEWHERE}"
    return (
        f"Debt is {print_.in_sentence(debt / total, 'share')} of {print_.in_sentence(total, 'usd')}; {tail}."
    )

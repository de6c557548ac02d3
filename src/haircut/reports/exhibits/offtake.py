"""Who has rented the silo's machines and megawatts: capacity, price, end, credit, and what is still to be paid."""

from __future__ import annotations

import datetime
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import Entity, entities, in_silo, mark_of, name_of
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames
from haircut.units import HOURS_PER_YEAR

DAYS_PER_YEAR: Final = 365.0
TEXTS: Final = ("contract", "customer", "credit", "credit_mark", "capacity", "price_mark", "start", "end")


def build(run: RunFrames) -> Exhibit:
    """One row a contract or lease of the claim's borrower that has not ended, the next to end first."""
    rows = [_row(run, each, lease=False) for each in in_silo(run, "contracts")]
    rows += [_row(run, each, lease=True) for each in in_silo(run, "leases")]
    rows = sorted((row for row in rows if row["end"] > run.as_of[:10]), key=lambda row: str(row["end"]))
    if not rows:
        return Exhibit(
            "offtake",
            "No customer has rented what stands behind this claim.",
            not_calculated=("offtake, because the borrower has no contract and no lease to come.",),
        )
    total = sum(row["to_come_usd"] for row in rows)
    for row in rows:
        row["share"] = row["to_come_usd"] / total if total > 0.0 else None
    frame = pl.DataFrame(rows, schema={name: pl.String if name in TEXTS else pl.Float64 for name in rows[0]})
    shown = (
        Column("customer", "customer"),
        Column("credit", "credit"),
        Column("credit_mark", "mark"),
        Column("capacity", "capacity"),
        Column("price_usd_per_gpu_hour", "price", "rent", reason="blank"),
        Column("price_usd_per_mw_month", "rent, $ per MW-month", "count", reason="blank"),
        Column("price_mark", "mark"),
        Column("start", "from", "date"),
        Column("end", "to", "date"),
        Column("take_or_pay_share", "take or pay", "share"),
        Column("prepaid_usd", "prepaid", "usd"),
        Column("to_come_usd", "to come", "usd"),
        Column("share", "share", "share"),
    )
    columns = tuple(
        column for column in shown if column.unit in ("text", "date") or frame[column.key].count() > 0
    )
    frame = frame.with_columns(blank=pl.lit(""))
    return Exhibit(
        "offtake",
        _title(rows, total),
        Table(frame, columns, "contracts", run.paths),
        notes=(
            "To come: capacity times price times the hours from the as-of date, or the start, to the end, at the share "
            "that is paid whether used or not; gross, undiscounted, every machine alive and every customer paying; a "
            "lease is paid in full. Prepaid money is a part of it that brings no cash any more. Mark: of the credit, "
            "and of the price.",
        ),
    )


def _row(run: RunFrames, contract: Entity, *, lease: bool) -> dict[str, Any]:
    customer: Entity = next(
        (each for each in entities(run, "customers") if each["id"] == contract["customer"]), {}
    )
    price = "price_usd_per_mw_month" if lease else "price_usd_per_gpu_hour"
    paid = 1.0 if lease else float(contract.get("take_or_pay_share", 1.0))
    return {
        "contract": str(contract["id"]),
        "customer": name_of(customer, str(contract["customer"])),
        "credit": _credit(customer.get("credit") or {}) + _backed(contract),
        "credit_mark": _credit_mark(customer),
        "capacity": _capacity(run, contract, lease=lease),
        "price_usd_per_gpu_hour": None if lease else contract[price],
        "price_usd_per_mw_month": contract[price] if lease else None,
        "price_mark": mark_of(contract, price),
        "start": str(contract["start"])[:10],
        "end": str(contract["end"])[:10],
        "take_or_pay_share": None if lease else paid,
        "prepaid_usd": float(contract.get("prepaid_usd", 0.0)),
        "to_come_usd": paid * contract[price] * _quantity(run, contract, lease=lease),
    }


def _quantity(run: RunFrames, contract: Entity, *, lease: bool) -> float:
    """GPU-hours or megawatt-months from the as-of date, or the start, to the end."""
    day = datetime.date.fromisoformat
    begin = max(day(str(contract["start"])[:10]), day(run.as_of[:10]))
    years = (day(str(contract["end"])[:10]) - begin).days / DAYS_PER_YEAR
    size = contract["megawatts"] * 12.0 if lease else contract["units"] * HOURS_PER_YEAR
    return float(size * max(years, 0.0))


def _capacity(run: RunFrames, contract: Entity, *, lease: bool) -> str:
    if lease:
        return f"{print_.plain(contract['megawatts'])} MW"
    device = run.entity("fleets", str(contract["fleet"])).get("device", contract["fleet"])
    return f"{print_.count(contract['units'])} {device}"


def _credit(credit: Entity) -> str:
    """A rating, a curve of the market, or a hazard under its measure."""
    if credit.get("rating"):
        return str(credit["rating"])
    if credit.get("curve"):
        return f"curve {credit['curve']}"
    if credit.get("hazard_per_year") is None:
        return "not stated"
    return f"hazard {print_.in_sentence(credit['hazard_per_year'], 'share')} a year, {credit.get('measure')}"


def _credit_mark(customer: Entity) -> str:
    credit = customer.get("credit") or {}
    stated = next(
        (name for name in ("rating", "curve", "hazard_per_year") if credit.get(name) is not None), ""
    )
    sources = customer.get("sources") or {}
    return mark_of(customer, f"credit.{stated}" if f"credit.{stated}" in sources else "credit")


def _backed(contract: Entity) -> str:
    if not contract.get("backer"):
        return ""
    return f", backed by {contract['backer']}"


def _title(rows: list[dict[str, Any]], total: float) -> str:
    owed: dict[str, float] = {}
    for row in rows:
        owed[row["customer"]] = owed.get(row["customer"], 0.0) + row["to_come_usd"]
    name, most = max(owed.items(), key=lambda item: item[1])
    last = max(row["end"] for row in rows)
    share = print_.in_sentence(most / total, "share") if total > 0.0 else print_.NOT_AVAILABLE
    return (
        f"Contracts and leases bring {print_.in_sentence(total, 'usd')} until {print_.month(last)}, {share} of it from "
        f"{name}."
    )

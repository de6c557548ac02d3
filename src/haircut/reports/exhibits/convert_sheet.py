"""The convert sheet: one row a note, from its bond floor to the credit spread that its price implies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from haircut.pricing.convertible.sheet import ConvertNote
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table


def build(notes: Sequence[ConvertNote]) -> Exhibit:
    """A table of the notes, in the order given; at least one."""
    rows = [_row(note) for note in notes]
    columns = (
        Column("note", "note"),
        Column("parity", "parity", "price"),
        Column("floor", "floor", "price"),
        Column("value", "value", "price", error="error"),
        Column("low", "low", "price"),
        Column("high", "high", "price"),
        Column("quoted", "quoted", "price", reason="no_quote"),
        Column("spread", "spread", "bp", reason="why_spread"),
        Column("spread_low", "low", "bp", reason="why_low"),
        Column("spread_high", "high", "bp", reason="why_high"),
    )
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    return Exhibit(
        "convert_sheet",
        _title(notes),
        Table(frame, columns, "convertible grid"),
        notes=(
            "Prices dirty, per 100 of par. Floor: the same promise and default law without conversion, calls and "
            "puts. Numerical error: what halving the grid changes. "
            "Spread: the least flat credit spread at which the value is the quote.",
            *(_assumptions(note) for note in notes),
        ),
        not_calculated=tuple(sentence for note in notes for sentence in _missing(note)),
    )


_SCHEMA: dict[str, Any] = {
    "note": pl.String,
    "maturity": pl.String,
    "parity": pl.Float64,
    "floor": pl.Float64,
    "value": pl.Float64,
    "error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "quoted": pl.Float64,
    "no_quote": pl.String,
    "delta": pl.Float64,
    "spread": pl.Float64,
    "why_spread": pl.String,
    "spread_low": pl.Float64,
    "why_low": pl.String,
    "spread_high": pl.Float64,
    "why_high": pl.String,
    "implied_volatility": pl.Float64,
    "vega": pl.Float64,
    "cs01": pl.Float64,
    "ir01": pl.Float64,
    "borrow01": pl.Float64,
}
"""Printed columns, then those that only the files carry."""


def _row(note: ConvertNote) -> dict[str, Any]:
    why = "no_quote" if note.quoted is None else "no_margin_clears"
    low, high = note.implied_spread_range
    return {
        "note": note.name,
        "maturity": note.maturity_date.isoformat(),
        "parity": note.found.parity,
        "floor": note.found.bond_floor,
        "value": note.found.value,
        "error": note.found.numerical_error,
        "low": note.value_range[0],
        "high": note.value_range[1],
        "quoted": note.quoted,
        "no_quote": "no_quote",
        "delta": note.found.delta,
        "spread": _in_bp(note.implied_spread),
        "why_spread": why,
        "spread_low": _in_bp(low),
        "why_low": why,
        "spread_high": _in_bp(high),
        "why_high": why,
        "implied_volatility": note.implied_volatility,
        "vega": note.found.vega,
        "cs01": note.found.cs01,
        "ir01": note.found.ir01,
        "borrow01": note.found.borrow01,
    }


def _in_bp(spread: float | None) -> float | None:
    return None if spread is None else 1e4 * spread


def _title(notes: Sequence[ConvertNote]) -> str:
    """The first note in a sentence; what a price implies is never said without its range."""
    note = notes[0]
    low, high = (print_.number(end, "price") for end in note.value_range)
    sentence = f"{note.name} is worth {print_.number(note.found.value, 'price')}, {low} to {high} over what is assumed"
    if note.quoted is None:
        return sentence + ", no quote."
    return sentence + f", against {print_.number(note.quoted, 'price')} quoted."


def _assumptions(note: ConvertNote) -> str:
    def shares(values: tuple[float, float, float]) -> str:
        return " / ".join(f"{100.0 * value:.0f}" for value in values)

    due, day = print_.date(note.maturity_date), print_.date(note.as_of)
    return (
        f"{note.name}, due {due}: stock {note.stock_price_usd:,.2f} USD on {day}, converts at "
        f"{note.conversion_price_usd:,.2f}; assumed volatility {shares(note.volatility)} %, borrow cost "
        f"{shares(note.borrow_cost)} % a year, low / middle / high; numerical error of the value "
        f"{print_.error(note.found.numerical_error, 'price')}."
    )


def _missing(note: ConvertNote) -> list[str]:
    if note.quoted is None:
        return [f"Implied spread of {note.name}, because {print_.reason('no_quote')}."]
    quoted = print_.number(note.quoted, "price")
    ends = {
        "low volatility with dear borrow": note.implied_spread_range[0],
        "the middle": note.implied_spread,
        "high volatility with cheap borrow": note.implied_spread_range[1],
    }
    return [
        f"Implied spread of {note.name} at {where}, because no credit spread makes it worth {quoted}."
        for where, spread in ends.items()
        if spread is None
    ]

"""Convertible notes: value, sensitivities, and the credit spread that a price implies."""

from __future__ import annotations

from haircut.pricing.convertible.capped_call import capped_call_value
from haircut.pricing.convertible.sheet import ConvertNote, convert_note
from haircut.pricing.convertible.terms import (
    CallPeriod,
    ConvertibleMarket,
    ConvertibleTerms,
    PutDate,
    StockDividend,
)
from haircut.pricing.convertible.value import (
    ConvertibleValue,
    bond_floor,
    convertible_price,
    implied_credit_spread,
    implied_volatility,
    value_convertible,
    with_spread,
)

__all__ = [
    "CallPeriod",
    "ConvertNote",
    "ConvertibleMarket",
    "ConvertibleTerms",
    "ConvertibleValue",
    "PutDate",
    "StockDividend",
    "bond_floor",
    "capped_call_value",
    "convert_note",
    "convertible_price",
    "implied_credit_spread",
    "implied_volatility",
    "value_convertible",
    "with_spread",
]

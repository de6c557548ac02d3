"""Dates, schedules, day counts; discount, forward and survival curves; spread arithmetic.

Public names are resolved on first use, so that importing the room costs nothing. QuantLib is imported here
and nowhere else, only when a calendar, a 30/360 or ACT/ACT day count or a standard CDS maturity asks for it;
its global evaluation date influences no answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from haircut.curves.cds import CdsTerms, par_spread, upfront
    from haircut.curves.cds_panel import HazardPanel, bootstrap_panel
    from haircut.curves.dates import (
        CalendarName,
        Convention,
        DayCount,
        add_months,
        adjust,
        month_ends,
        month_index,
        parse_date,
        payment_months,
        year_fraction,
    )
    from haircut.curves.discount import DiscountCurve
    from haircut.curves.spreads import (
        discount_margin,
        price_at_discount_margin,
        swap_rate,
        weighted_average_life,
        z_spread,
    )
    from haircut.curves.survival import Measure, SurvivalCurve
    from haircut.curves.wang import to_measure, wang_distortion, wang_to_p, wang_to_q

_HOMES = {
    "CalendarName": "dates",
    "Convention": "dates",
    "DayCount": "dates",
    "add_months": "dates",
    "adjust": "dates",
    "month_ends": "dates",
    "month_index": "dates",
    "parse_date": "dates",
    "payment_months": "dates",
    "year_fraction": "dates",
    "DiscountCurve": "discount",
    "Measure": "survival",
    "SurvivalCurve": "survival",
    "to_measure": "wang",
    "wang_distortion": "wang",
    "wang_to_p": "wang",
    "wang_to_q": "wang",
    "CdsTerms": "cds",
    "par_spread": "cds",
    "upfront": "cds",
    "HazardPanel": "cds_panel",
    "bootstrap_panel": "cds_panel",
    "discount_margin": "spreads",
    "price_at_discount_margin": "spreads",
    "swap_rate": "spreads",
    "weighted_average_life": "spreads",
    "z_spread": "spreads",
}

__all__ = [
    "CalendarName",
    "CdsTerms",
    "Convention",
    "DayCount",
    "DiscountCurve",
    "HazardPanel",
    "Measure",
    "SurvivalCurve",
    "add_months",
    "adjust",
    "bootstrap_panel",
    "discount_margin",
    "month_ends",
    "month_index",
    "par_spread",
    "parse_date",
    "payment_months",
    "price_at_discount_margin",
    "swap_rate",
    "to_measure",
    "upfront",
    "wang_distortion",
    "wang_to_p",
    "wang_to_q",
    "weighted_average_life",
    "year_fraction",
    "z_spread",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"haircut.curves.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"haircut.curves has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)

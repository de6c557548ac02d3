"""Outcomes to named measures, each with its error or with the reason why it has no value.

Names are resolved on first use, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from haircut.pricing.generic_premium import GenericPremium, generic_premium
    from haircut.pricing.measures import CATALOGUE, Definition, Measure
    from haircut.pricing.survival_weighted import survival_weighted_legs, survival_weighted_spread
    from haircut.pricing.underwriting import Underwriting, underwriting
    from haircut.pricing.value import premiums, value, views

_HOMES = {
    "CATALOGUE": "measures",
    "Definition": "measures",
    "GenericPremium": "generic_premium",
    "Measure": "measures",
    "Underwriting": "underwriting",
    "generic_premium": "generic_premium",
    "premiums": "value",
    "survival_weighted_legs": "survival_weighted",
    "survival_weighted_spread": "survival_weighted",
    "underwriting": "underwriting",
    "value": "value",
    "views": "value",
}

__all__ = [
    "CATALOGUE",
    "Definition",
    "GenericPremium",
    "Measure",
    "Underwriting",
    "generic_premium",
    "premiums",
    "survival_weighted_legs",
    "survival_weighted_spread",
    "underwriting",
    "value",
    "views",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f"haircut.pricing.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"haircut.pricing has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)

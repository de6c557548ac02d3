"""Questions to a whole book: its issuers, what is rich or cheap, and the sector.

from haircut.studies.whole_book import relative_value, sector, show

show("reference-2026-10", issuer="mara").issuers[0].runway

Names are resolved on first use, so that an answer that is kept is found without importing the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from haircut.studies.whole_book.asked_sector import Sector, sector
    from haircut.studies.whole_book.pages import BookPage, IssuerPage, show
    from haircut.studies.whole_book.rich_or_cheap import RelativeValue, relative_value

_HOMES = {
    "BookPage": "pages",
    "IssuerPage": "pages",
    "RelativeValue": "rich_or_cheap",
    "Sector": "asked_sector",
    "relative_value": "rich_or_cheap",
    "sector": "asked_sector",
    "show": "pages",
}

__all__ = ["BookPage", "IssuerPage", "RelativeValue", "Sector", "relative_value", "sector", "show"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no attribute {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value

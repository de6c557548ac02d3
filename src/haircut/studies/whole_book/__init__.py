"""Questions to a whole book: its issuers, what is rich or cheap, and the sector.

from haircut.studies.whole_book import relative_value, sector, show

show("reference-2026-10", issuer="mara").issuers[0].runway
"""

from __future__ import annotations

from haircut.studies.whole_book.pages import BookPage, IssuerPage, show
from haircut.studies.whole_book.relative_value import RelativeValue, relative_value
from haircut.studies.whole_book.sector import Sector, sector

__all__ = ["BookPage", "IssuerPage", "RelativeValue", "Sector", "relative_value", "sector", "show"]

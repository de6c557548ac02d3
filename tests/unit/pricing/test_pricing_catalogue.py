"""The method page of measures is the catalogue."""

from pathlib import Path

from haircut.pricing.catalogue_page import catalogue_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods" / "measures.md"


def test_the_page_is_written_from_the_catalogue() -> None:
    assert PAGE.read_text("utf-8") == catalogue_page(), (
        "write it again: python -m haircut.pricing.catalogue_page > docs/methods/measures.md"
    )

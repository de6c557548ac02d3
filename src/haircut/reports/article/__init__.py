"""The register of the article's claims as a page, in English and in Ukrainian, from one set of numbers."""

from haircut.reports.article.page import LANGUAGES, page, pictures

__all__ = ["LANGUAGES", "page", "pictures"]

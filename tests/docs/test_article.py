"""The register of claims is what the command makes: pages from the kept numbers, numbers from the book."""

import json
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.reports.article import LANGUAGES, page
from haircut.reports.article.page import FILES
from haircut.studies.article import Number, of_book, of_market

CASES = Path(__file__).resolve().parents[2] / "docs" / "cases"


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / "article.json").read_text("utf-8"))
    return found


def numbers(register: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for claim in register["claims"] for each in claim["numbers"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_made_from_the_kept_numbers(kept: dict[str, Any], language: str) -> None:
    """To make it again: haircut article reference-2026-10 --out docs/cases."""
    name = FILES[language]
    assert (CASES / f"{name}.md").read_text("utf-8") == page(kept, language)
    assert (CASES / f"{name}.svg").is_file()


def test_twelve_claims_have_a_number_or_a_reason_and_one_of_three_verdicts(kept: dict[str, Any]) -> None:
    assert [claim["claim"] for claim in kept["claims"]] == list(range(1, 13))
    for claim in kept["claims"]:
        assert claim["verdict"] in ("binds", "does_not_bind", "cannot_tell")
        assert claim["verdict"] == claim["numbers"][0]["verdict"]


def test_kept_numbers_that_need_few_paths_are_todays(kept: dict[str, Any]) -> None:
    """Those of inputs alone to rounding, that of 4,000 paths to four errors on another processor."""
    case, found = hc.load(kept["case"]), numbers(kept)
    again: tuple[Number, ...] = (
        of_book.rollover(case, {}), of_book.dense_racks(case), of_market.launches_take(case.market),
        of_market.nobody_buys(case.market, of_book.machine_debt(case)), of_market.rents_fall(case.market),
    )  # fmt: skip
    for number in again:
        was = found[number.name]
        for name in ("value", "low", "high"):
            error = 4.0 * (number.std_error or 0.0)
            assert was[name] == (
                None
                if getattr(number, name) is None
                else pytest.approx(getattr(number, name), rel=1e-6, abs=error)
            ), (number.name, name)

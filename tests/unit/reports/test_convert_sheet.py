"""The convert sheet prints what pricing found, with its range or the reason why there is none."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.pricing.convertible import ConvertibleMarket, ConvertibleTerms, ConvertNote, convert_note
from haircut.reports.exhibits import convert_sheet
from haircut.reports.market_text import exhibit_text

AS_OF = date(2025, 12, 11)
TERMS = ConvertibleTerms(date(2031, 12, 1), 107.80, coupon=0.0175, accrual_start=AS_OF)


def note(quoted: float | None, fall: float = 0.7) -> ConvertNote:
    market = ConvertibleMarket(
        86.24,
        0.6,
        DiscountCurve.flat(AS_OF, 0.0374),
        SurvivalCurve.flat(0.12, "Q"),
        borrow_cost=0.03,
        stock_fall_on_default=fall,
    )
    return convert_note("a note", TERMS, market, (0.4, 0.8), (0.0, 0.08), quoted, nodes=60)


def test_a_row_is_what_was_found_and_nothing_else() -> None:
    found = note(100.0)
    exhibit = convert_sheet.build([found])
    assert exhibit.table is not None
    row = exhibit.table.frame.row(0, named=True)
    assert row["value"] == found.found.value and row["error"] == found.found.numerical_error
    assert (row["low"], row["high"]) == found.value_range
    assert row["spread"] == 1e4 * (found.implied_spread or 0.0)
    assert row["cs01"] == found.found.cs01
    assert exhibit.title == (
        f"a note is worth {found.found.value:.1f}, {found.value_range[0]:.1f} to {found.value_range[1]:.1f} "
        "over what is assumed, against 100.0 quoted."
    )
    assert exhibit.not_calculated == ()


def test_a_quote_that_no_spread_explains_says_so_and_a_missing_quote_too() -> None:
    exhibit = convert_sheet.build([note(100.0, fall=1.0), replace(note(None), name="another")])
    assert exhibit.not_calculated == (
        "Implied spread of a note at the middle, because no credit spread makes it worth 100.0.",
        "Implied spread of a note at high volatility with cheap borrow, because no credit spread makes it worth "
        "100.0.",
        "Implied spread of another, because no quote is given.",
    )
    assert exhibit.table is not None
    cells = list(exhibit.table.rows())
    assert cells[0][-1].text == "n/a" and cells[1][-1].reason == "no quote is given"


def test_it_fits_the_terminal() -> None:
    printed = exhibit_text(convert_sheet.build([replace(note(100.0), name="CoreWeave 1.75% 2031")]), AS_OF)
    words = " ".join(printed.split())
    assert "converts at 107.80" in words and "40 / 60 / 80 %" in words
    assert max(map(len, printed.splitlines())) <= 110


def test_the_sheet_of_the_method_page_is_what_its_python_prints() -> None:
    page = (Path(__file__).parents[3] / "docs" / "methods" / "convertible.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert block is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block[1], {})
    shown = "\n".join(("    " + line).rstrip() for line in printed.getvalue().splitlines())
    assert shown in page

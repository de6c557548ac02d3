"""The memo as a workbook: inputs, schedule and cash flow as live formulas, results of simulation as values."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Any, Final

from haircut.reports import numbers_in_print as print_
from haircut.reports.arose import definition
from haircut.reports.excel_checks import write_checks
from haircut.reports.excel_exhibit import exhibit_cell, write_exhibit
from haircut.reports.excel_schedule import (
    CASH,
    VALUES,
    Monthly,
    Row,
    Terms,
    columns,
    day,
    months,
    said,
    terms_of,
    write_months,
)
from haircut.reports.excel_sheet import BLUE, GREY, Workbook, letters
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import HAIRCUT, RunFrames, measure_title

_REGISTER: Final = (
    "path",
    "value",
    "unit",
    "mark",
    "source",
    "date",
    "range_low",
    "range_high",
    "note",
    "used",
)
_OWN_SHEETS: Final = ("sources_and_assumptions",)
UNITS: Final = {"bp": "bp", "share": "share", "x": "x", "usd": "USD", "years": "years", "months": "months"}


def workbook(run: RunFrames) -> bytes:
    """The workbook of a run's memo; stored values are those of the run, the same bytes for the same run.

    Args:
        run: a recorded run.
    """
    stream = io.BytesIO()
    book = Workbook(stream, f"{run.manifest['case']} · haircut", day(run.as_of))
    terms, stamp = terms_of(run), run.stamp("base case")
    rows = months(run, terms)
    stated = sum(amount for _, amount in terms.draws if _ <= rows[-1]["date"]) if rows else 0.0
    live_draws = bool(rows) and abs(stated - sum(row["draw"] for row in rows)) < 0.005
    for row in rows:
        row["after"] = None if row["cfads"] is None else row["cfads"] - row["service"]
    summary = book.sheet("Summary", run.verdict, run.stamp(), [34, 18, 12, 18, 12, 18, 12])
    inputs = _inputs(book, run, terms)
    cash_keys = tuple(column.key for column in CASH)
    made = columns(terms, live_draws)
    title = f"Schedule of {run.claim}: interest, principal, balance, cover and loan to value"
    loan = write_months(book, "Schedule", title, stamp, made, rows, ahead=("Cash flow", cash_keys))
    cash = write_months(
        book, "Cash flow", f"Cash flow of the borrower of {run.claim}", stamp, CASH, rows, loan
    )
    years = _years(book, run, cash, rows)
    _results(book, run)
    checks = write_checks(book, run, loan, cash, years, rows)
    _exhibits(book, run)
    _register(book, run)
    _summary(summary, run, loan, rows, checks)
    inputs.finish()
    book.close()
    return stream.getvalue()


def _inputs(book: Workbook, run: RunFrames, terms: Terms) -> Any:
    sheet = book.sheet("Inputs", "Inputs of the schedule, in blue", run.stamp("base case"), [34, 18, 14, 60])
    claim = run.claim_terms
    sheet.heads(3, ("input", "value", "unit", "what it is"))
    spread = "margin_bp" if terms.floating else "coupon"
    listed: tuple[tuple[str, Any, str, str, str], ...] = (
        ("as_of", day(run.as_of), "date", "", "the date of the market and of the first row"),
        (spread, claim.get("interest", {}).get(spread, 0.0), "number" if terms.floating else "rate",
         "bp" if terms.floating else "a year", "the contract's" + (", over the index" if terms.floating else "")),
        ("floor_rate", terms.floor, "rate", "a year", "least index rate"),
        ("commitment", terms.commitment, "usd", "USD", "0 where none is stated"),
        ("undrawn_fee_bp", terms.fee_bp, "number", "bp", "on what is committed and not drawn"),
        ("last_draw_date", terms.last_draw, "date", "", "until when the fee on the undrawn part runs"),
        ("thirty_day_months", terms.thirty, "", "",
         f"TRUE where a month is a twelfth of a year; here {terms.day_count}"),
        ("days_in_year", terms.days, "count", "days", "of the day count"),
        ("months_in_year", 12, "count", "months", ""),
        ("bp_in_one", 10_000, "count", "bp", ""),
        ("dscr_window", terms.window, "count", "months", "over which cover is measured"),
        ("tolerance_usd", 0.01, "number", "USD", "of the sheet Checks"),
        ("tolerance_ratio", 1e-9, "number", "", "of the sheet Checks"),
    )  # fmt: skip
    for row, (name, value, unit, shown, words) in enumerate(listed, 4):
        sheet.text(row, 0, name)
        sheet.value(row, 1, value, unit, colour=BLUE)
        sheet.text(row, 2, shown, font_color=GREY)
        sheet.text(row, 3, words, font_color=GREY)
        book.name(name, sheet.at(row, 1))
    row = 4 + len(listed)
    sheet.text(row, 0, "spread")
    formula = "margin_bp/bp_in_one" if terms.floating else "coupon"
    sheet.formula(row, 1, formula, terms.spread, "rate")
    sheet.text(row, 3, "what the interest of a month reads", font_color=GREY)
    book.name("spread", sheet.at(row, 1))
    row = _draws(book, sheet, row + 2, terms)
    row = _covenants(sheet, row + 1, claim)
    sheet.text(
        row + 1,
        0,
        "Terms without a formula: amortisation, sources and marks stand on the sheet Sources.",
        font_color=GREY,
    )
    return sheet


def _draws(book: Workbook, sheet: Any, row: int, terms: Terms) -> int:
    sheet.heads(row, ("draws: date", "amount, USD"))
    draws: Sequence[Any] = terms.draws or ((None, None),)
    for place, (date, amount) in enumerate(draws, row + 1):
        sheet.value(place, 0, date, "date", colour=BLUE, align="left")
        sheet.value(place, 1, amount, "usd", colour=BLUE)
    last = row + len(draws)
    for name, column in (("draw_dates", "A"), ("draw_amounts", "B")):
        book.name(name, f"'{sheet.name}'!${column}${row + 2}:${column}${last + 1}")
    return last + 1


def _covenants(sheet: Any, row: int, claim: Any) -> int:
    sheet.heads(row, ("covenant", "level", "", "consequence"))
    for covenant in claim.get("covenants", ()):
        row += 1
        level = covenant.get("minimum") if covenant.get("minimum") is not None else covenant.get("maximum")
        sheet.text(row, 0, " ".join(filter(None, (covenant["test"], covenant.get("basis")))))
        sheet.value(row, 1, level, "share" if covenant["test"] == "ltv" else "x", colour=BLUE)
        sheet.text(row, 2, "least" if covenant.get("minimum") is not None else "most")
        sheet.text(row, 3, str(covenant.get("consequence", "")).replace("_", " "))
    return row + 1


def _years(book: Workbook, run: RunFrames, cash: Monthly, rows: list[Row]) -> Monthly:
    """Flows by year that ends twelve months on, as sums over the monthly sheet."""
    keys = ("year", "from", "to", *(column.key for column in CASH if column.key not in ("month", "date")))
    heads = {column.key: f"{column.head}, USD" for column in CASH}
    sheet = book.sheet(
        "Years", "Cash flow by year from the as-of date", run.stamp("base case"), [8, 12, 12, *[18] * 7]
    )
    sheet.heads(4, ["year", "after", "to", *(heads[key] for key in keys[3:])], right=1)
    ends = [
        0,
        *[
            position
            for position in range(1, len(rows))
            if rows[position]["month"] % 12 == 0 or position == len(rows) - 1
        ],
    ]
    count = 0
    for year, (start, end) in enumerate(itertools.pairwise(ends), 1):
        line = 4 + year
        sheet.value(line, 0, year, "count")
        sheet.formula(line, 1, cash.cell("date", start), rows[start]["date"], "date")
        sheet.formula(line, 2, cash.cell("date", end), rows[end]["date"], "date")
        for place, key in enumerate(keys[3:], 3):
            dates = cash.column("date")
            between = f'{dates},">"&$B{line + 1},{dates},"<="&$C{line + 1}'
            formula = f"SUMIFS({cash.column(key)},{between})"
            value = sum(row.get(key) or 0.0 for row in rows[start + 1 : end + 1])
            sheet.formula(line, place, formula, value, "usd")
        count = year
    for place, key in enumerate(keys[3:], 3):
        letter = letters(place)
        total = sum(row.get(key) or 0.0 for row in rows[1:])
        sheet.formula(
            5 + count,
            place,
            f"SUM({letter}6:{letter}{5 + count})" if count else cash.cell(key, 0),
            total,
            "usd",
            top=1,
            bold=True,
        )
    sheet.text(5 + count, 0, "all", bold=True, top=1)
    sheet.finish((5, 3), 4)
    return Monthly(sheet, keys, count)


def _results(book: Workbook, run: RunFrames) -> None:
    """Every measure of the run and of the scenarios beside it, as recorded."""
    heads = (
        "scenario",
        "claim",
        "measure",
        "value",
        "± one standard error",
        "unit",
        "n",
        "how",
        "why there is none",
        "definition",
    )
    sheet = book.sheet(
        "Results",
        "Results of simulation: values, no formulas",
        run.stamp(beside=True),
        [22, 16, 28, 16, 16, 10, 10, 14, 26, 90],
    )
    sheet.heads(3, heads)
    for line, row in enumerate(run.all_measures.iter_rows(named=True), 4):
        unit = row["unit"] or ""
        sheet.text(line, 0, row["scenario"])
        sheet.text(line, 1, row["claim"])
        sheet.text(line, 2, measure_title(row["measure"]))
        sheet.value(line, 3, row["value"] if row.get("text") is None else row["text"], unit)
        sheet.value(line, 4, row["std_error"], unit, font_color=GREY)
        sheet.text(line, 5, UNITS.get(unit, unit))
        sheet.value(line, 6, None if row["exact"] else row.get("paths", run.paths), "count")
        sheet.text(line, 7, "base case, exact" if row["exact"] else "Monte Carlo")
        sheet.text(line, 8, print_.reason(row["reason"]) if row["reason"] else "")
        sheet.text(line, 9, definition(row["measure"])[0])
        if row["scenario"] == HAIRCUT and row["claim"] == run.claim and row["value"] is not None:
            book.name(f"result_{row['measure']}", sheet.at(line, 3))
    sheet.finish((4, 3), 3)


def _exhibits(book: Workbook, run: RunFrames) -> None:
    """The tables of the memo, one under another, at full precision."""
    sheet = book.sheet("Exhibits", "The tables of the memo, at full precision", run.stamp(), [30, *[16] * 20])
    line = 3
    for name, build in EXHIBITS.items():
        if name not in _OWN_SHEETS:
            line = write_exhibit(sheet, line, build(run), run)
    sheet.finish()


def _register(book: Workbook, run: RunFrames) -> None:
    """Every input with its source; a formula injected into a source stays text."""
    sheet = book.sheet(
        "Sources",
        f"{assumed_share(run)}; where each came from",
        run.stamp("inputs"),
        [52, 16, 22, 11, 60, 12, 12, 12, 60, 8],
    )
    names = [name for name in _REGISTER if name in run.provenance.columns]
    sheet.heads(3, [name.replace("_", " ") for name in names])
    for line, row in enumerate(run.provenance.iter_rows(named=True), 4):
        for place, name in enumerate(names):
            value = row[name]
            if name == "value":
                value = _number(value)
            colour = BLUE if name == "value" else "#000000"
            sheet.value(
                line,
                place,
                None if value is None else value if isinstance(value, (float, bool)) else str(value),
                colour=colour,
            )
    sheet.finish((4, 1), 3)


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _summary(sheet: Any, run: RunFrames, loan: Monthly, rows: list[Row], checks: str) -> None:
    """The answer, the base case by formula, and the results of simulation with their errors."""
    sheet.note(0, run.verdict, 6, font_size=12, bold=True, font_color="#000000")
    sheet.text(3, 0, f"{run.manifest['title']}. {assumed_share(run)}.", font_color=GREY)
    sheet.heads(5, ("base case, by formula", "value"), right=1)
    lines: list[tuple[str, str, Any, str]] = []
    if rows:
        lines.append(("balance today, USD", loan.cell("balance", 0), rows[0]["balance"], "usd"))
        covers = [row["dscr"] for row in rows if row["dscr"] is not None]
        if covers:
            lines.append(("lowest DSCR", f"MIN({loan.whole('dscr')})", min(covers), "x"))
        for basis in VALUES:
            values = [row[f"{basis}_ltv"] for row in rows if row[f"{basis}_ltv"] is not None]
            words = said(basis)
            if values:
                lines.append(
                    (f"highest LTV, {words}", f"MAX({loan.whole(f'{basis}_ltv')})", max(values), "share")
                )
        lines.append(
            (
                "interest to maturity, USD",
                f"SUM({loan.column('interest')})",
                sum(row["interest"] for row in rows[1:]),
                "usd",
            )
        )
        lines.append(
            (
                "CFADS to maturity, USD",
                f"SUM({loan.column('cfads')})",
                sum(row["cfads"] or 0.0 for row in rows[1:]),
                "usd",
            )
        )
    lines.append(("every check holds", checks, True, ""))
    for line, (words, formula, value, unit) in enumerate(lines, 6):
        sheet.text(line, 0, words)
        sheet.formula(line, 1, formula, value, unit, align="right")
    line = 8 + len(lines)
    exhibit = EXHIBITS["result_table"](run)
    assert exhibit.table is not None
    sheet.text(
        line - 1, 0, "Results of simulation: values with their standard errors, no formulas", bold=True
    )
    sheet.heads(line, ("", "building", "±", "haircut", "±", "quoted"), right=1)
    for row, cells in zip(exhibit.table.frame.iter_rows(named=True), exhibit.table.rows(), strict=True):
        line += 1
        sheet.text(line, 0, row["measure"])
        place = 1
        for column, cell in zip(exhibit.table.columns[1:], cells[1:], strict=True):
            exhibit_cell(sheet, line, place, row, cell, column, False)
            if column.error is not None:
                exhibit_cell(sheet, line, place + 1, row, cell, column, True)
            place += 2 if column.error is not None else 1
    for words in exhibit.notes:
        line += 1
        sheet.note(line, words, 6)
    sheet.finish(one_page=True)

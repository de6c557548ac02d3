"""What must hold in the memo's workbook: each a difference against a tolerance, all of them in one cell."""

from __future__ import annotations

from typing import Any

from haircut.reports.excel_schedule import VALUES, Monthly, Row, said
from haircut.reports.excel_sheet import Workbook, letters
from haircut.reports.frames import RunFrames

Check = tuple[str, str, float, str | float, float, str]
"""Words, left formula and its value, right formula or recorded number and its value, tolerance's name."""


def write_checks(
    book: Workbook, run: RunFrames, loan: Monthly, cash: Monthly, years: Monthly, rows: list[Row]
) -> str:
    """Write the sheet and return the place of the cell that says whether all hold.

    Args:
        book: the workbook.
        run: whose recorded numbers the formulas must meet.
        loan, cash, years: the sheets that are checked.
        rows: the base case by month.
    """
    sheet = book.sheet("Checks", "What must hold", run.stamp("base case"), [70, 20, 20, 18, 12])
    sheet.heads(3, ("check", "by formula", "against", "difference", "holds"))
    line = 4
    for words, left, left_value, right, right_value, tolerance in _checks(run, loan, cash, years, rows):
        unit = "usd" if tolerance == "tolerance_usd" else ""
        sheet.text(line, 0, words)
        sheet.formula(line, 1, left, left_value, unit)
        if isinstance(right, str):
            sheet.formula(line, 2, right, right_value, unit)
        else:
            sheet.value(line, 2, right, unit)
        sheet.formula(line, 3, f"B{line + 1}-C{line + 1}", left_value - right_value)
        sheet.formula(line, 4, f"ABS(D{line + 1})<={tolerance}", True)
        line += 1
    sheet.text(line, 0, "cash of every simulated path and month adds up, as recorded, USD")
    found = run.manifest.get("cash_error_usd")
    sheet.value(line, 3, None if found is None else float(found))
    sheet.formula(line, 4, f"ABS(D{line + 1})<=tolerance_usd", True)
    sheet.text(line + 1, 0, "all", bold=True, top=1)
    sheet.formula(line + 1, 4, f"AND(E5:E{line + 1})", True, bold=True, top=1)
    words = "Against: a number that the run recorded, or another way to the same number. "
    sheet.note(line + 3, words + "A change of an input makes those against the run differ, as it should.", 4)
    book.name("all_checks", sheet.at(line + 1, 4))
    sheet.finish((4, 1), 3)
    return "all_checks"


def _checks(run: RunFrames, loan: Monthly, cash: Monthly, years: Monthly, rows: list[Row]) -> list[Check]:
    if not rows:
        return []
    last, usd = len(rows) - 1, "tolerance_usd"

    def total(key: str) -> float:
        return float(sum(row[key] or 0.0 for row in rows[1:]))

    def recorded(words: str, formula: str, value: float) -> Check:
        return (f"{words}, as recorded, USD", formula, value, value, value, usd)

    closing, cash_flow = rows[last]["balance"], f"SUM({cash.column('cfads')})"
    rolled = f"{loan.cell('balance', 0)}+SUM({loan.column('draw')})-SUM({loan.column('principal_paid')})"
    found: list[Check] = [
        recorded("closing balance at maturity", loan.cell("balance", last), closing),
        (
            "opening balance plus draws less principal is the closing balance, USD",
            rolled,
            rows[0]["balance"] + total("draw") - total("principal_paid"),
            loan.cell("balance", last),
            closing,
            usd,
        ),
        recorded("interest to maturity", f"SUM({loan.column('interest')})", total("interest")),
        recorded("CFADS to maturity", cash_flow, total("cfads")),
    ]
    if years.count:
        letter, end = letters(years.keys.index("cfads")), 5 + years.count
        by_year = f"SUM('{years.sheet.name}'!{letter}6:{letter}{end})"
        words = "the years' CFADS add up to the months', USD"
        found.append((words, by_year, total("cfads"), cash_flow, total("cfads"), usd))
        left = f"{cash_flow}-SUM({loan.column('service')})"
        after = f"SUM({cash.column('after')})"
        words = "CFADS less scheduled service is what is left after it, USD"
        found.append((words, left, total("cfads") - total("service"), after, total("after"), usd))
    return found + _ratios(run, loan, rows)


def _ratios(run: RunFrames, loan: Monthly, rows: list[Row]) -> list[Check]:
    found: list[Check] = []

    def recorded(words: str, formula: str, value: float) -> None:
        found.append((f"{words}, as recorded", formula, value, value, value, "tolerance_ratio"))

    covers = [row["dscr"] for row in rows if row["dscr"] is not None]
    if covers:
        recorded("lowest DSCR", f"MIN({loan.whole('dscr')})", min(covers))
        recorded("DSCR, summed over all dates", f"SUM({loan.whole('dscr')})", sum(covers))
    for basis in VALUES:
        values = [row[f"{basis}_ltv"] for row in rows if row[f"{basis}_ltv"] is not None]
        if values:
            if rows[0][f"{basis}_ltv"] is not None:
                recorded(f"LTV today, {said(basis)}", loan.cell(f"{basis}_ltv", 0), values[0])
            whole = loan.whole(f"{basis}_ltv")
            recorded(f"LTV, {said(basis)}, summed over all months", f"SUM({whole})", sum(values))
    prices: Any = [run.measure(name) for name in ("quoted_margin_bp", "fair_margin_bp", "rich_cheap_bp")]
    if all(price is not None and price.value is not None for price in prices):
        quoted, fair, rich = (price.value for price in prices)
        left = "result_quoted_margin_bp-result_fair_margin_bp"
        words = "quoted less fair margin, bp"
        found.append((words, left, quoted - fair, "result_rich_cheap_bp", rich, "tolerance_ratio"))
    return found

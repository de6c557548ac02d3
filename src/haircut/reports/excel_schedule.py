"""The schedule and cash flow of a loan as formulas over the inputs and the base case that the run recorded."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import polars as pl

from haircut.reports.excel_sheet import BLUE, GREY, Sheet, Workbook, letters
from haircut.reports.frames import RunFrames

FIRST: Final = 5
"""Row of the as-of date on the monthly sheets, counted from 0."""

VALUES: Final = ("book", "market", "nolv", "flv")
Row = dict[str, Any]


class Column(NamedTuple):
    """One column: its key, heading and unit; a formula for a row, or None where the run gives the number."""

    key: str
    head: str
    unit: str
    formula: Callable[[Callable[..., str]], str] | None = None
    first: bool = False


def day(value: Any) -> datetime.date:
    """A recorded date."""
    return datetime.date.fromisoformat(str(value)[:10])


@dataclass(frozen=True)
class Terms:
    """The terms of the claim that the formulas read."""

    floating: bool
    spread: float
    floor: float
    day_count: str
    commitment: float
    fee_bp: float
    last_draw: datetime.date
    draws: tuple[tuple[datetime.date, float], ...]
    window: int

    @property
    def thirty(self) -> bool:
        return self.day_count == "30/360"

    @property
    def days(self) -> int:
        return 365 if self.day_count.endswith("365F") else 360


def terms_of(run: RunFrames) -> Terms:
    """The claim's terms as the run recorded them."""
    claim: Mapping[str, Any] = run.claim_terms
    interest = claim.get("interest", {})
    floating = interest.get("kind") == "floating"
    margin, coupon = interest.get("margin_bp") or 0.0, interest.get("coupon") or 0.0
    last = (
        (claim.get("draw_conditions") or {}).get("last_draw_date")
        or claim.get("maturity_date")
        or run.maturity
    )
    windows = [
        test["window_months"]
        for test in claim.get("covenants", ())
        if test.get("test") == "dscr" and "window_months" in test
    ]
    return Terms(
        floating=floating,
        spread=margin / 1e4 if floating else coupon,
        floor=interest.get("floor") or 0.0,
        day_count=interest.get("day_count", "ACT/360"),
        commitment=claim.get("commitment_usd") or 0.0,
        fee_bp=claim.get("undrawn_fee_bp") or 0.0,
        last_draw=day(last),
        draws=tuple((day(draw["date"]), draw["amount_usd"]) for draw in claim.get("draws", ())),
        window=max([*windows, claim.get("payment_frequency_months", 3)]),
    )


def months(run: RunFrames, terms: Terms) -> list[Row]:
    """The base case by month to maturity, with what its formulas give: interest, accruals, draws.

    The index is the one that gives the recorded interest; `other` is what is owed beside balance, interest and
    fees: arrears, and claims of equal or higher rank.
    """
    kept = run.ladder.filter(
        (pl.col("date").cast(pl.String).str.slice(0, 10) <= run.maturity) & pl.col("balance").is_not_null()
    )
    rows: list[Row] = []
    for found in kept.iter_rows(named=True):
        row: Row = {
            **{key: value if value is not None else None for key, value in found.items()},
            "date": day(found["date"]),
        }
        _accrue(row, rows[-1] if rows else None, terms)
        rows.append(row)
    _others(run, rows)
    return rows


def _accrue(row: Row, before: Row | None, terms: Terms) -> None:
    row["payment"] = bool((row["debt_service"] or 0.0) > 0.0 or row["dscr"] is not None)
    service = row["debt_service"] or 0.0
    row["scheduled"] = row.get("scheduled_principal") or 0.0
    row["scheduled_interest"] = service - row["scheduled"]
    paid = row["principal_paid"] = row.get("principal") or 0.0
    row["interest"] = row["interest"] or 0.0
    if before is None:
        row.update(
            fraction=None,
            index=None,
            opening=None,
            draw=0.0,
            compounding=0.0,
            index_interest=0.0,
            accrued=0.0,
            fees=0.0,
            drawn=row["balance"],
        )
        row["interest"] = row["principal_paid"] = 0.0
    else:
        days = (row["date"] - before["date"]).days
        fraction = (row["month"] - before["month"]) / 12 if terms.thirty else days / terms.days
        opening = before["balance"]
        carried = (
            0.0
            if before["payment"] or not terms.floating
            else before["compounding"] + before["index_interest"]
        )
        rest = row["interest"] - opening * terms.spread * fraction
        base = opening + carried
        index = rest / base * 12 if base > 0.0 else 0.0
        index = 0.0 if abs(index) < 1e-12 else index
        stated = sum(amount for date, amount in terms.draws if before["date"] < date <= row["date"])
        draw = row["balance"] - opening + paid
        draw = stated if abs(draw - stated) < 0.005 else draw
        undrawn = terms.commitment - before["drawn"] if terms.commitment > before["drawn"] else 0.0
        fee = undrawn * terms.fee_bp / 1e4 * fraction if row["date"] <= terms.last_draw else 0.0
        open_ = 0.0 if row["payment"] else 1.0
        row.update(
            fraction=fraction,
            index=index,
            opening=opening,
            draw=draw,
            compounding=carried,
            index_interest=base * index / 12,
            accrued=(before["accrued"] + row["interest"]) * open_,
            fees=(before["fees"] + fee) * open_,
            drawn=before["drawn"] + draw,
        )
    owed = row["balance"] + row["accrued"] + row["fees"]
    pairs = [(row[f"{basis}_ltv"], row[f"{basis}_value"]) for basis in VALUES]
    debts = [ltv * worth for ltv, worth in pairs if ltv is not None and worth]
    other = debts[0] - owed if debts else 0.0
    row["other"] = 0.0 if abs(other) < 0.005 else other
    row["debt"] = owed + row["other"]


def _others(run: RunFrames, rows: list[Row]) -> None:
    """Scheduled service of other claims of the same borrower that rank equal or senior, by month."""
    own = run.claim_terms
    names = [
        claim["id"]
        for claim in run.inputs.get("book", {}).get("claims", ())
        if claim["id"] != run.claim
        and claim.get("borrower") == own.get("borrower")
        and claim.get("rank", 1) <= own.get("rank", 1)
    ]
    by_month: dict[int, float] = {}
    if names:
        ladder = pl.read_parquet(run.folder / "ladder.parquet").filter(pl.col("claim").is_in(names))
        found = ladder.group_by("month").agg(pl.col("debt_service").fill_null(0.0).sum()).iter_rows()
        by_month = {int(month): float(value) for month, value in found}
    for row in rows:
        row["other_service"] = by_month.get(row["month"], 0.0)
        row["service"] = row["scheduled_interest"] + row["scheduled"] + row["other_service"]


def columns(terms: Terms, stated_draws: bool) -> tuple[Column, ...]:
    """The columns of the schedule; `c(key)` is a cell of the row, `c(key, True)` of the row before."""
    found = {column.key: column for column in _interest(terms)}
    draw = found["draw"]
    found["draw"] = draw if stated_draws else draw._replace(formula=None)
    return (*found.values(), *_owed(), *_worth(), *_cover())


def _interest(terms: Terms) -> tuple[Column, ...]:
    def fraction(c: Any) -> str:
        days = f"({c('date')}-{c('date', True)})/days_in_year"
        return f"IF(thirty_day_months,({c('month')}-{c('month', True)})/months_in_year,{days})"

    def carried(c: Any) -> str:
        return f"({c('compounding', True)}+{c('index_interest', True)})*NOT({c('payment', True)})"

    def index(c: Any) -> str:
        growth = f"{c('index')}/months_in_year"
        growth = f"MAX({growth},floor_rate*{c('fraction')})" if terms.floating else growth
        return f"({c('opening')}+{c('compounding')})*{growth}"

    def draw(c: Any) -> str:
        between = f'draw_dates,">"&{c("date", True)},draw_dates,"<="&{c("date")}'
        return f"SUMIFS(draw_amounts,{between})"

    return (
        Column("month", "month", "count"),
        Column("date", "date", "date"),
        Column("payment", "payment date", ""),
        Column("fraction", "year fraction", "fraction", fraction),
        Column("index", "index rate" if terms.floating else "rate beside the coupon", "rate"),
        Column("opening", "opening balance", "usd", lambda c: c("balance", True)),
        Column(
            "compounding", "index interest of the period so far", "usd", carried if terms.floating else None
        ),
        Column("index_interest", "index interest", "usd", index),
        Column(
            "interest",
            "interest",
            "usd",
            lambda c: f"{c('opening')}*spread*{c('fraction')}+{c('index_interest')}",
        ),
        Column("draw", "draw", "usd", draw),
    )


def _owed() -> tuple[Column, ...]:
    def fees(c: Any) -> str:
        undrawn = f"commitment-{c('drawn', True)}"
        runs = f"AND(commitment>{c('drawn', True)},{c('date')}<=last_draw_date)"
        month = f"IF({runs},({undrawn})*undrawn_fee_bp/bp_in_one*{c('fraction')})"
        return f"({c('fees', True)}+{month})*NOT({c('payment')})"

    def accrued(c: Any) -> str:
        return f"({c('accrued', True)}+{c('interest')})*NOT({c('payment')})"

    def debt(c: Any) -> str:
        return "+".join(c(key) for key in ("balance", "accrued", "fees", "other"))

    return (
        Column("scheduled", "scheduled principal", "usd"),
        Column("principal_paid", "principal paid", "usd"),
        Column(
            "balance", "closing balance", "usd", lambda c: f"{c('opening')}+{c('draw')}-{c('principal_paid')}"
        ),
        Column("drawn", "drawn so far", "usd", lambda c: f"{c('drawn', True)}+{c('draw')}"),
        Column("accrued", "accrued interest", "usd", accrued),
        Column("fees", "accrued undrawn fee", "usd", fees),
        Column("other", "arrears and other claims", "usd"),
        Column("debt", "debt ranking equal or senior", "usd", debt, True),
    )


def said(basis: str) -> str:
    """A basis of value in print.

    >>> said("book"), said("nolv")
    ('book', 'NOLV')
    """
    return basis.upper() if basis in ("nolv", "flv") else basis


def _worth() -> tuple[Column, ...]:
    def ltv(basis: str) -> Callable[[Callable[..., str]], str]:
        return lambda c: f"{c('debt')}/{c(f'{basis}_value')}"

    return (
        *(Column(f"{basis}_value", f"machines, {said(basis)}", "usd") for basis in VALUES),
        *(Column(f"{basis}_ltv", f"LTV, {said(basis)}", "share", ltv(basis), True) for basis in VALUES),
    )


def _cover() -> tuple[Column, ...]:
    def window(c: Any, key: str) -> str:
        months = c("col:month")
        return f'SUMIFS({c(key)},{months},">"&{c("month")}-dscr_window,{months},"<="&{c("month")})'

    def service(c: Any) -> str:
        return "+".join(c(key) for key in ("scheduled_interest", "scheduled", "other_service"))

    return (
        Column("scheduled_interest", "interest due by schedule", "usd"),
        Column("other_service", "service of other claims", "usd"),
        Column("service", "scheduled debt service", "usd", service),
        Column("cfads", "CFADS", "usd", lambda c: c("cash:cfads")),
        Column("dscr", "DSCR", "x", lambda c: f"{window(c, 'col:cfads')}/{window(c, 'col:service')}"),
    )


def _cash_flow(c: Any) -> str:
    return f"{c('contract_revenue')}+{c('merchant_revenue')}-{c('operating_cost')}-{c('tax')}"


CASH: Final = (
    Column("month", "month", "count"),
    Column("date", "date", "date"),
    Column("contract_revenue", "contract revenue", "usd"),
    Column("merchant_revenue", "market revenue", "usd"),
    Column("operating_cost", "operating cost", "usd"),
    Column("tax", "tax", "usd"),
    Column(
        "cfads",
        "CFADS",
        "usd",
        _cash_flow,
    ),
    Column("service", "scheduled debt service", "usd", lambda c: c("loan:service")),
    Column("after", "CFADS after scheduled service", "usd", lambda c: f"{c('cfads')}-{c('service')}"),
)


@dataclass(frozen=True)
class Monthly:
    """A written monthly sheet: where its columns and rows are."""

    sheet: Sheet
    keys: tuple[str, ...]
    count: int

    def cell(self, key: str, position: int) -> str:
        """A cell of a month, counted from the as-of date, with its sheet."""
        return f"'{self.sheet.name}'!${letters(self.keys.index(key))}${FIRST + position + 1}"

    def column(self, key: str) -> str:
        """All months of a column after the as-of date."""
        letter = letters(self.keys.index(key))
        return f"'{self.sheet.name}'!${letter}${FIRST + 2}:${letter}${FIRST + self.count}"

    def whole(self, key: str) -> str:
        """All months of a column."""
        letter = letters(self.keys.index(key))
        return f"'{self.sheet.name}'!${letter}${FIRST + 1}:${letter}${FIRST + self.count}"


def write_months(
    book: Workbook,
    name: str,
    title: str,
    stamp: str,
    made: tuple[Column, ...],
    rows: list[Row],
    other: Monthly | None = None,
    ahead: tuple[str, tuple[str, ...]] = ("", ()),
) -> Monthly:
    """Write one monthly sheet.

    Args:
        book: the workbook.
        name, title, stamp: of the sheet.
        made: its columns.
        rows: by month.
        other: the monthly sheet written before, for references to it.
        ahead: name and columns of the monthly sheet that will be written next.
    """
    sheet = book.sheet(name, title, stamp, [8, 12, *[15] * (len(made) - 2)])
    keys = tuple(column.key for column in made)
    monthly = Monthly(sheet, keys, len(rows))
    sheet.text(
        2,
        0,
        "Black: formulas. Blue: numbers of the run's base case, which the formulas read.",
        font_color=GREY,
    )
    for place, column in enumerate(made):
        kind = "formula" if column.formula is not None else "of the run"
        sheet.text(FIRST - 2, place, kind, font_color=GREY, italic=True, align="right")
    sheet.heads(
        FIRST - 1, [column.head + (", USD" if column.unit == "usd" else "") for column in made], right=0
    )
    for position, row in enumerate(rows):
        line = FIRST + position

        def c(key: str, before: bool = False, line: int = line, position: int = position) -> str:
            kind, _, rest = key.rpartition(":")
            if kind == "cash" and ahead[0]:
                return f"'{ahead[0]}'!{letters(ahead[1].index(rest))}{line + 1}"
            if kind == "loan" and other is not None:
                return f"'{other.sheet.name}'!{letters(other.keys.index(rest))}{line + 1}"
            if kind == "col":
                letter = letters(keys.index(rest))
                return f"${letter}${FIRST + 2}:${letter}${FIRST + len(rows)}"
            return f"{letters(keys.index(key))}{line + 1 - before}"

        for place, column in enumerate(made):
            value = row.get(column.key)
            on_first = position == 0 and not column.first
            if column.formula is None or on_first:
                sheet.value(line, place, value, column.unit, colour=BLUE)
            elif value is not None:
                sheet.formula(line, place, column.formula(c), value, column.unit)
    sheet.finish((FIRST, 2), FIRST - 1)
    if len(made) > 12:
        sheet.sheet.fit_to_pages(3, 0)
        sheet.sheet.repeat_columns(0, 1)
    return monthly

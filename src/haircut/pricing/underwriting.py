"""What a lender underwrites: cover, LTV by date, and how much more was lent than true cash flow supports."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.outcomes import BaseCase
from haircut.curves import month_index
from haircut.pricing.schedule import loan_life_value, periods_of, smallest
from haircut.pricing.terms import Terms
from haircut.units import MONTHS_PER_YEAR

Floats = NDArray[np.float64]

DSCR_WITHOUT_COVENANT = 1.0
"""The cover below which debt service is not earned: the test where a claim has no DSCR covenant."""


@dataclass(frozen=True, slots=True)
class LtvRow:
    """LTV on one date, on the four bases; None where the claim is repaid or has no collateral."""

    date: str
    book: float | None
    market: float | None
    nolv: float | None
    flv: float | None


@dataclass(frozen=True, slots=True)
class Underwriting:
    """The deterministic answer for one claim. Ratios are decimals, 1.25 for 1.25x.

    Attributes:
        case: name of the case.
        claim: id of the claim.
        as_of: ISO date.
        overlays: names of the overlays applied.
        drawn_usd: outstanding on the as-of date, sized where the case sizes it.
        sizing_binding: dscr or advance_rate, whichever was lower; None for an amount that was given.
        tenor_years: to maturity.
        wal_years: average life of scheduled principal.
        min_dscr: the least cover of any test date, on expected rents.
        lender_min_dscr: the same in the lender's own case.
        dscr_minimum: level of the DSCR covenant, 1.00 where there is none.
        first_dscr_breach: first test date with less cover than that, ISO; None where there is none.
        llcr: present value of expected CFADS at the loan rate over what is outstanding.
        over_lending_multiple: lender's debt over the debt that expected CFADS supports at the same DSCR
            within tenor and economic life.
        over_lending_same_tenor: the same over the loan's whole tenor.
        implied_payback_years: cost of the pledged fleets over CFADS of the first year in which all work.
        implied_cover: first year's CFADS over its debt service, on expected rents.
        first_nolv_crossing: first date with debt above net orderly proceeds, ISO; None where there is none.
        highest_book_ltv: the most that the paper LTV ever shows.
        ltv: rows by month end to maturity.
    """

    case: str
    claim: str
    as_of: str
    overlays: tuple[str, ...]
    drawn_usd: float
    sizing_binding: str | None
    tenor_years: float
    wal_years: float
    min_dscr: float | None
    lender_min_dscr: float | None
    dscr_minimum: float
    first_dscr_breach: str | None
    llcr: float | None
    over_lending_multiple: float | None
    over_lending_same_tenor: float | None
    implied_payback_years: float | None
    implied_cover: float | None
    first_nolv_crossing: str | None
    highest_book_ltv: float | None
    ltv: tuple[LtvRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, in the order above, as `underwrite --json` prints them."""
        found = asdict(self)
        found["overlays"] = list(self.overlays)
        found["ltv"] = [asdict(row) for row in self.ltv]
        return found


def underwriting(
    case: Case,
    claim: Claim,
    terms: Terms,
    base: BaseCase,
    lender: BaseCase,
) -> Underwriting:
    """Underwrite one claim from the expected case and the lender's own.

    Args:
        case: as it was compiled.
        claim: one of its claims.
        terms: the compiled book.
        base: the base case on expected rents.
        lender: the base case on the lender's rents.
    """
    maturity = terms.maturity_months[claim.id]
    ladder = base.claims[claim.id]
    minimum = dscr_minimum(claim)
    loan = LoanTerms.of(claim, terms, lender)
    cash = base.borrower[claim.borrower]["cfads"]
    debt = loan.lent()
    life = min(maturity, economic_life_months(case, claim) or maturity)
    return Underwriting(
        case=case.name,
        claim=claim.id,
        as_of=terms.month_dates[0],
        overlays=case.overlays,
        drawn_usd=float(terms.drawn[claim.id]),
        sizing_binding=terms.sizing_binding[claim.id],
        tenor_years=maturity / MONTHS_PER_YEAR,
        wal_years=terms.wal_years[claim.id],
        min_dscr=_finite(smallest(ladder["dscr"][: maturity + 1])),
        lender_min_dscr=_finite(smallest(lender.claims[claim.id]["dscr"][: maturity + 1])),
        dscr_minimum=minimum,
        first_dscr_breach=first_date(terms.month_dates, ladder["dscr"][: maturity + 1] < minimum - 1e-9),
        llcr=_cover(claim, terms, base),
        over_lending_multiple=_over(debt, loan.capacity(cash, life)),
        over_lending_same_tenor=_over(debt, loan.capacity(cash, maturity)),
        implied_payback_years=terms.implied_payback_years[claim.id],
        implied_cover=_first_year_cover(base, claim, maturity),
        first_nolv_crossing=first_date(terms.month_dates, ladder["nolv_ltv"][: maturity + 1] > 1.0),
        highest_book_ltv=_finite(-smallest(-ladder["book_ltv"][: maturity + 1])),
        ltv=ltv_rows(terms.month_dates, ladder, maturity),
    )


def dscr_minimum(claim: Claim) -> float:
    """Level of the claim's DSCR covenant, 1.00 where it has none."""
    levels = [test.minimum for test in claim.covenants if test.test == "dscr" and test.minimum is not None]
    return max(levels, default=DSCR_WITHOUT_COVENANT)


def first_date(dates: tuple[str, ...], hits: NDArray[np.bool_]) -> str | None:
    """The first date at which a test hits, ISO.

    >>> first_date(("2026-12-31", "2027-12-31"), np.array([False, True]))
    '2027-12-31'
    """
    return dates[int(np.argmax(hits))] if hits.any() else None


@dataclass(frozen=True)
class LoanTerms:
    """What sizing needs of a claim: payment periods, interest, when principal starts, and the DSCR lent at.

    Attributes:
        claim: in its book.
        drawn_usd: outstanding on the as-of date.
        ends: month index of each payment date.
        growth: interest of each period on a balance of 1.
        first: index of the first period that repays principal; interest is paid as it falls due before.
        cover: the DSCR that it was sized or sculpted at; of another loan its cover in the lender's case.
        draws: month index and USD of future draws.
    """

    claim: Claim
    drawn_usd: float
    ends: tuple[int, ...]
    growth: Floats
    first: int
    cover: float
    draws: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, claim: Claim, terms: Terms, lender: BaseCase) -> LoanTerms:
        """Read a claim; the lender's case gives the cover where neither sizing nor schedule says it."""
        as_of = date.fromisoformat(terms.month_dates[0])
        periods = periods_of(claim, terms.month_dates, terms.discount, terms.maturity_months[claim.id])
        start = claim.amortisation.start
        month = 0 if start is None else month_index(as_of, start)
        loan = cls(
            claim,
            terms.drawn[claim.id],
            periods.ends,
            periods.growth(claim, terms.contract_margin[claim.id]),
            next((i for i, end in enumerate(periods.ends) if end >= month), len(periods.ends) - 1),
            1.0,
            tuple(
                (month_index(as_of, draw.date), draw.amount_usd) for draw in claim.draws if draw.date > as_of
            ),
        )
        stated = claim.sizing.target_dscr if claim.sizing is not None else terms.schedules[claim.id].cover
        if stated is None:
            debt = loan.lent()
            carried = loan.capacity(lender.borrower[claim.borrower]["cfads"], periods.ends[-1])
            stated = carried / debt if debt > 0.0 else 1.0
        return replace(loan, cover=stated)

    def capacity(self, cfads: Floats, months: int) -> float:
        """USD of debt, at the first repayment, that cash carries at the loan's DSCR within so many months.

        ``sum_i CFADS_i / DSCR prod_{first<=j<=i} 1 / (1 + growth_j)`` over payment dates up to `months`.
        """
        if self.cover <= 0.0:  # a loan that the lender's own case does not carry
            return 0.0
        starts = (0, *self.ends[:-1])
        factor = total = 0.0
        for position, (start, end) in enumerate(zip(starts, self.ends, strict=True)):
            if position < self.first or end > months:
                continue
            factor = (factor or 1.0) / (1.0 + self.growth[position])
            total += float(cfads[start + 1 : end + 1].sum()) / self.cover * factor
        return total

    def lent(self) -> float:
        """USD at the first repayment: drawn, and future draws; a later one counts at the loan's rate."""
        total, factor = self.drawn_usd, 1.0
        for position, end in enumerate(self.ends):
            start = 0 if position == 0 else self.ends[position - 1]
            if position >= self.first:
                factor /= 1.0 + self.growth[position]
            total += factor * sum(amount for month, amount in self.draws if start < month <= end)
        return total


def economic_life_months(case: Case, claim: Claim) -> int | None:
    """Months from the as-of date for which the longest-lived pledged fleet earns; None where none says."""
    as_of = case.market.as_of
    ends = []
    for fleet in case.book.fleets:
        if fleet.id in claim.collateral_fleets and fleet.economic_life_years is not None:
            age_months = (as_of.year - fleet.in_service.year) * 12 + as_of.month - fleet.in_service.month
            ends.append(round(fleet.economic_life_years * MONTHS_PER_YEAR) - age_months)
    return max(max(ends), 0) if ends else None


def ltv_rows(dates: tuple[str, ...], ladder: dict[str, Floats], maturity: int) -> tuple[LtvRow, ...]:
    """LTV by month end from the as-of date to maturity."""
    columns = [ladder[f"{basis}_ltv"] for basis in ("book", "market", "nolv", "flv")]
    return tuple(
        LtvRow(dates[month], *(_finite(float(column[month])) for column in columns))
        for month in range(maturity + 1)
    )


def _cover(claim: Claim, terms: Terms, base: BaseCase) -> float | None:
    outstanding = float(base.claims[claim.id]["balance"][0])
    if outstanding <= 0.0:
        return None
    periods = periods_of(claim, terms.month_dates, terms.discount, terms.maturity_months[claim.id])
    margin = terms.contract_margin[claim.id]
    return loan_life_value(claim, periods, margin, base.borrower[claim.borrower]["cfads"]) / outstanding


def _first_year_cover(base: BaseCase, claim: Claim, maturity: int) -> float | None:
    year = slice(1, min(maturity, MONTHS_PER_YEAR) + 1)
    due = float(base.claims[claim.id]["debt_service"][year].sum())
    return _finite(float(base.borrower[claim.borrower]["cfads"][year].sum()) / due) if due > 0.0 else None


def _over(debt: float, capacity: float) -> float | None:
    return _finite(float(debt / capacity)) if capacity > 0.0 else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""The verdict: one sentence of a credit memo, built from recorded measures and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ERRORS_APART = 2.0
"""A difference counts when it is more than this many standard errors."""
MOSTLY_ASSUMED = 0.5
"""With a larger share of assumed inputs the verdict carries the share."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Number:
    """A value with its error; both None where there is none."""

    value: float | None = None
    std_error: float | None = None

    @property
    def error(self) -> float:
        """The error, 0 where it is not known."""
        return self.std_error or 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the verdict is built from.

    Attributes:
        fair: fair margin, bp.
        quoted: quoted margin, bp, None without a quote.
        quote_kind: secondary, primary or contract.
        parts: what each mechanism hides in the fair margin, bp, by name.
        dates: month ends, ISO, to maturity.
        paper: book LTV by month, None once repaid.
        liquidation: LTV on orderly net proceeds by month.
        assumed_share: of the inputs that can move the result.
        own_benchmark: whether the market's calibration was fitted to this quote, which then judges nothing.
    """

    fair: Number
    quoted: float | None
    quote_kind: str | None
    parts: Mapping[str, Number] = field(default_factory=dict)
    dates: Sequence[str] = ()
    paper: Sequence[float | None] = ()
    liquidation: Sequence[float | None] = ()
    assumed_share: float = 0.0
    own_benchmark: bool = False


def verdict(facts: Facts) -> str:
    """The sentence.

    The thesis binds where the fair margin exceeds the quoted one by more than two standard errors. Then the
    customers' part (fair margin less that without revenue_risk) is held against the chips' (the larger of
    that without deflation and that without illiquidity), again at two standard errors of their difference.

    >>> parts = {"revenue_risk": Number(60.0, 3.0), "deflation": Number(15.0, 3.0)}
    >>> verdict(Facts(
    ...     Number(471.2, 4.6), 400.0, "contract", parts,
    ...     ["2026-10-01", "2026-10-31", "2026-11-30"], [0.7, 0.74, 0.6], [0.9, 1.1, 1.2]))
    'Fair margin 471 ± 5 bp against 400 quoted (contract): customer credit hides more than the chips;
    liquidation LTV passes 100 % in Oct-2026, paper LTV never above 74 %.'
    """
    clauses = [_margin_clause(facts), *_ltv_clauses(facts)]
    if facts.assumed_share > MOSTLY_ASSUMED:
        clauses.append(f"{_percent(facts.assumed_share)} of inputs assumed")
    return "; ".join(clauses) + "."


def binds(facts: Facts) -> bool:
    """Whether the lender is paid less than fair, beyond two standard errors."""
    if facts.fair.value is None or facts.quoted is None or facts.own_benchmark:
        return False
    return facts.fair.value - facts.quoted > ERRORS_APART * facts.fair.error


def _margin_clause(facts: Facts) -> str:
    if facts.fair.value is None:
        return "No fair margin could be computed"
    fair = f"fair margin {_bp(facts.fair.value)}{_plus_minus(facts.fair)} bp"
    if facts.quoted is None:
        return f"F{fair[1:]}, without a quote to hold it against"
    if facts.own_benchmark:
        return f"F{fair[1:]}, not held against its quote, to which the market's calibration was fitted"
    quoted = f"{_bp(facts.quoted)} quoted{f' ({facts.quote_kind})' if facts.quote_kind else ''}"
    if binds(facts):
        return f"F{fair[1:]} against {quoted}: {_blame(facts.parts)}"
    gap = facts.quoted - facts.fair.value
    if gap > ERRORS_APART * facts.fair.error:
        return f"The thesis does not bind: {fair} is {_bp(gap)} bp below the {quoted}"
    return f"The thesis does not bind: {fair} is within its error of the {quoted}"


def _blame(parts: Mapping[str, Number]) -> str:
    customers = parts.get("revenue_risk", Number())
    known = [
        parts[name]
        for name in ("deflation", "illiquidity")
        if name in parts and parts[name].value is not None
    ]
    if customers.value is None or not known:
        return "its mechanisms were not separated"
    chips = max(known, key=lambda part: part.value or 0.0)
    assert chips.value is not None
    if all(abs(part.value or 0.0) <= ERRORS_APART * part.error for part in (customers, chips)):
        return "neither customer credit nor the chips alone explains it"
    gap, error = customers.value - chips.value, math.hypot(customers.error, chips.error)
    if abs(gap) <= ERRORS_APART * error:
        return "customer credit and the chips hide about as much"
    if gap > 0.0:
        return "customer credit hides more than the chips"
    return "the chips hide more than customer credit"


def _ltv_clauses(facts: Facts) -> list[str]:
    liquidation, paper = _known(facts.liquidation), _known(facts.paper)
    phrases = []
    if liquidation:
        phrases.append(f"liquidation LTV {crossing(facts.dates, facts.liquidation)}")
    if paper:
        phrases.append(f"paper LTV {crossing(facts.dates, facts.paper)}")
    return [", ".join(phrases)] if phrases else []


def crossing(dates: Sequence[str], ltv: Sequence[float | None]) -> str:
    """When an LTV stands above 100 %, as a phrase.

    >>> crossing(["2026-10-01", "2029-03-31", "2029-04-30"], [1.3, 0.9, 0.8])
    'is above 100 % from the start until Mar-2029'
    >>> crossing(["2026-10-01", "2028-03-31", "2029-04-30"], [0.9, 1.2, 0.8])
    'passes 100 % in Mar-2028 and falls below in Apr-2029'
    """
    known = [(date, value) for date, value in zip(dates, ltv, strict=False) if value is not None]
    above = [value > 1.0 for _, value in known]
    if not any(above):
        return f"never above {_ceiling(max(value for _, value in known))}"
    first = above.index(True)
    below = next((i for i in range(first + 1, len(above)) if not above[i]), None)
    if first == 0:
        end = "to maturity" if below is None else f"until {month_year(known[below][0])}"
        return f"is above 100 % from the start {end}"
    back = "" if below is None else f" and falls below in {month_year(known[below][0])}"
    return f"passes 100 % in {month_year(known[first][0])}{back}"


def month_year(date: str) -> str:
    """An ISO date as Mon-YYYY.

    >>> month_year("2028-03-31")
    'Mar-2028'
    """
    return f"{_MONTHS[int(date[5:7]) - 1]}-{date[:4]}"


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _bp(value: float) -> str:
    return f"{value:,.0f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _ceiling(share: float) -> str:
    """A share that nothing exceeds, in whole per cent, so rounded up."""
    return f"{math.ceil(100.0 * share - 1e-9):.0f} %"


def _plus_minus(number: Number) -> str:
    error = number.std_error
    return "" if error is None else f" ± {error:.0f}" if error >= 0.5 else f" ± {error:.1g}"

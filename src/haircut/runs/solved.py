"""Two answers that are solved for, each step a run of the claim changed: its own fair margin, and how much to lend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from haircut import credit
from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.margins import fair_margin, quoted_margin
from haircut.runs.corners import SIDE_PATHS
from haircut.runs.executor import Evaluation, evaluate
from haircut.runs.sensitivities import sensitivities
from haircut.scenarios.kept_draws import Kept
from haircut.units import BASIS_POINTS_PER_UNIT

CLOSE_BP: Final = 0.01
MOST_STEPS: Final = 30
HIGHEST_BP: Final = 10_000.0
LEAST, MOST = 0.1, 4.0
"""Amounts tried, as multiples of the claim's own."""
CLOSE_SHARE: Final = 1e-3


@dataclass(frozen=True)
class Trial:
    """The claim of a case, changed and run again on the first paths of its run."""

    case: Case
    claim: Claim
    threads: int | None
    kept: Kept | None

    @classmethod
    def of(cls, whole: Evaluation, threads: int | None, kept: Kept | None) -> Trial:
        """Amounts and schedule as the run had them."""
        loan = credit.with_stated_schedule(whole.compiled)
        settings = loan.settings.model_copy(update={"paths": min(whole.case.settings.paths, SIDE_PATHS)})
        loan = loan.model_copy(update={"settings": settings})
        claim = next(each for each in loan.book.claims if each.id == loan.claim)
        return cls(loan, claim, threads, kept)

    def fair(self, **changes: Any) -> Estimate:
        """Fair margin in bp of the claim with some fields changed, and everything else as it is."""
        claims = tuple(
            each.model_copy(update=changes) if each.id == self.claim.id else each
            for each in self.case.book.claims
        )
        book = self.case.book.model_copy(update={"claims": claims})
        found = evaluate(self.case.model_copy(update={"book": book}), self.threads, kept=self.kept)
        return fair_margin(found.view(self.claim.id))


def self_consistent(whole: Evaluation, threads: int | None = None, kept: Kept | None = None) -> Estimate:
    """The margin in bp that is fair when the borrower pays it: the least fixed point of m -> fair(m), from 0.

    A dearer loan defaults more often, so fair rises with the margin paid and the steps rise to the least fixed point;
    they are lengthened by the chord of the last two, which stays below it where fair is convex. Principal is held.
    The error is that of fair over 1 less its slope.

    Returns:
        no_margin_clears where fair stays above what is paid up to 10,000 bp; not_applicable where even a margin of 0
        is more than fair.
    """
    trial = Trial.of(whole, threads, kept)
    interest, contract = trial.claim.interest, whole.compiled.contract_margin[trial.claim.id]

    def fair(margin_bp: float) -> Estimate:
        if interest.coupon is None:
            return trial.fair(interest=interest.model_copy(update={"margin_bp": margin_bp}))
        coupon = interest.coupon + margin_bp / BASIS_POINTS_PER_UNIT - contract
        return trial.fair(interest=interest.model_copy(update={"coupon": max(coupon, 0.0)}))

    return least_fixed_point(fair)


def least_fixed_point(fair: Callable[[float], Estimate]) -> Estimate:
    """The least m with fair(m) = m, steps from 0.

    >>> least_fixed_point(lambda paid: estimated(50.0 + 0.2 * paid, 4.0))
    Estimate(value=62.5, std_error=5.0, exact=False, reason=None)
    >>> least_fixed_point(lambda paid: estimated(50.0 + 1.1 * paid, 4.0)).reason
    'no_margin_clears'
    >>> least_fixed_point(lambda paid: estimated(-5.0, 4.0)).reason
    'not_applicable'
    """
    before: tuple[float, float] | None = None
    paid, slope = 0.0, -1.0
    for _ in range(MOST_STEPS):
        found = fair(paid)
        if not isinstance(found.value, float):
            return found
        gap = found.value - paid
        if before is not None and paid != before[0]:
            slope = (gap - before[1]) / (paid - before[0])
            if slope >= 0.0 and gap > CLOSE_BP:
                return missing("no_margin_clears")
        if before is None and gap < -CLOSE_BP:
            return missing("not_applicable")
        if abs(gap) < CLOSE_BP:
            error = None if found.std_error is None or slope >= 0.0 else found.std_error / -slope
            return estimated(paid, error)
        before = (paid, gap)
        paid = paid + gap if slope >= 0.0 else paid - gap / slope
        if paid > HIGHEST_BP:
            return missing("no_margin_clears")
        paid = max(paid, 0.0)
    return missing("failed")


def fair_advance_rate(whole: Evaluation, threads: int | None = None, kept: Kept | None = None) -> Estimate:
    """The share of the pledged machines' cost that could be lent at the quoted margin, schedule in proportion.

    ``fair(s x amount) = quoted``, s solved to 0.001 between 0.1 and 4; the rate is s times what is lent over cost.
    The error is that of fair over its slope.

    Returns:
        no_quote; not_applicable without pledged machines or where even 4 times the loan is worth its margin;
        no_margin_clears where a tenth of it is not.
    """
    trial = Trial.of(whole, threads, kept)
    claim = trial.claim
    quote = quoted_margin(whole.view(claim.id))
    if not isinstance(quote.value, float):
        return quote
    quoted = quote.value
    cost = sum(
        fleet.units * fleet.cost_usd_per_unit
        for fleet in trial.case.book.fleets
        if fleet.id in claim.collateral_fleets
    )
    lent = (claim.drawn_usd or 0.0) + sum(each.amount_usd for each in claim.draws)
    if cost <= 0.0 or lent <= 0.0:
        return missing("not_applicable")

    def gap(times: float) -> Estimate:
        found = trial.fair(
            drawn_usd=(claim.drawn_usd or 0.0) * times,
            commitment_usd=None if claim.commitment_usd is None else claim.commitment_usd * times,
            draws=tuple(
                each.model_copy(update={"amount_usd": each.amount_usd * times}) for each in claim.draws
            ),
        )
        return found if not isinstance(found.value, float) else replace(found, value=found.value - quoted)

    return root(gap, lent / cost)


def root(gap: Callable[[float], Estimate], share: float) -> Estimate:
    """`share` times the multiple at which a rising gap is 0.

    >>> found = root(lambda times: estimated(100.0 * times - 150.0, 2.0), 0.5)
    >>> round(found.value, 6), round(found.std_error, 6)
    (0.75, 0.01)
    """
    errors: dict[float, float | None] = {}

    def at(times: float) -> float:
        found = gap(times)
        if not isinstance(found.value, float):
            raise ArithmeticError
        errors[times] = found.std_error
        return found.value

    from scipy.optimize import brentq  # half a second, for those only who ask

    try:
        low, high = 1.0, 1.0
        below = above = at(1.0)
        while below > 0.0 and low > LEAST:
            high, above, low = low, below, max(low / 1.5, LEAST)
            below = at(low)
        while above < 0.0 and high < MOST:
            low, below, high = high, above, min(high * 1.5, MOST)
            above = at(high)
        if below > 0.0:
            return missing("no_margin_clears")
        if above < 0.0:
            return missing("not_applicable")
        found = (
            low if below == 0.0 else high if above == 0.0 else float(brentq(at, low, high, xtol=CLOSE_SHARE))
        )
        slope = (at(found * 1.05) - at(found * 0.95)) / (0.1 * found)
        at(found)
    except ArithmeticError:
        return missing("failed")
    error = errors[found]
    return estimated(share * found, None if error is None or slope <= 0.0 else share * error / slope)


def further_answers(whole: Evaluation, threads: int | None = None, kept: Kept | None = None) -> Evaluation:
    """The run with what more than one simulation answers: sensitivities of every claim, two solved for its own."""
    found = {claim: dict(answers) for claim, answers in whole.further.items()}
    for claim, answers in sensitivities(whole, threads, kept).items():
        found.setdefault(claim, {}).update(answers)
    own = found[whole.case.claim]
    own["self_consistent_bp"] = self_consistent(whole, threads, kept)
    own["fair_advance_rate"] = fair_advance_rate(whole, threads, kept)
    return replace(whole, further=found)

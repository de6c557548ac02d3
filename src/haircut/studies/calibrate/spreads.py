"""The price of risk and the premium for novelty that two quotes imply together.

For each benchmark the fair margin at market price of risk theta, discounted with the premium of ordinary credit
plus ell, must equal its quote:

    fair_i(theta, ell_generic_i + ell) = quote_i ,   i = 1, 2

Two quotes, two unknowns. One theta fits no two quotes by itself: what is left over is ell_novelty, the premium
that both need beyond ordinary credit. A benchmark is fitted, so its own rich / cheap says nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haircut import credit
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase, Outcomes
from haircut.errors import CannotCompute, UsageError
from haircut.pricing.margins import fair_margin_of, quoted_margin
from haircut.pricing.moments import FEWEST_BLOCKS
from haircut.pricing.value import premiums, views
from haircut.runs.choice import chosen_case
from haircut.scenarios.kept_draws import Kept, keeping
from haircut.units import BASIS_POINT, BASIS_POINTS_PER_UNIT

Floats = NDArray[np.float64]

BENCHMARKS: Final = ("coreweave-ddtl-4", "coreweave-ddtl-5")
PATHS: Final = 20 * 512
CLOSE_BP: Final = 0.01
MOST_STEPS: Final = 25
THETA_RANGE: Final = (-1.0, 3.0)
STEPS: Final = (0.05, 20.0)
"""Differences of theta and of ell (bp) from which slopes are taken."""
QUOTE_SHIFT_BP: Final = 25.0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One quote and what the fitted model says of it.

    Attributes:
        case, claim: which loan.
        quoted_bp: margin that is fitted.
        quote_kind, quote_date: of the quote.
        generic_bp: premium of ordinary credit at the loan's own expected loss.
        model_bp: fair margin at the market's own theta without any premium, for comparison.
        needed_bp: premium beyond ordinary credit that this quote alone needs at the market's own theta.
        missed_bp: quote less fitted margin; 0 where both quotes are fitted.
        per_theta_bp: change of the fair margin for 0.1 of theta, at the solution.
        per_premium_bp: change for 1 bp of premium.
        theta_if_shifted, premium_if_shifted_bp: the solution with this quote 25 bp higher (linear); None where
            there is no common solution.
    """

    case: str
    claim: str
    quoted_bp: float
    quote_kind: str
    quote_date: str
    generic_bp: float
    model_bp: float
    needed_bp: float
    missed_bp: float
    per_theta_bp: float
    per_premium_bp: float
    theta_if_shifted: float | None
    premium_if_shifted_bp: float | None


@dataclass(frozen=True, slots=True)
class SpreadCalibration:
    """theta and ell_novelty from two quotes.

    Where no theta from -1 to 3 fits both, theta stays as the market holds it and the premium is the mean of the
    two that the quotes need, without an error: the difference between them is then what the model lacks.

    Attributes:
        fits: whether both quotes are fitted.
        theta, theta_error: market price of risk per square root of a year; error of the simulation alone.
        premium_bp, premium_error_bp: ell_novelty likewise.
        correlation: of the two errors.
        theta_before: what the market holds.
        as_of: of their market, ISO.
        paths, seed: of each benchmark.
        benchmarks: the two.
        identified: whether theta is known to better than its half, and so told from the premium.
        not_identified: what the quotes say nothing about, in words.
    """

    fits: bool
    theta: float
    theta_error: float | None
    premium_bp: float
    premium_error_bp: float | None
    correlation: float | None
    theta_before: float
    as_of: str
    paths: int
    seed: int
    benchmarks: tuple[Benchmark, Benchmark]
    identified: bool
    not_identified: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut calibrate spreads --json` prints."""
        found = asdict(self)
        return {"name": "spreads", **found, "benchmarks": list(found["benchmarks"])}


@dataclass
class _Loan:
    """One benchmark: P once, Q again for each theta and premium."""

    case: Case
    claim: str
    quoted: float
    base: BaseCase
    p: Outcomes
    generic: dict[str, float]
    kept: Kept
    threads: int | None
    compiled: dict[float, CompiledBook]

    @classmethod
    def of(cls, case: Case, threads: int | None) -> _Loan:
        """The loan of a case, its amounts and schedule written out."""
        first = credit.compile_book(case)
        loan = credit.with_stated_schedule(first)
        claim = next(each for each in loan.book.claims if each.id == case.claim)
        if claim.quote is None:
            raise UsageError(f"calibrate spreads: {case.name} has no quote; a benchmark needs one")
        compiled = credit.compile_book(loan)
        kept: Kept = {}
        compiled = replace(compiled, scenarios=keeping(compiled.scenarios, kept))
        settings = loan.settings
        p = credit.simulate(compiled, "P", settings.paths, settings.seed, threads=threads)
        generic = {name: each.floored_bp for name, each in premiums(compiled, loan, p).items()}
        base = credit.base_case(compiled)
        view = views(compiled, loan, base, p, p, {})[claim.id]
        quoted = quoted_margin(view).value
        assert isinstance(quoted, float)  # a claim with a quote has a quoted margin
        return cls(loan, claim.id, quoted, base, p, generic, kept, threads, {})

    def fair(self, theta: float, premium_bp: float) -> tuple[float, Floats]:
        """Fair margin in bp at a theta and a premium beyond ordinary credit, and its block deviations."""
        if theta not in self.compiled:
            compute = self.case.market.compute
            priced = compute.model_copy(update={"theta": compute.theta.model_copy(update={"value": theta})})
            market = self.case.market.model_copy(update={"compute": priced})
            made = credit.compile_book(self.case.model_copy(update={"market": market}))
            self.compiled[theta] = replace(made, scenarios=keeping(made.scenarios, self.kept))
        compiled, settings = self.compiled[theta], self.case.settings
        ell = {name: (bp + premium_bp) * BASIS_POINT for name, bp in self.generic.items()}
        q = credit.simulate(compiled, "Q", settings.paths, settings.seed, threads=self.threads, ell=ell)
        view = views(compiled, self.case, self.base, self.p, q, ell)[self.claim]
        found = fair_margin_of(view)
        if found is None:
            raise CannotCompute(f"calibrate spreads: {self.case.name} pays no margin on any path")
        gaps = view.q.block_deviations(found.gradient) * BASIS_POINTS_PER_UNIT
        return found.value * BASIS_POINTS_PER_UNIT, gaps


def spreads(
    benchmarks: Sequence[Case | str | Path] = BENCHMARKS,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
) -> SpreadCalibration:
    """Solve theta and ell_novelty from the quotes of two cases in the same market.

    Args:
        benchmarks: two cases, each with a quote on its claim.
        paths: of each; by default 10,240.
        seed, threads: as for `haircut.reprice`.

    Raises:
        UsageError: for other than two different benchmarks, one without a quote, or two markets.
        InputRefused: where a case does not load.
        CannotCompute: where a loan has no margin.
    """
    if len(benchmarks) != 2:
        raise UsageError(f"calibrate spreads: found {len(benchmarks)} benchmarks; expected two")
    cases = [chosen_case(each, paths or PATHS, seed) for each in benchmarks]
    one, other = cases
    if (one.name, one.claim) == (other.name, other.claim):
        raise UsageError(f"calibrate spreads: found {one.name} twice; expected two different benchmarks")
    before = one.market.compute.theta.value
    if one.market.as_of != other.market.as_of or before != other.market.compute.theta.value:
        raise UsageError("calibrate spreads: found two markets; expected benchmarks in the same one")
    loans = [_Loan.of(case, threads) for case in cases]
    needed = [_needed(loan, before) for loan in loans]
    solved = _solved(loans, before)
    fits = solved is not None
    solution = np.array([before, sum(needed) / 2.0]) if solved is None else solved
    slope, gaps = _slopes(loans, solution)
    missing = _missing(loans, solution)
    covariance, shifts = None, None
    if fits:
        inverse = np.linalg.inv(slope)
        covariance, shifts = _covariance(gaps, inverse), inverse * QUOTE_SHIFT_BP
    errors = None if covariance is None else np.sqrt(np.diag(covariance))
    rows = []
    for place, loan in enumerate(loans):
        claim = next(each for each in loan.case.book.claims if each.id == loan.claim)
        assert claim.quote is not None
        rows.append(
            Benchmark(
                case=loan.case.name,
                claim=loan.claim,
                quoted_bp=loan.quoted,
                quote_kind=claim.quote.kind,
                quote_date=claim.quote.date.isoformat(),
                generic_bp=loan.generic[loan.claim],
                model_bp=loan.fair(before, -loan.generic[loan.claim])[0],
                needed_bp=needed[place],
                missed_bp=float(missing[place]),
                per_theta_bp=float(slope[place, 0] * 0.1),
                per_premium_bp=float(slope[place, 1]),
                theta_if_shifted=None if shifts is None else float(solution[0] + shifts[0, place]),
                premium_if_shifted_bp=None if shifts is None else float(solution[1] + shifts[1, place]),
            )
        )
    return SpreadCalibration(
        fits=fits,
        theta=float(solution[0]),
        theta_error=None if errors is None else float(errors[0]),
        premium_bp=float(solution[1]),
        premium_error_bp=None if errors is None else float(errors[1]),
        correlation=None
        if covariance is None or errors is None or not errors.all()
        else float(covariance[0, 1] / (errors[0] * errors[1])),
        theta_before=before,
        as_of=one.market.as_of.isoformat(),
        paths=one.settings.paths,
        seed=one.settings.seed,
        benchmarks=(rows[0], rows[1]),
        identified=errors is not None and float(errors[0]) < 0.5 * abs(float(solution[0])),
        not_identified=NOT_IDENTIFIED,
    )


NOT_IDENTIFIED: Final = (
    "theta of each driver by itself: one theta shifts rents, power and the funding spread together",
    "the tilt of the regimes (theta_regime): held at the market's value",
    "theta of customers' credit: held at the table of ratings",
    "what part of the premium pays for novelty, for the loan's illiquidity, or for errors of the inputs",
    "whether quotes struck at par on their closing day still hold on the as-of date",
)


def _needed(loan: _Loan, theta: float) -> float:
    """Premium beyond ordinary credit at which one loan's fair margin is its quote, bp."""
    low, high = 0.0, 100.0
    at_low, at_high = (loan.fair(theta, bp)[0] for bp in (low, high))
    for _ in range(MOST_STEPS):
        if abs(loan.quoted - at_high) < CLOSE_BP or at_high == at_low:
            break
        after = high + (loan.quoted - at_high) * (high - low) / (at_high - at_low)
        low, at_low, high, at_high = high, at_high, after, loan.fair(theta, after)[0]
    return high


def _solved(loans: list[_Loan], start: float) -> Floats | None:
    """Newton's step once, then Broyden's: each costs one simulation a loan. None where no theta fits both."""
    at = np.array([start, 0.0])
    slope, _ = _slopes(loans, at)
    missing = _missing(loans, at)
    for _ in range(MOST_STEPS):
        if float(np.abs(missing).max()) < CLOSE_BP:
            return at
        if abs(float(np.linalg.det(slope))) < 1e-9:
            return None
        step = np.linalg.solve(slope, missing)
        if not THETA_RANGE[0] <= at[0] + step[0] <= THETA_RANGE[1]:
            return None
        after = at + step
        left = _missing(loans, after)
        slope = slope + np.outer(missing - left - slope @ step, step) / float(step @ step)
        at, missing = after, left
    return None


def _missing(loans: list[_Loan], at: Floats) -> Floats:
    """Quote less fair margin of each loan, bp."""
    return np.array([loan.quoted - loan.fair(float(at[0]), float(at[1]))[0] for loan in loans])


def _slopes(loans: list[_Loan], at: Floats) -> tuple[Floats, list[Floats]]:
    """(2, 2) change of each fair margin, bp, per 1.00 of theta and per bp of premium; deviations at the point."""
    slope, gaps = np.empty((2, 2)), []
    for place, loan in enumerate(loans):
        here, deviations = loan.fair(float(at[0]), float(at[1]))
        slope[place, 0] = (loan.fair(float(at[0]) + STEPS[0], float(at[1]))[0] - here) / STEPS[0]
        slope[place, 1] = (loan.fair(float(at[0]), float(at[1]) + STEPS[1])[0] - here) / STEPS[1]
        gaps.append(deviations)
    return slope, gaps


def _covariance(gaps: list[Floats], inverse: NDArray[Any]) -> Floats | None:
    """Of (theta, premium): the margins' own covariance over blocks of common draws, through the slopes."""
    blocks = {len(each) for each in gaps}
    if len(blocks) != 1 or min(blocks) < FEWEST_BLOCKS:
        return None
    rows, count = np.stack(gaps), blocks.pop()
    found: Floats = inverse @ (rows @ rows.T * count / (count - 1)) @ inverse.T
    return found

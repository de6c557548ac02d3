"""Do errors fall as they should, and do stated errors tell the truth? Measured on one loan."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Final

from haircut.case.case import Case
from haircut.errors import CannotCompute
from haircut.pricing.margins import fair_margin
from haircut.runs.choice import chosen_case
from haircut.runs.executor import evaluate

PATHS: Final = (512, 2_048, 8_192, 32_768)
SEEDS: Final = 24
PATHS_OF_A_SEED: Final = 1_024


@dataclass(frozen=True, slots=True)
class AtPaths:
    """The fair margin on so many paths, bp; `scaled`, its error times the root of the paths, should not move."""

    paths: int
    fair_bp: float
    error_bp: float
    scaled: float


@dataclass(frozen=True, slots=True)
class Convergence:
    """What was measured.

    Attributes:
        case, claim: on which loan. steps: by number of paths.
        order: of the fall of the error, 0.5 in theory, by least squares on logs.
        seeds, paths_of_a_seed: of the second test.
        spread_bp: standard deviation of the margin over seeds. stated_bp: root mean square of the errors stated.
        low, high: 95 % range of spread over stated if the stated errors are true (chi-square).
    """

    case: str
    claim: str
    steps: tuple[AtPaths, ...]
    order: float
    seeds: int
    paths_of_a_seed: int
    spread_bp: float
    stated_bp: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """Spread over stated error."""
        return self.spread_bp / self.stated_bp

    @property
    def honest(self) -> bool:
        """Whether the ratio lies where true errors put it in 95 of 100 cases."""
        return self.low <= self.ratio <= self.high


def convergence(case: Case, threads: int | None = None) -> Convergence:
    """Measure both on the claim of a case.

    Raises:
        CannotCompute: where its fair margin has no error.
    """
    from scipy.stats import chi2

    steps = []
    for paths in PATHS:
        value, error = _fair(chosen_case(case, paths), threads)
        steps.append(AtPaths(paths, value, error, error * math.sqrt(paths)))
    x = [math.log(step.paths) for step in steps]
    y = [math.log(step.error_bp) for step in steps]
    slope = statistics.linear_regression(x, y).slope
    found = [_fair(chosen_case(case, PATHS_OF_A_SEED, seed), threads) for seed in range(1, SEEDS + 1)]
    freedom = SEEDS - 1
    low, high = (math.sqrt(float(chi2.ppf(level, freedom)) / freedom) for level in (0.025, 0.975))
    return Convergence(
        case.name,
        case.claim,
        tuple(steps),
        -slope,
        SEEDS,
        PATHS_OF_A_SEED,
        statistics.stdev(value for value, _ in found),
        math.sqrt(statistics.mean(error**2 for _, error in found)),
        low,
        high,
    )


def _fair(case: Case, threads: int | None) -> tuple[float, float]:
    answer = fair_margin(evaluate(case, threads).view(case.claim))
    if not isinstance(answer.value, float) or answer.std_error is None:
        raise CannotCompute(f"convergence: the fair margin of {case.claim} has no value or no error")
    return answer.value, answer.std_error

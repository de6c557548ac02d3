"""What failed, what is worse than something simpler, what cannot be tested: found from the numbers, never typed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from haircut.studies.backtest import Backtest
from haircut.studies.backtest.controls import LEAST_P_VALUE, Controls
from haircut.studies.bands import BandStudy
from haircut.studies.validate.checks import Check
from haircut.studies.validate.convergence import Convergence

ERRORS: Final = 2.0
"""A coverage so many of its errors from its level is a miss."""
WAVE: Final = "haircut backtest wave-2022"
PACK: Final = "haircut validate"
BANDS: Final = "haircut calibrate bands"


class Failure(NamedTuple):
    """One thing that went wrong or stays unknown.

    Attributes:
        kind: failed, miss (outside of its own error), worse (than something simpler), untested.
        what: a sentence with its number.
        made_by: the test or the command that shows it.
    """

    kind: str
    what: str
    made_by: str


def failures(
    checks: Sequence[Check] | None,
    measured: Convergence,
    wave: Backtest,
    against: Controls,
    banded: BandStudy,
) -> tuple[Failure, ...]:
    """All of them, those that failed first."""
    found = [
        *_of_checks(checks),
        *_of_convergence(measured),
        *_of_wave(wave),
        *_of_controls(against),
        *_of_bands(banded),
    ]
    order = ("failed", "miss", "worse", "untested")
    return tuple(sorted(found, key=lambda row: order.index(row.kind)))


def _of_checks(checks: Sequence[Check] | None) -> Iterator[Failure]:
    if checks is None:
        yield Failure("untested", "The published checks were not run for this pack.", "make validate")
        return
    for check in checks:
        if check.outcome != "passed":
            yield Failure("failed", f"The test {check.outcome}: {check.said or check.test}", check.test)


def _of_convergence(measured: Convergence) -> Iterator[Failure]:
    if not measured.honest:
        yield Failure(
            "miss",
            f"Stated errors of the fair margin are off: the spread over {measured.seeds} seeds is "
            f"{measured.ratio:.2f} times the error stated, where true errors give {measured.low:.2f} to "
            f"{measured.high:.2f}.",
            PACK,
        )


def _of_wave(wave: Backtest) -> Iterator[Failure]:
    own = wave.variants["knowable"][-1]
    for rule in wave.rules:
        if rule["auc"] > own["auc"]:
            yield Failure(
                "worse",
                f"Wave of 2022: the rule {rule['rule']} ranks with AUC {rule['auc']:.2f}, the model with "
                f"{own['auc']:.2f}.",
                WAVE,
            )
    for row in wave.recoveries:
        if row["inside"] is False:
            yield Failure(
                "miss",
                f"Wave of 2022: recovery of {row['claim']} told {row['recovery']:.0%}, seen {row['low']:.0%} to "
                f"{row['high']:.0%}.",
                WAVE,
            )
    alarms = [row["name"] for row in wave.monitor if not row["failed"] and row["all_tests"] is not None]
    if alarms:
        yield Failure(
            "miss", f"Wave of 2022: the monitor also rang all tests for {', '.join(alarms)}, who lived.", WAVE
        )
    if wave.funding["highest"] < wave.funding["stress_above"]:
        yield Failure(
            "miss",
            f"Wave of 2022: funding stayed calm by its own measure, {wave.funding['highest']:.2f} % at most against "
            f"{wave.funding['stress_above']:.2f} %; the regime that shuts the sale of shares never came.",
            WAVE,
        )
    low = sum(row["below"] <= 0.5 for row in wave.prices)
    if low > 0.5 * len(wave.prices):
        yield Failure(
            "miss", f"Wave of 2022: {low} of {len(wave.prices)} later prices lie below the median told.", WAVE
        )
    if own["p_value"] > LEAST_P_VALUE:
        yield Failure(
            "untested",
            f"Wave of 2022: the ranking has exact p {own['p_value']:.3f}; {own['names']} names cannot show skill.",
            WAVE,
        )


def _of_controls(against: Controls) -> Iterator[Failure]:
    if against.rejected:
        yield Failure(
            "miss",
            f"No default on accelerators in {against.loan_years:.1f} loan-years, which the model gives "
            f"{against.nothing_p_value:.3f}.",
            PACK,
        )
    else:
        yield Failure(
            "untested",
            f"No default on accelerators in {against.loan_years:.1f} loan-years rejects only a PD above "
            f"{against.smallest_power:.0%} a year.",
            PACK,
        )
    for order in against.orders:
        if order.p_value is not None and order.correlation is not None and order.p_value > LEAST_P_VALUE:
            yield Failure(
                "miss",
                f"Quotes kept out of calibration, {order.group}: rank correlation {order.correlation:.2f} over "
                f"{len(order.claims)} claims, p {order.p_value:.2f}.",
                PACK,
            )


def _of_bands(banded: BandStudy) -> Iterator[Failure]:
    for score in banded.scores:
        if score.model == "random walk":
            continue
        level = 0.95
        gap = score.coverage[level] - level
        if abs(gap) > ERRORS * score.coverage_error[level]:
            yield Failure(
                "miss",
                f"Bands of {score.series} ({score.model}, {score.months} months): the 95 % band held "
                f"{score.coverage[level]:.0%} ± {score.coverage_error[level]:.0%}.",
                BANDS,
            )
        ratio, error = score.against_walk[level]
        if ratio - ERRORS * error > 1.0:
            yield Failure(
                "worse",
                f"Bands of {score.series} ({score.model}, {score.months} months): interval score {ratio:.2f} ± "
                f"{error:.2f} of a random walk's.",
                BANDS,
            )
    for series, why in banded.untested:
        yield Failure("untested", f"{series}: {why}", BANDS)

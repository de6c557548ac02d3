"""How good few predictions were: ranking, sharpness, and what so few can show. All p-values are exact."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haircut.errors import UsageError

Floats = NDArray[np.float64]

MOST_ASSIGNMENTS = 2_000_000
"""Beyond so many cases an exact p-value is refused rather than approximated."""


def auc(scores: Sequence[float], failed: Sequence[bool]) -> float:
    """Probability that a failed name scores above one that lived, a tie counting half (Mann-Whitney U / (k (n - k))).

    Args:
        scores: by name, higher is riskier.
        failed: by name.

    Raises:
        UsageError: where all or none failed.

    >>> auc([0.9, 0.4, 0.4, 0.1], [True, True, False, False])
    0.875
    """
    bad = [score for score, hit in zip(scores, failed, strict=True) if hit]
    good = [score for score, hit in zip(scores, failed, strict=True) if not hit]
    if not bad or not good:
        raise UsageError("auc: found names of one kind only; expected some that failed and some that lived")
    won = sum((one > other) + 0.5 * (one == other) for one in bad for other in good)
    return won / (len(bad) * len(good))


def ranking_p_value(scores: Sequence[float], failed: Sequence[bool]) -> float:
    """Share of all ways to choose as many failed names whose AUC is at least the one found: exact, one-sided.

    Raises:
        UsageError: where there are more than two million ways.

    >>> ranking_p_value([0.9, 0.8, 0.2, 0.1], [True, True, False, False])  # 1 of 6
    0.16666666666666666
    """
    count, hits = len(scores), sum(failed)
    if math.comb(count, hits) > MOST_ASSIGNMENTS:
        raise UsageError(
            f"ranking_p_value: found {math.comb(count, hits):,} ways; expected at most two million"
        )
    found = auc(scores, failed)
    as_good = 0
    for chosen in itertools.combinations(range(count), hits):
        places = set(chosen)
        as_good += auc(scores, [place in places for place in range(count)]) >= found - 1e-12
    return as_good / math.comb(count, hits)


def least_p_value(count: int, hits: int) -> float:
    """What a perfect ranking of so few names reaches, 1 / C(count, hits).

    >>> round(least_p_value(8, 3), 4)
    0.0179
    """
    return 1.0 / math.comb(count, hits)


def brier(probabilities: Sequence[float], failed: Sequence[bool]) -> float:
    """Mean squared gap between a probability and what happened (0 or 1).

    >>> round(brier([0.8, 0.1], [True, False]), 6)
    0.025
    """
    return sum((p - hit) ** 2 for p, hit in zip(probabilities, failed, strict=True)) / len(probabilities)


def log_score(probabilities: Sequence[float], failed: Sequence[bool], least: float) -> float:
    """Mean log probability of what happened; a probability within `least` of 0 or 1 counts as that far.

    Args:
        least: what a simulation of n paths can tell from nothing, such as 1 / n.

    >>> round(log_score([0.5, 0.5], [True, False], 0.001), 4)
    -0.6931
    """
    clipped = [min(max(p, least), 1.0 - least) for p in probabilities]
    return sum(math.log(p if hit else 1.0 - p) for p, hit in zip(clipped, failed, strict=True)) / len(clipped)


def count_law(probabilities: Sequence[float]) -> Floats:
    """Law of the number of events when each comes on its own with its own probability (Poisson-binomial), (n + 1,).

    Independence is an assumption: names of one wave fall together, and then both tails are fatter.

    >>> [round(float(p), 3) for p in count_law([0.5, 0.5])]
    [0.25, 0.5, 0.25]
    """
    law = np.ones(1)
    for probability in probabilities:
        law = np.convolve(law, np.array([1.0 - probability, probability]))
    return law


def at_most(probabilities: Sequence[float], count: int) -> float:
    """Probability of at most `count` events under `count_law`."""
    return float(count_law(probabilities)[: count + 1].sum())


def at_least(probabilities: Sequence[float], count: int) -> float:
    """Probability of at least `count` events under `count_law`."""
    return float(count_law(probabilities)[count:].sum())


def upper_bound_without_events(trials: int, confidence: float = 0.95) -> float:
    """The largest probability that no event in so many independent trials leaves standing (Clopper-Pearson).

    >>> round(upper_bound_without_events(10), 4)
    0.2589
    """
    return float(1.0 - (1.0 - confidence) ** (1.0 / trials))


def ranks(values: Sequence[float]) -> Floats:
    """Ranks from 1, ties sharing their mean.

    >>> [float(rank) for rank in ranks([3.0, 1.0, 3.0])]
    [2.5, 1.0, 2.5]
    """
    found = np.asarray(values, dtype=np.float64)
    return np.array([(found < value).sum() + ((found == value).sum() + 1) / 2.0 for value in found])


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Spearman's correlation and its exact one-sided p-value: the share of all orders that agree at least as well.

    Raises:
        UsageError: below 3 pairs, above 9, or where one side has one value only.

    >>> rank_correlation([1.0, 2.0, 3.0], [10.0, 20.0, 30.0])
    (1.0, 0.16666666666666666)
    """
    if not 3 <= len(one) == len(other) <= 9:
        raise UsageError(f"rank_correlation: found {len(one)} and {len(other)} values; expected 3 to 9 pairs")
    left, right = ranks(one), ranks(other)
    if np.ptp(left) == 0.0 or np.ptp(right) == 0.0:
        raise UsageError("rank_correlation: found one value only; expected values that differ")
    left = (left - left.mean()) / left.std()
    right = (right - right.mean()) / right.std()
    found = float(left @ right / len(left))
    orders = list(itertools.permutations(range(len(right))))
    agreeing = sum(float(left @ right[list(order)]) / len(left) >= found - 1e-12 for order in orders)
    return round(found, 12), agreeing / len(orders)

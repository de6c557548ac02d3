"""The scenarios that stand beside a run, on the same seed, and what each assumption hides."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from haircut.case import MECHANISMS, without
from haircut.case.book import Credit
from haircut.case.case import Case
from haircut.errors import InputRefused
from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.margins import fair_margin_of
from haircut.pricing.moments import FEWEST_BLOCKS
from haircut.pricing.view import ClaimView
from haircut.runs.executor import Evaluation
from haircut.scenarios.block import BLOCK_SIZE
from haircut.units import BASIS_POINTS_PER_UNIT

HAIRCUT = "haircut"
BUILDING = "building"
WITHOUT = "without:"
CUSTOMER = "customer:"
CASE = "case:"
DEPTH = "depth:"
DEPTHS = {"a third": 1.0 / 3.0, "three times": 3.0}
"""Factors on the depth of the resale market, the least certain number of a liquidation."""

SIDE_PATHS = 8 * BLOCK_SIZE
"""Paths of a scenario beside the run: enough for its errors, few enough for another seed in seconds."""
SHIFTED_PATHS = FEWEST_BLOCKS * BLOCK_SIZE
"""Paths of a scenario with independence by shift, whose errors need 20 blocks."""
FEWEST_PAIRED_BLOCKS = 8
"""With fewer blocks a difference's error is the two errors in quadrature, which is larger."""


@dataclass(frozen=True, slots=True)
class Corner:
    """One scenario beside the run: its name and its case, paths already cut."""

    name: str
    case: Case

    @property
    def shifted(self) -> bool:
        """Whether its drivers are independent by shift, a setting and not a part of the book or the market."""
        return self.case.settings.independence_by_shift


def corners(case: Case, others: tuple[Case, ...] = ()) -> Iterator[Corner]:
    """The scenarios beside a run: the building, each mechanism off alone, customers' ratings, the
    depth of the market at a third and three times, other cases.

    All on the run's seed, but another case keeps its own: it need not be computed for each seed of this one.

    Args:
        case: the run's, with its paths and seed.
        others: cases that are shown beside it.
    """
    yield _corner(BUILDING, without(case, set(MECHANISMS)))
    for mechanism in MECHANISMS:
        yield _corner(f"{WITHOUT}{mechanism}", without(case, {mechanism}))
    for rating in case.customer_ratings:
        yield _corner(f"{CUSTOMER}{rating}", with_customers_rated(case, rating))
    if case.market.liquidation.impact != "none":
        for words, factor in DEPTHS.items():
            yield _corner(f"{DEPTH}{words}", with_depth(case, factor))
    for other in others:
        settings = other.settings.model_copy(update={"paths": min(case.settings.paths, SIDE_PATHS)})
        yield Corner(f"{CASE}{other.name}", other.model_copy(update={"settings": settings}))


def with_customers_rated(case: Case, rating: str) -> Case:
    """The same case with every customer's credit read from the market's table at one rating.

    Raises:
        InputRefused: where the market has no such rating.
    """
    known = [row.rating for row in case.market.credit.ratings]
    if rating not in known:
        raise InputRefused(
            f"customer_ratings: found {rating!r}; expected a rating of the market: {', '.join(known)}"
        )
    customers = tuple(
        customer.model_copy(
            update={
                "credit": Credit(
                    rating=rating,
                    demand_loading=customer.credit.demand_loading,
                    recovery_rate=customer.credit.recovery_rate,
                )
            }
        )
        for customer in case.book.customers
    )
    return case.model_copy(update={"book": case.book.model_copy(update={"customers": customers})})


def with_depth(case: Case, factor: float) -> Case:
    """The same case with buyers for `factor` times as many machines a month."""
    liquidation = case.market.liquidation
    depth = liquidation.depth.model_copy(update={"value": liquidation.depth.value * factor, "range": None})
    deeper = liquidation.model_copy(update={"depth": depth})
    return case.model_copy(update={"market": case.market.model_copy(update={"liquidation": deeper})})


def _corner(name: str, case: Case) -> Corner:
    most = SHIFTED_PATHS if case.settings.independence_by_shift else SIDE_PATHS
    paths = min(case.settings.paths, most)
    settings = case.settings.model_copy(update={"paths": paths})
    return Corner(name, case.model_copy(update={"settings": settings}))


def hidden(whole: Evaluation, without_it: Evaluation, claim: str) -> Estimate:
    """`hidden_between` a run, on the paths of a scenario, and that scenario."""
    return hidden_between(whole.view(claim, without_it.case.settings.paths), without_it.view(claim))


def hidden_between(left: ClaimView, right: ClaimView) -> Estimate:
    """What mechanisms that are off hide: the run's fair margin less that without them, in bp.

    Both on the same paths (the first blocks of the run), so that the error is that of the difference: from
    differences of block means, or with few blocks from the two errors in quadrature.

    Args:
        left: a claim of the run, on the paths of the scenario.
        right: the same claim of the scenario without the mechanisms.
    """
    fair, other = fair_margin_of(left), fair_margin_of(right)
    if fair is None or other is None:
        return missing("not_applicable")
    blocks = right.q.blocks
    error: float | None = None
    if blocks >= FEWEST_PAIRED_BLOCKS and blocks == left.q.blocks:
        gaps = fair.block_deviations(left) - other.block_deviations(right)
        error = math.sqrt(float(gaps @ gaps) * blocks / (blocks - 1))
    else:
        errors = fair.standard_error(left), other.standard_error(right)
        error = None if errors[0] is None or errors[1] is None else math.hypot(errors[0], errors[1])
    return estimated(fair.value - other.value, error).scaled(BASIS_POINTS_PER_UNIT)

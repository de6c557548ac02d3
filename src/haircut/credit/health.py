"""What a path leaves open when it ends, and where values were read beyond their tables: the run's health.

Validation before a run asks whether a book can be run; this asks afterwards what the run did not settle.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH, EXPOSURE, RECOVERED
from haircut.credit.steps.margins import owed_on
from haircut.kernels import lean_kernel
from haircut.scenarios.block import ScenarioBlock

UNPAID, OPEN, UNDRAWN, TRAPPED, LATE = 8, 9, 10, 11, 12
"""Columns of the facts that the end of a path writes, after those of `steps.default`; USD."""

LEFT_OPEN = (
    "unpaid_at_maturity",  # owed at or after maturity and not paid then
    "recovery_open",  # owed in default while machines were still for sale
    "never_drawn",  # planned draws that were refused
    "cash_trapped",  # in reserves, or locked up in a subsidiary, of a borrower that owes or owed
    "cash_after_estate",  # that reached a borrower after its estate was closed: its lenders did not get it
    "loss_floored",  # recovered beyond the exposure: the loss is 0, not negative
)
"""What is counted of each claim, USD. The two of cash are the borrower's, in the row of its first claim."""

A_DOLLAR = 1.0
"""A path counts where what it leaves open exceeds this, USD."""


class Tally(NamedTuple):
    """Sums over the paths of a block, from which shares, means and their errors follow.

    Attributes:
        left_open: (claims, LEFT_OPEN, 3) paths above a dollar, sum and sum of squares of USD.
        off_grid: (fleets, 3) paths with such a month, sum and sum of squares of months whose rent lies beyond
            the grid of the fleet's value surface, where it is extended linearly in rent.
    """

    left_open: Floats
    off_grid: Floats


@lean_kernel
def close_path(book: BookArrays, state: PathState, facts: Floats, month: int) -> None:
    """Note what a path that ends after `month` leaves unpaid, unsold, undrawn and shut in, USD."""
    reserves = book.reserve_opening.shape[1]
    for claim in range(book.claims.shape[0]):
        terms, debt = book.claims[claim], state.claims[claim]
        status = state.borrowers[terms.borrower].status
        if facts[claim, CAUSE] != 0.0:
            # A claim without recourse that was foreclosed is over, whatever its borrower's state.
            if facts[claim, DEFAULT_MONTH] >= terms.maturity:
                facts[claim, UNPAID] = facts[claim, EXPOSURE]
            if (status == 1 or status == 2) and debt.owed > 0.0:
                facts[claim, OPEN] = debt.owed
        elif status == 0 and month >= terms.maturity and debt.principal > 1e-6:
            facts[claim, UNPAID] = owed_on(state, claim)
        facts[claim, UNDRAWN] = max(terms.original - debt.drawn, 0.0)
    for borrower in range(book.borrowers.shape[0]):
        owner, now = book.borrowers[borrower], state.borrowers[borrower]
        if owner.claim_end == owner.claim_first:
            continue
        shut_in = 0.0
        for reserve in range(reserves):
            shut_in += max(state.cash.accounts[owner.reserve_account + reserve].balance, 0.0)
        cash = max(state.cash.accounts[borrower].balance, 0.0)
        if now.status != 0:
            facts[owner.claim_first, LATE] = cash
        elif now.locked_up == 1 and owner.keeps_cash == 0:
            shut_in += max(cash - owner.minimum_cash, 0.0)
        facts[owner.claim_first, TRAPPED] = shut_in


def tally(book: BookArrays, block: ScenarioBlock, facts: Floats) -> Tally:
    """Count one block.

    Args:
        book: the arrays that ran it.
        block: its drivers.
        facts: (paths, claims, FACTS) after the month's last.
    """
    left = np.empty((*facts.shape[:2], len(LEFT_OPEN)))
    left[..., :-1] = facts[..., UNPAID : LATE + 1]
    left[..., -1] = np.maximum(facts[..., RECOVERED] - facts[..., EXPOSURE], 0.0)
    return Tally(_sums(left, A_DOLLAR), _sums(_months_off_grid(book, block, len(facts)), 0.0))


def _sums(values: Floats, above: float) -> Floats:
    """(..., 3) over paths, the first axis: how many lie above, sum, sum of squares."""
    return np.stack([(values > above).sum(axis=0), values.sum(axis=0), (values**2).sum(axis=0)], axis=-1)


def _months_off_grid(book: BookArrays, block: ScenarioBlock, count: int) -> Floats:
    """(paths, fleets) months of a fleet's life whose rent its value surface does not hold."""
    found = np.zeros((count, len(book.fleets)))
    months, nodes = int(book.rules[0]["months"]), book.surface.shape[2]
    known: dict[tuple[int, int], Floats] = {}
    for fleet in range(len(book.fleets)):
        machine = book.fleets[fleet]
        device, surface = int(machine["device_type"]), int(machine["surface"])
        if (device, surface) not in known:
            terms = book.devices[device]
            if terms["rig"] == 1:
                x = np.log(block.hashprice[block.coin_reads[:count]])
            else:
                x = block.log_rent[int(terms["row"])][block.reads[0, :count]]
            low, step = (float(book.surface_grid[surface, place]) for place in (0, 1))
            known[device, surface] = (x < low - 1e-12) | (x > low + step * (nodes - 1) + 1e-12)
        first, last = max(int(machine["start"]), 1), min(int(machine["last"]), months)
        found[:, fleet] = known[device, surface][:, first : last + 1].sum(axis=1)
    return found


def mean_and_error(
    paths: Floats, sums: Floats, squares: Floats, fewest_blocks: int | None = None
) -> tuple[float, float | None]:
    """Mean over paths and its standard error from sums by block.

    ``s^2 / n`` over independent paths; with `fewest_blocks` from the means of blocks, whose paths may depend on
    each other, and None with fewer blocks.

    Args:
        paths: (blocks,) paths of each block.
        sums, squares: (blocks,) of the values and of their squares.
        fewest_blocks: where errors come from blocks.

    >>> mean_and_error(np.array([2.0, 2.0]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    (0.5, 0.28867513459481287)
    """
    n = float(paths.sum())
    mean = float(sums.sum()) / n
    if fewest_blocks is not None:
        blocks = len(paths)
        if blocks < fewest_blocks:
            return mean, None
        gaps = (sums / paths - mean) * paths / n
        return mean, math.sqrt(float(gaps @ gaps) * blocks / (blocks - 1))
    if n < 2:
        return mean, None
    return mean, math.sqrt(max(float(squares.sum()) / n - mean**2, 0.0) / (n - 1.0))

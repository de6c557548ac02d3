"""Clearing of one month when borrowers hold the same machines: marks fall, tests fail, more is for sale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import Floats
from haircut.credit.clearing.checks import refuse_month
from haircut.credit.clearing.network import Network, network_of_claims
from haircut.credit.clearing.rounds import fail_in_rounds, new_work_space
from haircut.errors import CannotCompute

CAUSES = ("none", "own", "payment", "ltv", "margin_call")
"""Proximate cause by number. own: the borrower failed for a reason that the month knew before clearing."""


class Holders(NamedTuple):
    """Borrowers at the start of clearing, B borrowers and D devices.

    Attributes:
        units: (B, D) units held and pledged.
        debt: (B,) owed on them, drawn and accrued, USD.
        cash: (B,) free to pay claims and to cure in this month, USD.
        highest_ltv: (B,) market LTV above which a test fails; inf without a test.
        restored_ltv: (B,) market LTV to which a forced sale must bring the loan, at most `highest_ltv`.
        sells: (B,) 1: a failed test is a margin call or an LTV cure, met by selling; 0: it is a default.
        failed: (B,) 1: defaults in this month for a reason of its own.
    """

    units: Floats
    debt: Floats
    cash: Floats
    highest_ltv: Floats
    restored_ltv: Floats
    sells: NDArray[np.int64]
    failed: NDArray[np.int64]


class Buyers(NamedTuple):
    """The market of each device in the month.

    Attributes:
        mark: (D,) psi_mark F, USD a unit. sale: (D,) psi_sale F. salvage: (D,).
        outside_depth: (D,) units a month taken by buyers that are no borrower here; inf: no impact.
        depth: (B, D) units a month that a borrower takes while it lives: its spare power and racks.
        stock: (D,) units for sale before the month, unsold.
        impact, beta, phi_min: of `liquidation.impact`. unsold_weight: omega.
    """

    mark: Floats
    sale: Floats
    salvage: Floats
    outside_depth: Floats
    depth: Floats
    stock: Floats
    impact: int
    beta: float
    phi_min: float
    unsold_weight: float


class MonthCleared(NamedTuple):
    """The greatest clearing point of the month.

    Attributes:
        round: (B,) round of default, 1 for the first; 0 alive. cause: (B,) index into `CAUSES`.
        by_clearing: (B,) 1 where the test would have passed with nothing for sale and everybody paying.
        by: (B,) the borrower that cost a failed one most, by stock, lost buying or a missing payment; -1 none.
        by_usd: (B,) how much that was.
        sold: (B, D) units sold in the month to cure, also by those who failed all the same.
        cure: (B,) cash that living borrowers paid down, USD.
        payments: (B,) on claims between borrowers, USD.
        share: (D,) phi of the overhang that a borrower with nothing for sale is marked at.
        price: (D,) USD a unit of a forced sale.
        rounds: of defaults; at most B.
    """

    round: NDArray[np.int64]
    cause: NDArray[np.int64]
    by_clearing: NDArray[np.int64]
    by: NDArray[np.int64]
    by_usd: Floats
    sold: Floats
    cure: Floats
    payments: Floats
    share: Floats
    price: Floats
    rounds: int


def clear_month(
    holders: Holders,
    buyers: Buyers,
    net: Network | None = None,
    assets_kept: float = 1.0,
    receipts_kept: float = 1.0,
) -> MonthCleared:
    """Iterate the adverse effects of one month to its greatest clearing point (docs/methods/clearing.md).

    A round: living borrowers whose market test fails cure with cash, then by selling where they may; marks fall by
    phi(omega x others' unsold stock / depth), forced sales fetch psi_sale F phi(v); who still fails defaults, its
    units join the stock, its buying is gone, and it pays alpha of its cash and beta of its receipts on claims
    between borrowers. Nothing good travels within the month, so defaults only grow and prices only fall, and it
    ends within B rounds. Nothing is changed in the arguments.

    Args:
        holders: borrowers, their units, debts, cash and tests.
        buyers: marks, depth, stock and impact.
        net: claims between borrowers that fall due in the month; none without it.
        assets_kept, receipts_kept: alpha and beta of a bankruptcy.

    Raises:
        InputRefused: where an amount is negative or shapes do not fit.
        CannotCompute: where a round does not settle.

    >>> holders = Holders(np.array([[100.0], [100.0]]), np.array([9e5, 8e5]), np.zeros(2), np.array([0.9, 0.9]),
    ...                   np.array([0.9, 0.9]), np.zeros(2, np.int64), np.array([1, 0]))
    >>> buyers = Buyers(np.array([1e4]), np.array([1e4]), np.zeros(1), np.array([10.0]), np.zeros((2, 1)),
    ...                 np.zeros(1), 1, 0.35, 0.0, 0.1)
    >>> found = clear_month(holders, buyers)
    >>> found.round.tolist(), [CAUSES[cause] for cause in found.cause], found.by.tolist()
    ([1, 2], ['own', 'ltv'], [-1, 0])
    """
    count, devices = holders.units.shape
    claims = net if net is not None else network_of_claims(count, [], [], [])
    refuse_month(holders, buyers, claims, assets_kept, receipts_kept)
    out = MonthCleared(
        round=np.zeros(count, np.int64),
        cause=np.zeros(count, np.int64),
        by_clearing=np.zeros(count, np.int64),
        by=np.full(count, -1, np.int64),
        by_usd=np.zeros(count),
        sold=np.zeros((count, devices)),
        cure=np.zeros(count),
        payments=np.zeros(count),
        share=np.ones(devices),
        price=np.zeros(devices),
        rounds=0,
    )
    work = new_work_space(count, devices)
    rounds = fail_in_rounds(holders, buyers, claims, float(assets_kept), float(receipts_kept), out, work)
    if rounds < 0:
        raise CannotCompute(
            "clearing of a month: forced sales or payments do not settle; the capped exponential with a low floor "
            "can do that, the power law with beta below 1 cannot"
        )
    return out._replace(rounds=rounds)

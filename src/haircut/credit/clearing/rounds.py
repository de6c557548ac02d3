"""The rounds of a month's clearing, as kernels.

Helpers take the arrays they read and no tuple of arrays: a tuple would be copied, with a reference to each of its
arrays counted, at every call, which took thirty times the time of the sums themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from haircut.credit.arrays import Floats, Integers
from haircut.credit.clearing.network import Network
from haircut.credit.clearing.payments import NEARLY_SETTLED, SHORT, inflow, settle
from haircut.credit.clearing.payments import SETTLED as PAYMENTS_SETTLED
from haircut.credit.liquidation.impact import price_share
from haircut.kernels import kernel

if TYPE_CHECKING:
    from haircut.credit.clearing.month import Buyers, Holders, MonthCleared

NONE, OWN, PAYMENT, COLLATERAL, MARGIN = 0, 1, 2, 3, 4
SWEEPS = 10_000
SETTLED = 1e-12
"""Forced sales have settled once no sweep raises one by more than this share of a borrower's units."""
UNSOLVABLE = 1.0 + 1e-9
"""A share of its units that a borrower would have to sell, above which no sale cures."""


class WorkSpace(NamedTuple):
    """Running sums by device, (D,), and what each borrower has and why it fails, (B,).

    Attributes:
        stock: units for sale. sold: those of them that are forced in the month. depth: what is left of it.
        whole_depth: depth before anybody failed. lost, overhang: of `blame`.
        cash: (B,) of `gather_cash`. cause: (B,) of one round.
    """

    stock: Floats
    sold: Floats
    depth: Floats
    whole_depth: Floats
    lost: Floats
    overhang: Floats
    cash: Floats
    cause: Integers


def new_work_space(borrowers: int, devices: int) -> WorkSpace:
    """Empty arrays of the right size."""
    return WorkSpace(
        stock=np.empty(devices),
        sold=np.empty(devices),
        depth=np.empty(devices),
        whole_depth=np.empty(devices),
        lost=np.empty(devices),
        overhang=np.empty(devices),
        cash=np.empty(borrowers),
        cause=np.zeros(borrowers, np.int64),
    )


class Curve(NamedTuple):
    """Price impact: numbers only, which a call passes for nothing."""

    impact: int
    beta: float
    phi_min: float
    unsold_weight: float


@kernel
def over(units: float, depth: float) -> float:
    """Months of depth; nothing for sale is 0 whatever the depth."""
    if units <= 0.0:
        return 0.0
    return units / depth if depth > 0.0 else np.inf


@kernel
def overhang_share(curve: Curve, unsold: float, depth: float) -> float:
    """phi of the overhang: what unsold stock of others does to a mark."""
    v = over(curve.unsold_weight * unsold, depth)
    return price_share(curve.impact, curve.beta, curve.phi_min, v)


@kernel
def forced_price(curve: Curve, sale: float, salvage: float, stock: float, sold: float, depth: float) -> float:
    """USD a unit of a forced sale: all units of a month sell at one price."""
    v = over(sold + curve.unsold_weight * max(stock - sold, 0.0), depth)
    return max(salvage, sale * price_share(curve.impact, curve.beta, curve.phi_min, v))


@kernel
def for_sale(failed: Integers, units: Floats, sold: Floats, borrower: int, device: int) -> float:
    """Units that a borrower has for sale: all of a failed one, what a living one sells to cure."""
    if failed[borrower] > 0:
        return float(units[borrower, device])
    return float(sold[borrower, device])


@kernel
def marked_value(
    curve: Curve,
    units: Floats,
    own: Floats,
    mark: Floats,
    share: Floats,
    stock: Floats,
    depth: Floats,
    borrower: int,
) -> float:
    """psi_mark F phi(others' overhang) of what a living borrower holds, USD; `own` is what it sells itself."""
    value = 0.0
    for device in range(mark.shape[0]):
        held = units[borrower, device]
        if held <= 0.0:
            continue
        phi = share[device]
        if own[borrower, device] > 0.0:
            phi = overhang_share(curve, max(stock[device] - own[borrower, device], 0.0), depth[device])
        value += held * mark[device] * phi
    return value


@kernel
def highest_debt(highest_ltv: float, value: float) -> float:
    """Debt that a mark carries under a test, USD; inf without a test."""
    return highest_ltv * value if np.isfinite(highest_ltv) else np.inf


@kernel
def share_to_sell(
    missing: float, restored_ltv: float, value: float, units: Floats, price: Floats, borrower: int
) -> float:
    """Share of its units that a borrower must sell so that its LTV is restored; above 1 where no sale does.

    debt - cash - w P = restored (1 - w) V,   P what all of its units would bring at the price,
    missing = debt - cash - restored V
    """
    if missing <= 0.0:
        return 0.0
    gain = -restored_ltv * value
    for device in range(price.shape[0]):
        gain += units[borrower, device] * price[device]
    return missing / gain if gain > 0.0 else np.inf


@kernel
def gather_devices(
    holders: Holders, buyers: Buyers, curve: Curve, out: MonthCleared, work: WorkSpace
) -> None:
    """Stock for sale, units sold by force and depth that is left of each device, with its prices."""
    units, own, failed, buying = holders.units, out.sold, out.round, buyers.depth
    stock, sold, depth, whole = work.stock, work.sold, work.depth, work.whole_depth
    for device in range(stock.shape[0]):
        stock[device] = buyers.stock[device]
        depth[device] = buyers.outside_depth[device]
        whole[device] = depth[device]
        sold[device] = 0.0
    for borrower in range(failed.shape[0]):
        for device in range(stock.shape[0]):
            sold[device] += own[borrower, device]
            stock[device] += for_sale(failed, units, own, borrower, device)
            whole[device] += buying[borrower, device]
            if failed[borrower] == 0:
                depth[device] += buying[borrower, device]
    for device in range(stock.shape[0]):
        out.share[device] = overhang_share(curve, stock[device], depth[device])
        out.price[device] = forced_price(
            curve, buyers.sale[device], buyers.salvage[device], stock[device], sold[device], depth[device]
        )


@kernel
def gather_cash(holders: Holders, net: Network, out: MonthCleared, work: WorkSpace) -> None:
    """Cash of each borrower after claims between borrowers: received, and owed in full."""
    first, debtor, share, owed, senior = net
    for borrower in range(owed.shape[0]):
        receipts = inflow(first, debtor, share, out.payments, borrower)
        work.cash[borrower] = holders.cash[borrower] + receipts - owed[borrower] - senior[borrower]


@kernel
def force_sales(
    holders: Holders,
    buyers: Buyers,
    curve: Curve,
    out: MonthCleared,
    work: WorkSpace,
    settled: float,
) -> bool:
    """Raise the forced sales of living borrowers until prices rest; False where they do not.

    Sales only rise: a borrower never buys back within the month. Each uses the newest prices.
    """
    gather_devices(holders, buyers, curve, out, work)
    units, debt, highest, restored = holders.units, holders.debt, holders.highest_ltv, holders.restored_ltv
    mark, sale, salvage = buyers.mark, buyers.sale, buyers.salvage
    own, share, price = out.sold, out.share, out.price
    stock, sold, depth = work.stock, work.sold, work.depth
    for _ in range(SWEEPS):
        moved = 0.0
        for borrower in range(debt.shape[0]):
            if out.round[borrower] > 0 or holders.sells[borrower] == 0:
                continue
            value = marked_value(curve, units, own, mark, share, stock, depth, borrower)
            left = debt[borrower] - max(work.cash[borrower], 0.0)
            if not left > highest_debt(highest[borrower], value):
                continue
            missing = left - restored[borrower] * value
            wanted = min(share_to_sell(missing, restored[borrower], value, units, price, borrower), 1.0)
            for device in range(mark.shape[0]):
                more = wanted * units[borrower, device] - own[borrower, device]
                if more <= 0.0:
                    continue
                moved = max(moved, more / units[borrower, device])
                own[borrower, device] += more
                stock[device] += more
                sold[device] += more
                share[device] = overhang_share(curve, stock[device], depth[device])
                price[device] = forced_price(
                    curve, sale[device], salvage[device], stock[device], sold[device], depth[device]
                )
        if moved <= settled:
            return True
    return False


@kernel
def find_failures(
    holders: Holders,
    buyers: Buyers,
    curve: Curve,
    net: Network,
    out: MonthCleared,
    work: WorkSpace,
    first_round: bool,
) -> int:
    """Fill the cause of each borrower that fails now and the cash that each other one pays down; how many fail."""
    units, debt, highest, restored = holders.units, holders.debt, holders.highest_ltv, holders.restored_ltv
    owed, senior = net.owed, net.senior
    own, share, price, cause = out.sold, out.share, out.price, work.cause
    stock, depth, mark = work.stock, work.depth, buyers.mark
    new = 0
    for borrower in range(debt.shape[0]):
        cause[borrower] = NONE
        if out.round[borrower] > 0:
            continue
        cash = work.cash[borrower]
        value = marked_value(curve, units, own, mark, share, stock, depth, borrower)
        limit = highest_debt(highest[borrower], value)
        left = debt[borrower] - max(cash, 0.0)
        if first_round and holders.failed[borrower] == 1:
            cause[borrower] = OWN
        elif cash < -SHORT * (owed[borrower] + senior[borrower]):
            cause[borrower] = PAYMENT
        elif not left > limit:
            out.cure[borrower] = max(debt[borrower] - limit, 0.0)
        elif holders.sells[borrower] == 0:
            cause[borrower] = COLLATERAL
        else:
            missing = left - restored[borrower] * value
            wanted = share_to_sell(missing, restored[borrower], value, units, price, borrower)
            if wanted > UNSOLVABLE:
                cause[borrower] = MARGIN
            else:
                out.cure[borrower] = max(cash, 0.0)
        new += 1 if cause[borrower] != NONE else 0
    return new


@kernel
def passes_alone(holders: Holders, buyers: Buyers, net: Network, borrower: int) -> bool:
    """Whether a borrower would pass with nothing for sale and everybody paying in full."""
    receipts = inflow(net.first, net.debtor, net.share, net.owed, borrower)
    cash = holders.cash[borrower] + receipts - net.owed[borrower] - net.senior[borrower]
    if cash < 0.0:
        return False
    value, proceeds = 0.0, 0.0
    for device in range(buyers.mark.shape[0]):
        value += holders.units[borrower, device] * buyers.mark[device]
        proceeds += holders.units[borrower, device] * max(buyers.salvage[device], buyers.sale[device])
    left = holders.debt[borrower] - cash
    if not left > highest_debt(holders.highest_ltv[borrower], value):
        return True
    return bool(holders.sells[borrower] == 1 and left <= proceeds)


@kernel
def mark_lost(
    holders: Holders, buyers: Buyers, curve: Curve, out: MonthCleared, work: WorkSpace, borrower: int
) -> None:
    """USD that a borrower's mark lost by device, per unit of overhang that others brought; into `work.lost`.

    The fall from phi of the month's first overhang to phi now is shared among others in proportion to what each
    brought: omega x its stock for sale, and v x its buying that is gone.
    """
    units, lost, whole = holders.units, work.lost, work.whole_depth
    for device in range(lost.shape[0]):
        lost[device] = 0.0
        if units[borrower, device] <= 0.0:
            continue
        before, depth = buyers.stock[device], work.depth[device]
        others = max(work.stock[device] - for_sale(out.round, units, out.sold, borrower, device), 0.0)
        fall = overhang_share(curve, before, whole[device]) - overhang_share(curve, others, depth)
        gone = whole[device] - depth if np.isfinite(depth) else 0.0
        brought = curve.unsold_weight * (others - before)
        if gone > 0.0:
            brought += over(curve.unsold_weight * others, depth) * gone
        if fall > 0.0 and brought > 0.0:
            lost[device] = units[borrower, device] * buyers.mark[device] * fall / brought


@kernel
def blame(
    holders: Holders,
    buyers: Buyers,
    curve: Curve,
    net: Network,
    out: MonthCleared,
    work: WorkSpace,
    borrower: int,
) -> None:
    """Write who cost a borrower most, USD: the fall of its mark by stock and lost buying, and missing payments."""
    mark_lost(holders, buyers, curve, out, work, borrower)
    units, failed, own, buying = holders.units, out.round, out.sold, buyers.depth
    lost, payments = work.lost, out.payments
    first, debtor, claim_share, owed, _ = net
    devices = lost.shape[0]
    for device in range(devices):  # v at which a lost buyer counts
        mine = for_sale(failed, units, own, borrower, device)
        others = max(work.stock[device] - mine, 0.0)
        work.overhang[device] = over(curve.unsold_weight * others, work.depth[device])
    by, most = -1, 0.0
    for other in range(failed.shape[0]):
        if other == borrower:
            continue
        cost = 0.0
        if failed[other] > 0:
            for device in range(devices):
                brought = curve.unsold_weight * units[other, device]
                if buying[other, device] > 0.0:
                    brought += work.overhang[device] * buying[other, device]
                cost += lost[device] * brought
            for row in range(first[borrower], first[borrower + 1]):
                if debtor[row] == other:
                    cost += claim_share[row] * (owed[other] - payments[other])
        else:
            for device in range(devices):
                cost += lost[device] * curve.unsold_weight * own[other, device]
        if cost > most:
            by, most = other, cost
    out.by[borrower] = by
    out.by_usd[borrower] = most


@kernel
def fail_in_rounds(
    holders: Holders,
    buyers: Buyers,
    net: Network,
    assets_kept: float,
    receipts_kept: float,
    out: MonthCleared,
    work: WorkSpace,
) -> int:
    """Fill `out`; the number of rounds, or -1 where a round did not settle."""
    curve = Curve(buyers.impact, buyers.beta, buyers.phi_min, buyers.unsold_weight)
    for borrower in range(holders.debt.shape[0]):
        out.payments[borrower] = net.owed[borrower]
    rounds = 0
    precise = False
    while True:
        gather_cash(holders, net, out, work)
        if not force_sales(holders, buyers, curve, out, work, SETTLED if precise else NEARLY_SETTLED):
            return -1
        new = find_failures(holders, buyers, curve, net, out, work, rounds == 0 and not precise)
        if new == 0 and precise:
            return rounds
        precise = new == 0
        for borrower in range(holders.debt.shape[0]):
            if work.cause[borrower] > OWN:
                out.by_clearing[borrower] = 1 if passes_alone(holders, buyers, net, borrower) else 0
                blame(holders, buyers, curve, net, out, work, borrower)
        rounds += 1 if new > 0 else 0
        for borrower in range(holders.debt.shape[0]):
            if work.cause[borrower] != NONE:
                out.cause[borrower] = work.cause[borrower]
                out.round[borrower] = rounds
                out.cure[borrower] = 0.0
        settled = PAYMENTS_SETTLED if precise else NEARLY_SETTLED
        if not settle(net, holders.cash, assets_kept, receipts_kept, out.round, out.payments, settled):
            return -1

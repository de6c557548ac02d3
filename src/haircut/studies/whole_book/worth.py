"""What a silo is worth in the base case, who is covered by it, and the claim where the value runs out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.errors import Reason
from haircut.units import MONTHS_PER_YEAR

Floats = NDArray[np.float64]

DISCOUNT_RATE: Final = 0.10
DISCOUNT_RANGE: Final = (0.07, 0.15)
"""What cash flow is worth: assumed, and its range. Debt of these issuers is paid 6 to 12 %, machines 15 to 20 %."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One claim in the queue for its silo's value, the senior one first.

    Attributes:
        claim, rank: which.
        owed_usd: drawn, and draws to come at their present value: they pay for machines that the value counts.
        owed_before_usd: the same of those before it in the queue.
        paid_share: share of it that the silo's value covers, those of one rank sharing alike.
    """

    claim: str
    rank: int
    owed_usd: float
    owed_before_usd: float
    paid_share: float


@dataclass(frozen=True, slots=True)
class Silo:
    """A borrower: its value in the base case at one discount rate, and its claims in the order of rank.

    Attributes:
        borrower: id.
        corporate: whether it is the parent, to whom what is left elsewhere goes.
        value_usd: PV of base-case CFADS, cash, reserves, coins, and for a parent what its silos leave; None where
            the business is not in the book.
        own_usd: the part of it that is its own.
        owed_usd: of all its claims.
        equity_usd: value less what is owed, never below 0.
        fulcrum: the claim in which cumulative debt passes the value; None where the value covers all.
        claims: in order of rank.
        reason: why there is no value.
    """

    borrower: str
    corporate: bool
    value_usd: float | None
    own_usd: float | None
    owed_usd: float
    equity_usd: float | None
    fulcrum: str | None
    claims: tuple[Covered, ...]
    reason: Reason | None


def worth_of(flow: Floats, rate: float) -> float:
    """``max_T sum_{t <= T} flow(t) (1 + y)^(-t / 12)``: the owners stop when going on only costs.

    Args:
        flow: (T + 1,) by month, the as-of date first, whose entry does not count; NaN counts nothing.
        rate: a year.

    >>> round(worth_of(np.array([9.0] + [0.0] * 11 + [110.0]), 0.10), 6)
    100.0
    >>> worth_of(np.array([0.0, 5.0, -1.0, -1.0]), 0.0)
    5.0
    """
    months = np.arange(1, len(flow))
    discounted = np.nan_to_num(flow[1:]) * (1.0 + rate) ** (-months / MONTHS_PER_YEAR)
    return float(np.cumsum(discounted).max(initial=0.0))


def silos(
    compiled: CompiledBook,
    base: BaseCase,
    issuer: str,
    rate: float = DISCOUNT_RATE,
    coin_usd: float | None = None,
) -> tuple[Silo, ...]:
    """The silos of an issuer, the parent last: it receives what the others leave.

    The value of a silo is the present value of its CFADS in the base case, as long as going on pays and at most
    to the last maturity of the book: what is earned later is not counted. To it come its cash, its reserves and
    its coins. A guarantee is not counted. Pledged coins are worth the spot price.

    Args:
        compiled: the book.
        base: its base case, maybe on other drivers.
        issuer: id.
        rate: a year.
        coin_usd: price of a coin; by default the market's.
    """
    case = compiled.case
    parent = next(each.corporate for each in case.book.issuers if each.id == issuer)
    own = [each.id for each in case.book.borrowers if each.issuer == issuer]
    found, left = [], 0.0
    for borrower in [*(each for each in own if each != parent), *(each for each in own if each == parent)]:
        is_parent = borrower == parent
        silo = _silo(compiled, base, borrower, is_parent, left if is_parent else 0.0, rate, coin_usd)
        found.append(silo)
        left += silo.equity_usd or 0.0
    return tuple(found)


def coin_price(case: Case) -> float:
    """USD per BTC on the as-of date; 0 where the market has no coin."""
    return 0.0 if case.market.btc is None else float(case.market.btc.price.value)


def coins_of(case: Case, borrower: str) -> float:
    """BTC of a borrower, pledged ones included."""
    free = next(each.accounts.coins_btc for each in case.book.borrowers if each.id == borrower)
    lines = (claim.coin_line for claim in case.book.claims if claim.borrower == borrower)
    return free + sum(line.pledged_btc for line in lines if line is not None)


def owed_with_draws(compiled: CompiledBook, claim: str, rate: float) -> float:
    """What is drawn of a claim and the present value of its draws to come, USD."""
    draws = compiled.arrays.claim_months["draws"][compiled.claim_ids.index(claim)]
    factor = (1.0 + rate) ** (-np.arange(len(draws)) / MONTHS_PER_YEAR)
    return float(compiled.drawn[claim]) + float(draws @ factor)


def is_modelled(case: Case, borrower: str) -> bool:
    """Whether the book has what the borrower earns with: machines, leases, coins or other income."""
    book = case.book
    own = next(each for each in book.borrowers if each.id == borrower)
    works = borrower in {each.borrower for each in book.fleets} | {each.borrower for each in book.leases}
    return works or own.other_income_usd_per_month > 0.0 or coins_of(case, borrower) > 0.0


def _silo(
    compiled: CompiledBook,
    base: BaseCase,
    borrower: str,
    parent: bool,
    left: float,
    rate: float,
    coin_usd: float | None,
) -> Silo:
    case = compiled.case
    queue = sorted(
        (claim for claim in case.book.claims if claim.borrower == borrower),
        key=lambda claim: (claim.rank, claim.id),
    )
    owed = {claim.id: owed_with_draws(compiled, claim.id, rate) for claim in queue}
    total = sum(owed.values())
    if not is_modelled(case, borrower):
        lines = _queue({claim.id: claim.rank for claim in queue}, owed, 0.0)
        unknown = tuple(Covered(x.claim, x.rank, x.owed_usd, x.owed_before_usd, float("nan")) for x in lines)
        return Silo(borrower, parent, None, None, total, None, None, unknown, "missing_input")
    account = next(each.accounts for each in case.book.borrowers if each.id == borrower)
    price = coin_price(case) if coin_usd is None else coin_usd
    own = worth_of(base.borrower[borrower]["cfads"], rate)
    own += account.cash_usd + sum(reserve.balance_usd for reserve in account.reserves)
    own += coins_of(case, borrower) * price
    value = max(own + left, 0.0)
    lines = _queue({claim.id: claim.rank for claim in queue}, owed, value)
    return Silo(
        borrower, parent, value, own, total, max(value - total, 0.0), fulcrum(lines, value), lines, None
    )


def _queue(rank: Mapping[str, int], owed: Mapping[str, float], value: float) -> tuple[Covered, ...]:
    found, before = [], 0.0
    for level in sorted(set(rank.values())):
        alike = [claim for claim in rank if rank[claim] == level]
        due = sum(owed[claim] for claim in alike)
        share = 1.0 if due <= 0.0 else min(max((value - before) / due, 0.0), 1.0)
        ahead = before
        for claim in alike:
            found.append(Covered(claim, level, owed[claim], ahead, share))
            ahead += owed[claim]
        before += due
    return tuple(found)


def fulcrum(queue: tuple[Covered, ...], value: float) -> str | None:
    """The claim in which cumulative debt passes the value: the largest of the rank in which it does.

    >>> queue = _queue({"loan": 1, "note": 2, "bond": 2}, {"loan": 60.0, "note": 30.0, "bond": 20.0}, 80.0)
    >>> fulcrum(queue, 80.0), [round(each.paid_share, 2) for each in queue]
    ('note', [1.0, 0.4, 0.4])
    """
    short = [each for each in queue if each.paid_share < 1.0 - 1e-12 and each.owed_usd > 0.0]
    if not short:
        return None
    first = min(each.rank for each in short)
    return max((each for each in short if each.rank == first), key=lambda each: each.owed_usd).claim

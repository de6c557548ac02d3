"""How long an issuer's money lasts in the base case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.errors import Reason
from haircut.studies.whole_book.wall import principal_due
from haircut.studies.whole_book.worth import coin_price, coins_of, is_modelled
from haircut.units import MONTHS_PER_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Runway:
    """Liquidity of an issuer against what it burns in the base case, all its silos together; USD.

    Attributes:
        cash_usd: of all its borrowers, reserves included.
        coins_usd: free coins at spot.
        revolvers_usd: undrawn.
        equity_usd_per_month: what a calm market takes of its shares a month; 0 without a market value.
        orders_usd: machines ordered and not paid.
        burn_usd: interest and scheduled principal of the next twelve months less CFADS; negative where it earns
            more. Balloons are not in it.
        months: until the money is gone, balloons falling due and nobody refinancing them, no share issued; None
            where it lasts as long as the debt.
        months_with_equity: the same when shares are issued each month at today's value.
        reason: why there are no months: a business that the book does not hold.
    """

    cash_usd: float
    coins_usd: float
    revolvers_usd: float
    equity_usd_per_month: float
    orders_usd: float
    burn_usd: float | None
    months: int | None
    months_with_equity: int | None
    reason: Reason | None

    @property
    def liquidity_usd(self) -> float:
        """Cash, coins and undrawn revolvers."""
        return self.cash_usd + self.coins_usd + self.revolvers_usd


def runway(compiled: CompiledBook, base: BaseCase, issuer: str) -> Runway:
    """The runway of an issuer; its silos count together, which a ring-fenced loan would not allow."""
    case = compiled.case
    parent = next(each for each in case.book.issuers if each.id == issuer)
    own = [each for each in case.book.borrowers if each.issuer == issuer]
    names = {each.id for each in own}
    claims = [claim for claim in case.book.claims if claim.borrower in names]
    cash = sum(each.accounts.cash_usd + sum(r.balance_usd for r in each.accounts.reserves) for each in own)
    pledged = {claim.id: claim.coin_line.pledged_btc for claim in claims if claim.coin_line is not None}
    coins = sum(coins_of(case, name) for name in names) - sum(pledged.values())
    undrawn = sum(
        max((claim.commitment_usd or 0.0) - float(compiled.drawn[claim.id]), 0.0)
        for claim in claims
        if claim.revolving
    )
    access = case.market.funding.equity_access_calm
    monthly = 0.0 if access is None else float(access.value) * (parent.market_cap_usd or 0.0)
    orders = sum(item.amount_usd - item.deposit_usd for each in own for item in each.purchase_commitments)
    unknown = [each.id for each in own if not is_modelled(case, each.id)]
    owing = {claim.borrower for claim in claims}
    burn, months, with_equity = None, None, None
    if not owing & set(unknown):
        earned: Floats = np.sum([np.nan_to_num(base.borrower[name]["cfads"]) for name in names], axis=0)
        due, balloon, interest = np.zeros_like(earned), np.zeros_like(earned), np.zeros_like(earned)
        for claim in claims:
            principal, last = principal_due(compiled, claim.id)
            due, balloon = due + principal, balloon + last
            interest = interest + compiled.schedules[claim.id].interest
        year = slice(1, MONTHS_PER_YEAR + 1)
        burn = float((interest + due - balloon - earned)[year].sum())
        start = cash + coins * coin_price(case) + undrawn
        net = (earned - interest - due)[1:]
        end = int(np.flatnonzero(due).max(initial=0))
        months = _gone(start, net[:end], 0.0)
        with_equity = _gone(start, net[:end], monthly)
    return Runway(
        cash_usd=cash,
        coins_usd=coins * coin_price(case),
        revolvers_usd=undrawn,
        equity_usd_per_month=monthly,
        orders_usd=orders,
        burn_usd=burn,
        months=months,
        months_with_equity=with_equity,
        reason="missing_input" if burn is None else None,
    )


def _gone(start: float, net: Floats, added: float) -> int | None:
    """The month in which what there is falls below nothing.

    >>> _gone(100.0, np.array([-60.0, -60.0]), 0.0), _gone(100.0, np.array([-60.0, -60.0]), 20.0)
    (2, None)
    """
    short = np.flatnonzero(start + np.cumsum(net + added) < -1e-6)
    return int(short[0]) + 1 if short.size else None

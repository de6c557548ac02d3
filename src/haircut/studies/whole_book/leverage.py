"""Double leverage of a miner: what its equity loses when the coin falls, when rent falls, and when both do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from haircut import credit
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import compile_scenario_set
from haircut.studies.whole_book.worth import DISCOUNT_RATE, Silo, coin_price, silos

SHOCK: Final = -0.10


@dataclass(frozen=True)
class Shocked:
    """The base case on other drivers.

    Attributes:
        name: today, coin, rent or both.
        coin_usd: price of a coin in it.
        base: its base case.
    """

    name: str
    coin_usd: float
    base: BaseCase


@dataclass(frozen=True, slots=True)
class Leverage:
    """Equity of an issuer, and what it loses; shares are of `equity_usd`.

    Attributes:
        equity_usd: base-case value less debt of its modelled silos, each at least 0; None where none is modelled.
        value_usd: their value before debt.
        coin: change of equity for a coin 10 % lower, hashprice and network answering.
        rent: the same for GPU rents and hashprice 10 % lower at today's coin.
        both: both at once.
        both_beyond: what both do beyond the sum of each.
    """

    equity_usd: float | None
    value_usd: float | None
    coin: float | None
    rent: float | None
    both: float | None

    @property
    def both_beyond(self) -> float | None:
        """Change for both less that for each alone."""
        if self.both is None or self.coin is None or self.rent is None:
            return None
        return self.both - self.coin - self.rent


def shocked_cases(compiled: CompiledBook, shock: float = SHOCK) -> tuple[Shocked, ...]:
    """The base case today, with the coin, with rent, and with both lower by a share from the as-of date on.

    The loans stay: amounts and schedules are those of the book. The coin moves in the market, so that the
    network answers as it does on any path; rent moves on the whole path of GPU rents and of hashprice.

    Args:
        compiled: the book.
        shock: relative change, above -1.
    """
    case = compiled.case
    found = []
    for name, coin, rent in (
        ("today", 0.0, 0.0),
        ("coin", shock, 0.0),
        ("rent", 0.0, shock),
        ("both", shock, shock),
    ):
        laws = {device: compiled.machines.laws[device] for device in compiled.machines.gpus}
        moved = _coin_moved(case, 1.0 + coin)
        scenarios = compile_scenario_set(
            moved,
            compiled.months,
            laws,
            coin=compiled.scenarios.coin_p is not None,
            contracts=compiled.scenarios.contracts,
        )
        block = expected_block(scenarios.p, coin=scenarios.coin_p)
        factor = 1.0 + rent
        block = block._replace(log_rent=block.log_rent + np.log(factor), hashprice=block.hashprice * factor)
        found.append(Shocked(name, coin_price(moved), credit.base_case(compiled, block=block)))
    return tuple(found)


def leverage(
    compiled: CompiledBook, cases: tuple[Shocked, ...], issuer: str, rate: float = DISCOUNT_RATE
) -> Leverage:
    """Double leverage of an issuer; arguments as for `silos`, cases from `shocked_cases`."""
    worth = {each.name: silos(compiled, each.base, issuer, rate, each.coin_usd) for each in cases}
    today = _equity(worth["today"])
    value = _value(worth["today"])
    if today is None:
        return Leverage(None, None, None, None, None)
    change: dict[str, float | None] = {}
    for name in ("coin", "rent", "both"):
        moved = _equity(worth[name])
        change[name] = None if moved is None or today <= 0.0 else moved / today - 1.0
    return Leverage(today, value, change["coin"], change["rent"], change["both"])


def _equity(found: tuple[Silo, ...]) -> float | None:
    """What owners have: of the parent, which owns the rest; without one, of every silo."""
    parents = [silo for silo in found if silo.corporate]
    counted = [silo.equity_usd for silo in (parents or found)]
    known = [each for each in counted if each is not None]
    return sum(known) if known else None


def _value(found: tuple[Silo, ...]) -> float | None:
    known = [silo.own_usd for silo in found if silo.own_usd is not None]
    return sum(known) if known else None


def _coin_moved(case: Case, factor: float) -> Case:
    btc = case.market.btc
    if btc is None or factor == 1.0:
        return case
    price = btc.price.model_copy(update={"value": btc.price.value * factor})
    market = case.market.model_copy(update={"btc": btc.model_copy(update={"price": price})})
    return case.model_copy(update={"market": market})

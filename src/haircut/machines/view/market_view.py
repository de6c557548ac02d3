"""One market and the pages that can be opened on it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from haircut.case.case import Case
from haircut.case.findings import one_of
from haircut.case.market import Device, Market, Rig
from haircut.case.market_folder import load_market
from haircut.errors import InputRefused, Problem
from haircut.machines.view.explain import MarketValue, explain
from haircut.machines.view.hashing import HashPage, hash_page
from haircut.machines.view.rents import RentsPage, rents_page
from haircut.machines.view.residual import ResidualPage, residual_page


@dataclass(frozen=True, slots=True)
class MarketView:
    """The pages of one market.

    Attributes:
        market: what was observed or assumed.
    """

    market: Market

    def machine(self, name: str) -> Device | Rig:
        """A device or rig by its id.

        Raises:
            InputRefused: with the nearest name where there is none.
        """
        known: list[Device | Rig] = [*self.market.devices, *self.market.rigs]
        machines = {item.id: item for item in known}
        if name not in machines:
            expected = one_of(f"a machine of the market {self.market.as_of}", name, machines)
            raise InputRefused([Problem("", 0, "device", repr(name), expected)])
        return machines[name]

    def device(self, name: str) -> Device:
        """A device by its id; a rig has no rent and is refused."""
        found = self.machine(name)
        if isinstance(found, Rig):
            raise InputRefused(f"{name} is a rig: it earns hashprice; see `haircut market hash`")
        return found

    def rents(self, device: str) -> RentsPage:
        """Every basis on which a device is quoted, how far they disagree, what term quotes imply."""
        return rents_page(self.market, self.device(device))

    def residual(self, device: str, book_life_years: float = 6.0) -> ResidualPage:
        """The residual models of a device or rig beside every resale observation."""
        return residual_page(self.market, self.machine(device), book_life_years)

    def hash(self) -> HashPage:
        """Hashprice, where the network comes to rest, and what each rig is worth to whom."""
        return hash_page(self.market)

    def explain(self, field: str) -> MarketValue:
        """Where a value such as ``h100-sxm.rent`` or ``compute.pull_speed`` comes from."""
        return explain(self.market, field)


def market(source: Market | Case | str | os.PathLike[str] | None = None) -> MarketView:
    """The pages of a market.

    Args:
        source: a market, a case, a market folder or its name; by default the latest market by name.

    >>> market("2026-10-01").rents("h100-sxm").default.value
    2.65
    """
    if isinstance(source, Case):
        return MarketView(source.market)
    return MarketView(source if isinstance(source, Market) else load_market(source))

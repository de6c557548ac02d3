"""Haircuts by device, size and horizon, in a calm market and in a stressed one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from haircut.case.market import Device, Market, Rig
from haircut.errors import CannotCompute, UsageError
from haircut.machines.rent import rent_today
from haircut.machines.view.market_view import MarketView
from haircut.studies.liquidate.haircuts import Haircut, haircut, simulated_sale
from haircut.studies.liquidate.state import WORTHLESS_USD, Paths, Regime, sale_state, simulate_states

SIZES: Final = (100.0, 1_000.0, 10_000.0, 100_000.0)
HORIZONS: Final = (1, 3, 6, 12)
PATHS: Final = 8_192
CALM: Final[tuple[Regime, bool]] = ("mix", False)
STRESS: Final[tuple[Regime, bool]] = ("glut", True)
"""Today's mix with funding as it is; a glut with funding in stress: when the sector is, so are its buyers. A rig knows
funding alone. Both are per dollar of today's mark: the haircut is set today, and the sale meets what comes."""


@dataclass(frozen=True, slots=True)
class HaircutRow:
    """One device, size and horizon: haircuts per dollar of today's mark of collateral sold within the horizon."""

    device: str
    units: float
    months: int
    calm_95: Haircut
    calm_99: Haircut
    stress_95: Haircut
    stress_99: Haircut


@dataclass(frozen=True, slots=True)
class HaircutTable:
    """The table.

    Attributes:
        as_of: of the market. paths, seed: of the simulation. rows: by device, size, horizon.
        left_out: devices without a row, with the reason.
    """

    as_of: datetime.date
    paths: int
    seed: int
    rows: tuple[HaircutRow, ...]
    left_out: dict[str, str]

    def sentence(self) -> str:
        """What the table says."""
        low = min(self.rows, key=lambda row: row.calm_95.value)
        high = max(self.rows, key=lambda row: row.stress_95.value)
        return (
            f"As repo collateral these machines would need haircuts from {100.0 * low.calm_95.value:.0f} % "
            f"({low.units:,.0f} {low.device} in {low.months} month{'s' if low.months > 1 else ''}, calm) to "
            f"{100.0 * high.stress_95.value:.0f} % ({high.units:,.0f} {high.device} in {high.months} "
            f"month{'s' if high.months > 1 else ''}, stress), so that 95 % of sales repay the cash."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data; dates stay dates."""
        return asdict(self)


def haircut_table(
    market: MarketView | Market | str | None = None,
    devices: Sequence[str] = (),
    sizes: Sequence[float] = SIZES,
    horizons: Sequence[int] = HORIZONS,
    paths: int = PATHS,
    seed: int = 1,
) -> HaircutTable:
    """Haircuts by device, size and horizon, calm and stress, on common draws.

    Args:
        market: as in `liquidate`.
        devices: ids; all with a rent on the default basis, and the rigs, where none is named.
        sizes: units; one above a device's installed base has no row.
        horizons: most months of the sale.
        paths, seed: of the simulation.

    Raises:
        InputRefused: for an unknown device. UsageError: for a horizon beyond the market's longest sale.
        CannotCompute: where a named device has no rent.
    """
    from haircut.machines.view import market as open_market

    view = market if isinstance(market, MarketView) else open_market(market)
    longest = round(view.market.liquidation.longest_sale.value)
    if not horizons or not all(1 <= months <= longest for months in horizons):
        raise UsageError(f"horizons: found {list(horizons)}; expected months from 1 to {longest}")
    if not sizes or not all(size > 0.0 for size in sizes):
        raise UsageError(f"sizes: found {list(sizes)}; expected units above 0")
    if paths < 1_000:
        raise UsageError(f"paths: found {paths}; expected at least 1,000")
    basis = view.market.default_rent_basis
    quoted = {each.id for each in view.market.devices if rent_today(view.market, each.id) is not None}
    hashing = view.market.btc is not None and view.market.network is not None
    left_out = {
        each.id: f"no rent on the basis {basis}"
        for each in view.market.devices
        if not devices and each.id not in quoted
    }
    machines: list[Device | Rig] = [view.machine(name) for name in devices]
    if not devices:
        machines += [each for each in view.market.devices if each.id not in left_out]
        machines += view.market.rigs if hashing else ()
    drawn: dict[tuple[Regime, bool], Paths] = {
        where: simulate_states(view.market, machines, *where, paths, seed) for where in (CALM, STRESS)
    }
    rows = []
    for machine in machines:
        states = {where: sale_state(view.market, machine, *where) for where in (CALM, STRESS)}
        mark = states[CALM].mark_usd
        if mark < WORTHLESS_USD:
            left_out[machine.id] = "worth no more than its salvage today"
            continue
        for units in (size for size in sizes if size <= machine.installed_base.value):
            for months in horizons:
                found = []
                for where in (CALM, STRESS):
                    state = states[where]
                    sold = simulated_sale(state, drawn[where], units, months, state.whole_depth, 0)
                    share = sold.proceeds / (units * mark)
                    found += [haircut(share, 0.95), haircut(share, 0.99)]
                rows.append(HaircutRow(machine.id, units, months, *found))
    if not rows:
        raise CannotCompute(
            f"no haircut to show: {'; '.join(f'{name}: {why}' for name, why in left_out.items())}"
        )
    return HaircutTable(view.market.as_of, paths, seed, tuple(rows), left_out)

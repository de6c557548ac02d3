"""Any number of any machine sold into today's market: schedule, prices, haircuts, recoveries, at three depths."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from haircut.case.case import Case
from haircut.case.market import Device, Market, Rig
from haircut.errors import CannotCompute, UsageError
from haircut.machines.view.explain import ValueOrigin, explain
from haircut.machines.view.market_view import MarketView
from haircut.studies.liquidate.buyers import Buyers, buyers_of
from haircut.studies.liquidate.haircuts import (
    Haircut,
    Recovery,
    SimulatedSale,
    haircut,
    recovery,
    simulated_sale,
)
from haircut.studies.liquidate.sale import Lot, expected_sale, most_repaid
from haircut.studies.liquidate.state import (
    REGIMES,
    WORTHLESS_USD,
    Paths,
    Regime,
    SaleState,
    sale_state,
    simulate_states,
)

DEPTHS: Final = (1.0 / 3.0, 1.0, 3.0)
LTVS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
PATHS: Final = 20_480
SEED: Final = 1
LEVELS: Final = (0.05, 0.25, 0.50, 0.75, 0.95)
READ: Final = (
    "devices[{device}].psi_mark", "devices[{device}].psi_sale", "devices[{device}].installed_base",
    "devices[{device}].required_return", "liquidation.depth", "compute.depth_factor", "compute.initial_state",
    "liquidation.beta", "liquidation.unsold_weight", "liquidation.transaction_cost", "liquidation.broker_fee",
    "liquidation.holding_cost", "liquidation.spread_sensitivity", "liquidation.enforcement_lag",
)  # fmt: skip
"""Inputs of a sale beside the rent, in the order of the page."""

READ_OF_RIGS: Final = ("btc.price", "network.hashrate", "network.subsidy", "network.fees")
"""What hashprice is made of."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """Price of a lot by month on simulated paths, USD a unit: 5, 25, 50, 75 and 95 %."""

    month: int
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


@dataclass(frozen=True, slots=True)
class SaleAtDepth:
    """The whole answer at one depth.

    Attributes:
        depth_multiple: of the market's depth. depth_units_a_month: today; None without limit.
        months, nolv_usd, flv_usd, schedule: the expected sale.
        nolv_at_mark_usd, flv_at_mark_usd: the same were psi_sale as high as psi_mark.
        haircut_95, haircut_99: seized today. haircut_95_after_lag, haircut_99_after_lag: seized after the lag.
        prices: by lot, on paths, at the expected sale's months.
        recoveries: by LTV.
        largest_debt_usd: repaid in full by the expected orderly sale of these units; NOLV.
        largest_debt_95_usd: repaid in full on 95 % of paths, seized today.
        most_repaid_usd, most_repaid_units: the most that any number of units brings, and that number.
    """

    depth_multiple: float
    depth_units_a_month: float | None
    months: int
    nolv_usd: float
    flv_usd: float
    nolv_at_mark_usd: float
    flv_at_mark_usd: float
    schedule: tuple[Lot, ...]
    haircut_95: Haircut
    haircut_99: Haircut
    haircut_95_after_lag: Haircut
    haircut_99_after_lag: Haircut
    prices: tuple[PricePoint, ...]
    recoveries: tuple[Recovery, ...]
    largest_debt_usd: float
    largest_debt_95_usd: float
    most_repaid_usd: float
    most_repaid_units: float


@dataclass(frozen=True, slots=True)
class Liquidation:
    """A sale into today's market.

    Attributes:
        device, name, as_of: what and when. units: for sale. regime, stress: the state.
        longest_months: allowed for the sale. paths, seed: of the simulation.
        value_usd, value_at_sale_usd: units x psi_mark F, units x psi_sale F.
        mark_usd, sale_usd: psi_mark F and psi_sale F, USD a unit.
        one_unit: share of the mark that one unit alone fetches after costs, at once.
        lag_months: from default to seizure. marks: (month, psi_mark E[F]) by month of the horizon.
        undisturbed: (month, psi_sale E[F]).
        sales: at a third of the depth, at it and at three times.
        buyers: who they are. inputs: what was read, with mark, range and source.
    """

    device: str
    name: str
    as_of: datetime.date
    units: float
    regime: Regime
    stress: bool
    longest_months: int
    paths: int
    seed: int
    value_usd: float
    value_at_sale_usd: float
    mark_usd: float
    sale_usd: float
    one_unit: float
    lag_months: int
    marks: tuple[tuple[int, float], ...]
    undisturbed: tuple[tuple[int, float], ...]
    sales: tuple[SaleAtDepth, SaleAtDepth, SaleAtDepth]
    buyers: Buyers
    inputs: tuple[ValueOrigin, ...]

    @property
    def sale(self) -> SaleAtDepth:
        """At the market's own depth."""
        return self.sales[1]

    def sentence(self) -> str:
        """What the page says."""
        here, (low, _, high) = self.sale, self.sales
        over = "one month" if here.months == 1 else f"{here.months} months"
        orderly, forced, third, three = (
            f"{100.0 * usd / self.value_usd:.0f} %"
            for usd in (here.nolv_usd, here.flv_usd, low.nolv_usd, high.nolv_usd)
        )
        return (
            f"{self.units:,.0f} {self.device} marked at ${self.value_usd / 1e6:,.1f}m bring "
            f"${here.nolv_usd / 1e6:,.1f}m in an orderly sale over {over} and ${here.flv_usd / 1e6:,.1f}m in one: "
            f"{orderly} and {forced} of the mark ({third} to {three} orderly at a third and three times the depth). "
            f"A haircut of {100.0 * here.haircut_95.value:.1f} ± {100.0 * here.haircut_95.std_error:.1f} % would make "
            "a lender whole on 95 % of paths."
        )

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain data: what `--json` prints. Haircuts are numbers, their errors beside them."""
        found = asdict(self)
        sales = [_flat(sale) for sale in found.pop("sales")]
        own = {name: value for name, value in sales[1].items() if not name.startswith("depth_")}
        head = {
            name: found.pop(name)
            for name in (
                "device",
                "name",
                "as_of",
                "units",
                "regime",
                "stress",
                "value_usd",
                "value_at_sale_usd",
            )
        }
        return {**head, **own, **found, "depths": sales}


def _flat(sale: dict[str, Any]) -> dict[str, Any]:
    """Haircuts as two plain numbers each."""
    flat: dict[str, Any] = {}
    for name, value in sale.items():
        if name.startswith("haircut_"):
            flat[name], flat[f"{name}_std_error"] = value["value"], value["std_error"]
        else:
            flat[name] = value
    return flat


def liquidate(
    market: MarketView | Market | str | None,
    device: str,
    units: float,
    *,
    regime: Regime = "mix",
    stress: bool = False,
    months: int | None = None,
    depth: float | None = None,
    ltvs: Sequence[float] = LTVS,
    case: Case | None = None,
    paths: int = PATHS,
    seed: int = SEED,
) -> Liquidation:
    """Sell `units` of a device into today's market (docs/methods/liquidation.md).

    Args:
        market: a market, its view, its folder or name; None: the latest by name.
        device: its id; of a GPU or a rig.
        units: above 0, at most the installed base.
        regime: today's compute market: glut, balanced, scarce, or mix, the market's own probabilities; of a rig, mix.
        stress: funding is in stress today.
        months: most months of the sale, 1 to the market's longest; its longest where absent.
        depth: units a month that buyers take in a balanced market, in place of the market's; inf: no impact.
        ltvs: loan-to-values, over today's market mark, whose recovery is shown.
        case: whose sites are the operators that are known.
        paths, seed: of the simulation; at least 1,000 paths.

    Raises:
        InputRefused: for an unknown device, with the nearest name.
        UsageError: for units that are none or more than are installed, a depth that is not above 0, months, LTVs,
            regime or paths out of range.
        CannotCompute: where the device has no rent on the market's default basis, or a rig no hash market.

    >>> found = liquidate("2026-10-01", "h100-sxm", 10_000, paths=1_024)
    >>> found.sale.flv_usd <= found.sale.nolv_usd <= found.value_usd
    True
    """
    from haircut.machines.view import market as open_market

    view = market if isinstance(market, MarketView) else open_market(market)
    machine = view.machine(device)
    if isinstance(machine, Rig) and regime != "mix":
        raise UsageError(
            f"liquidate: found regime {regime} for {machine.id}; expected none: a rig earns hashprice and not the rent "
            "of the compute market, its state is funding's, --stress or not"
        )
    refuse(machine.installed_base.value, machine.id, units, regime, months, depth, ltvs, paths,
           round(view.market.liquidation.longest_sale.value))  # fmt: skip
    state = sale_state(view.market, machine, regime, stress, depth)
    if state.mark_usd < WORTHLESS_USD:
        raise CannotCompute(
            f"{machine.id} is worth no more than its salvage today ({state.value_usd:,.2f} USD to an owner who keeps "
            f"it): there is no mark to take a haircut from; see `haircut market residual {machine.id}`"
        )
    longest = months if months is not None else state.longest
    drawn = simulate_states(view.market, [machine], regime, stress, paths, seed)
    low, own, high = (_at_depth(state, drawn, units, longest, multiple, ltvs) for multiple in DEPTHS)
    return Liquidation(
        device=machine.id, name=machine.name, as_of=view.market.as_of, units=units, regime=regime, stress=stress,
        longest_months=longest, paths=paths, seed=seed, value_usd=units * state.mark_usd,
        value_at_sale_usd=units * state.sale_usd, mark_usd=state.mark_usd,
        sale_usd=state.sale_usd, one_unit=_one_unit(state), lag_months=state.lag,
        marks=tuple((month, float(state.marks_usd[month])) for month in range(longest + 1)),
        undisturbed=tuple((month, float(state.expected_usd[month])) for month in range(longest + 1)),
        sales=(low, own, high), buyers=buyers_of(state, units, case.book if case else None, case.name if case else ""),
        inputs=tuple(
            origin
            for path in _read(view.market, machine)
            for origin in explain(view.market, path).origins
        ),
    )  # fmt: skip


def _read(market: Market, machine: Device | Rig) -> tuple[str, ...]:
    """Paths of what a sale reads, in the order of the page."""
    quotes = _quotes(market, machine.id)
    if isinstance(machine, Rig):
        own = tuple(path.format(device=machine.id).replace("devices[", "rigs[") for path in READ)
        return (*READ_OF_RIGS, *quotes, *(path for path in own if not path.startswith("compute.")))
    basis = f"rents[{machine.id}@{market.default_rent_basis}]"
    return (basis, *quotes, *(path.format(device=machine.id) for path in READ))


def _quotes(market: Market, device: str) -> tuple[str, ...]:
    """Paths of the prices behind psi_sale and psi_mark, where there are any."""
    kinds = [quote.kind for quote in market.resale if quote.device == device]
    return tuple(f"resale[{device}@{kind}]" for kind in ("executed", "income") if kind in kinds)


def _one_unit(state: SaleState) -> float:
    """Net proceeds of one unit in one lot over its mark."""
    return (state.sale_usd - state.rules.sale_cost * state.sale_usd) / state.mark_usd


def _at_depth(
    state: SaleState, drawn: Paths, units: float, longest: int, multiple: float, ltvs: Sequence[float]
) -> SaleAtDepth:
    value = units * state.mark_usd
    expected = expected_sale(state, units, longest, multiple * state.depth)
    at_mark = replace(state, sale_usd=state.mark_usd, expected_usd=state.marks_usd)
    marked = expected_sale(at_mark, units, longest, multiple * state.depth)
    whole = multiple * state.whole_depth
    now = simulated_sale(state, drawn, units, longest, whole, 0)
    later = simulated_sale(state, drawn, units, longest, whole, state.lag)
    scheduled = simulated_sale(state, drawn, units, longest, whole, 0, expected.months)
    most, at = most_repaid(state, longest, multiple * state.depth)
    h95, h99 = (haircut(now.proceeds / value, level) for level in (0.95, 0.99))
    return SaleAtDepth(
        depth_multiple=multiple,
        depth_units_a_month=multiple * state.depth if math.isfinite(state.depth) else None,
        months=expected.months, nolv_usd=expected.nolv_usd, flv_usd=expected.flv_usd,
        nolv_at_mark_usd=marked.nolv_usd, flv_at_mark_usd=marked.flv_usd, schedule=expected.lots,
        haircut_95=h95, haircut_99=h99,
        haircut_95_after_lag=haircut(later.proceeds / value, 0.95),
        haircut_99_after_lag=haircut(later.proceeds / value, 0.99),
        prices=_prices(scheduled, expected.months),
        recoveries=tuple(
            recovery(ltv, value, expected.nolv_usd, expected.flv_usd, later.proceeds) for ltv in ltvs
        ),
        largest_debt_usd=expected.nolv_usd, largest_debt_95_usd=(1.0 - h95.value) * value,
        most_repaid_usd=most, most_repaid_units=at,
    )  # fmt: skip


def _prices(sold: SimulatedSale, months: int) -> tuple[PricePoint, ...]:
    levels = np.quantile(sold.prices[:, :months], LEVELS, axis=0)
    return tuple(PricePoint(month, *(float(value) for value in levels[:, month])) for month in range(months))


def refuse(
    installed: float,
    device: str,
    units: float,
    regime: str,
    months: int | None,
    depth: float | None,
    ltvs: Sequence[float],
    paths: int,
    longest: int,
) -> None:
    """Refuse a sale that is none.

    Raises:
        UsageError: with everything that is wrong.
    """
    checks = (
        (math.isfinite(units) and units > 0.0, f"units: found {units:g}; expected above 0"),
        (not units > installed, f"units: found {units:,.0f}; expected at most the installed base of {installed:,.0f} "
            f"{device} (devices.yaml, installed_base): nobody can seize more than there are"),
        (regime in REGIMES, f"regime: found {regime}; expected one of {', '.join(REGIMES)}"),
        (months is None or 1 <= months <= longest,
         f"months: found {months}; expected 1 to {longest}, the market's longest sale"),
        (depth is None or depth > 0.0, f"depth: found {depth}; expected units a month above 0, or inf for no impact"),
        (bool(ltvs) and all(0.0 < ltv <= 5.0 for ltv in ltvs),
         f"ltv: found {', '.join(f'{ltv:g}' for ltv in ltvs) or 'none'}; expected shares of the mark such as 0.7"),
        (paths >= 1_000, f"paths: found {paths}; expected at least 1,000, or the 1st percentile has no error"),
    )  # fmt: skip
    wrong = [message for holds, message in checks if not holds]
    if wrong:
        raise UsageError("liquidate: " + "\n  ".join(wrong))


__all__ = ["DEPTHS", "LTVS", "PATHS", "Liquidation", "SaleAtDepth", "liquidate"]

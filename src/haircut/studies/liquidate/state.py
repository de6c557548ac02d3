"""Today's market for one machine in one state of the world: its value, its depth, its paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Book
from haircut.case.case import Case
from haircut.case.market import Device, Market, Rig
from haircut.case.settings import Scenario, Settings
from haircut.credit.arrays import Floats
from haircut.credit.liquidation.impact import IMPACTS
from haircut.credit.liquidation.paths import SaleRules
from haircut.errors import CannotCompute
from haircut.machines.cache import solve_once
from haircut.machines.law import MIXTURE, RentLaw, UnitTerms, ValueSurface
from haircut.machines.rent import rent_law, rent_today
from haircut.machines.rig import rig_law, rig_terms
from haircut.machines.terms import unit_terms
from haircut.machines.value import read, read_forward
from haircut.machines.view.residual import middle_power_price
from haircut.scenarios.scenario_set import compile_scenario_set

Regime = Literal["glut", "balanced", "scarce", "mix"]
WORTHLESS_USD: Final = 1.0
"""A mark below this is that of a machine which earns less than it costs to run."""
REGIMES: Final[tuple[Regime, ...]] = ("glut", "balanced", "scarce", "mix")


class Paths(NamedTuple):
    """Simulated paths under P, n paths and T months, shared by all machines.

    Attributes:
        log_rent: by device, (n, T + 1) log USD per GPU-hour; of a rig, log hashprice.
        regime: (n, T + 1) of the compute market. funding: (n, T + 1), 1 in stress: the regime of a rig.
        buying: (n, T + 1) depth over its balanced value at today's funding spread. squeeze: (n, T + 1) of it, what
            funding alone leaves: buyers of rigs have no compute market.
    """

    log_rent: dict[str, Floats]
    regime: NDArray[np.int64]
    funding: NDArray[np.int64]
    buying: Floats
    squeeze: Floats

    def of(self, machine: Device | Rig) -> tuple[Floats, NDArray[np.int64], Floats]:
        """Log rent, regime and buying of a machine."""
        if isinstance(machine, Rig):
            return self.log_rent[machine.id], self.funding, self.squeeze
        return self.log_rent[machine.id], self.regime, self.buying


@dataclass(frozen=True, slots=True, eq=False)
class SaleState:
    """One machine in one state of today's world.

    Attributes:
        market: with the stated regime and funding state.
        device: what is sold. regime, stress: the state.
        value_usd: F, the worth to an owner who keeps it, USD a unit. mark_usd: psi_mark F. sale_usd: psi_sale F.
        expected_usd: (longest + 1,) psi_sale E[F] by month from today.
        marks_usd: (longest + 1,) psi_mark E[F].
        depth: units a month that buyers take today.
        whole_depth: units a month in a balanced market at today's funding spread.
        longest: most months of a sale. lag: months from default to seizure. rules: of the sale.
        surface: F and its look-ahead.
    """

    market: Market
    device: Device | Rig
    regime: Regime
    stress: bool
    value_usd: float
    mark_usd: float
    sale_usd: float
    expected_usd: Floats
    marks_usd: Floats
    depth: float
    whole_depth: float
    longest: int
    lag: int
    rules: SaleRules
    surface: ValueSurface


def in_state(market: Market, regime: Regime, stress: bool) -> Market:
    """The market as it would be today in a regime and funding state; `mix` keeps its own probabilities.

    Funding stress starts the chain in stress with the spread at its mean there: buyers are shallower at once and
    the way into glut is shorter. What a machine is worth moves with the regime alone.
    """
    changes: dict[str, object] = {}
    if regime != "mix":
        stated = {name: float(name == regime) for name in ("glut", "balanced", "scarce")}
        changes["compute"] = market.compute.model_copy(
            update={"initial_state": market.compute.initial_state.model_copy(update=stated)}
        )
    if stress:
        funding = market.funding
        changes["funding"] = funding.model_copy(
            update={
                "initial_stress": funding.initial_stress.model_copy(update={"value": 1.0}),
                "spread": funding.spread.model_copy(update={"value": funding.spread_mean_stress.value}),
            }
        )
    return market.model_copy(update=changes) if changes else market


def law_of(market: Market, device: Device | Rig, months: int) -> RentLaw:
    """Law of rent of a device over its life and at least `months`; of a rig, of hashprice.

    Raises:
        CannotCompute: where it has no rent on the market's default basis, or a rig no hash market.
    """
    life = terms_of(market, device, 1).last_month
    if isinstance(device, Rig):
        return rig_law(market, max(life, months, 1))
    rent = rent_today(market, device.id)
    if rent is None:
        raise CannotCompute(
            f"{device.id} has no rent on the basis {market.default_rent_basis} in market {market.as_of}, so it has "
            "no value to sell at; quote one in rents.yaml"
        )
    return rent_law(market, device, rent, max(life, months, 1))


def terms_of(market: Market, device: Device | Rig, months: int) -> UnitTerms:
    """Terms of a unit with a whole life ahead, as psi has it; a rig at its buyers' mean power price."""
    if isinstance(device, Rig):
        return rig_terms(market, device, market.as_of, months, middle_power_price(market))
    return unit_terms(market, device, market.as_of, months)


def sale_state(
    base: Market,
    device: Device | Rig,
    regime: Regime = "mix",
    stress: bool = False,
    depth: float | None = None,
) -> SaleState:
    """Value, depth and rules of a sale of one device in a state of today's market.

    Args:
        base: as observed.
        device: of it.
        regime, stress: as in `in_state`.
        depth: units a month in a balanced market at today's funding spread, in place of the market's; inf: no impact.
    """
    market = in_state(base, regime, stress)
    sale = market.liquidation
    longest, lag = round(sale.longest_sale.value), round(sale.enforcement_lag.value)
    law = law_of(market, device, longest + lag)
    terms = terms_of(market, device, max(law.drift.shape[0], 1))
    surface = solve_once(law, terms, longest + lag, longest)
    value = float(read(surface, 0, law.log_rent, MIXTURE))
    expected = np.array(
        [read_forward(surface, 0, ahead, law.log_rent, MIXTURE) for ahead in range(longest + 1)]
    )
    expected[0] = value  # the look-ahead lies on a coarser grid, 1e-5 away
    whole = depth_in_balance(base, device) if depth is None else depth
    buying = float(np.dot(market.compute.initial_state.values(), market.compute.depth_factor.values()))
    if isinstance(device, Rig):
        buying = 1.0
    return SaleState(
        market=market, device=device, regime=regime, stress=stress, value_usd=value,
        mark_usd=device.psi_mark.value * value, sale_usd=device.psi_sale.value * value,
        expected_usd=device.psi_sale.value * expected, marks_usd=device.psi_mark.value * expected,
        depth=whole * buying * squeeze_of(base, market), whole_depth=whole, longest=longest, lag=lag,
        rules=SaleRules(
            impact=IMPACTS[sale.impact], beta=sale.beta.value, phi_min=sale.phi_min.value,
            unsold_weight=sale.unsold_weight.value,
            sale_cost=sale.transaction_cost.value + sale.broker_fee.value, holding_cost=sale.holding_cost.value,
            monthly_discount=device.required_return.value / 12.0, salvage=device.salvage.value,
        ),
        surface=surface,
    )  # fmt: skip


def depth_in_balance(market: Market, device: Device | Rig) -> float:
    """b N: units a month that buyers take in a balanced market; inf where there is no price impact."""
    if market.liquidation.impact == "none":
        return math.inf
    return market.liquidation.depth.value * device.installed_base.value


def squeeze_of(base: Market, market: Market) -> float:
    """Share of buyers that the funding spread of a state leaves."""
    widening = market.funding.spread.value - base.funding.spread.value
    return math.exp(-market.liquidation.spread_sensitivity.value * widening)


def simulate_states(
    base: Market, devices: Sequence[Device | Rig], regime: Regime, stress: bool, paths: int, seed: int
) -> Paths:
    """Paths of rent, regime and buying from a state of today's market, by the simulator of the engine.

    Args:
        base: as observed; buying counts from its funding spread.
        devices: all get the same draws.
        regime, stress: as in `in_state`.
        paths, seed: of the simulation.
    """
    market = in_state(base, regime, stress)
    sale = market.liquidation
    months = round(sale.longest_sale.value) + round(sale.enforcement_lag.value)
    rigs = [device for device in devices if isinstance(device, Rig)]
    # The simulator wants a GPU, whatever is sold.
    gpus = [device for device in devices if isinstance(device, Device)] or _a_quoted_gpu(market)
    laws = {device.id: law_of(market, device, months) for device in gpus}
    # A case without a book: only what all books share is read.
    case = Case.model_construct(
        name="market", title="", claim="none", book=Book(issuers=(), borrowers=(), claims=()), market=market,
        settings=Settings(paths=paths, seed=seed), scenario=Scenario(),
    )  # fmt: skip
    recipe = compile_scenario_set(case, months, laws, coin=bool(rigs))
    count, names = recipe.paths, recipe.p.devices
    shape = (count, months + 1)
    log_rent = {name: np.empty(shape) for name in (*names, *(rig.id for rig in rigs))}
    states, funding = np.empty(shape, np.int64), np.empty(shape, np.int64)
    buying, squeeze = np.empty(shape), np.empty(shape)
    for block in range(recipe.blocks):
        made, n = recipe.block(block, "P"), recipe.paths_in_block(block)
        rows = slice(block * recipe.block_size, block * recipe.block_size + n)
        for row, name in enumerate(names):
            log_rent[name][rows] = made.log_rent[row, :n]
        for rig in rigs:
            log_rent[rig.id][rows] = np.log(made.hashprice[:n])
        states[rows], funding[rows] = made.regime[:n], made.stress[:n]
        widening = made.funding_spread[:n] - base.funding.spread.value
        squeeze[rows] = np.exp(-sale.spread_sensitivity.value * widening)
        buying[rows] = made.depth_factor[:n] * squeeze[rows]
    return Paths(log_rent, states, funding, buying, squeeze)


def _a_quoted_gpu(market: Market) -> list[Device]:
    return [next(each for each in market.devices if rent_today(market, each.id) is not None)]

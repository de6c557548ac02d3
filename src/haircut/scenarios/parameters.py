"""From a case to the arrays of the drivers under one measure.

Under Q the drift of c shifts by ``-theta sigma_Z`` and those of power and the funding spread by
``+theta sigma``; demand and the rate do not shift; the compute chain tilts by theta_M; survival curves are
Wang-transformed. Where theta, theta_M and every Wang theta are 0 the parameters under Q are those under P,
bit for bit. Each driver's own part is in its file under `drivers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.case.market import Market
from haircut.curves import DiscountCurve
from haircut.errors import Defect, InputRefused
from haircut.machines.law import RentLaw
from haircut.machines.regimes import calm_transition, stress_transition
from haircut.scenarios.correlation import mixing_factors
from haircut.scenarios.customers import intensities
from haircut.scenarios.drivers.compute import ComputeSteps, compute_steps
from haircut.scenarios.drivers.default import compile_obligors
from haircut.scenarios.drivers.demand import DemandSteps, demand_steps
from haircut.scenarios.drivers.funding_spread import SpreadSteps, spread_steps
from haircut.scenarios.drivers.launches import Launches, compile_launches
from haircut.scenarios.drivers.power import PowerSteps, power_correction, power_forward, power_steps
from haircut.scenarios.drivers.rate import RateSteps, discount_correction, rate_steps
from haircut.scenarios.drivers.regime import RegimeSteps, regime_steps
from haircut.scenarios.drivers.student import NORMAL
from haircut.scenarios.imposed import NOTHING, Imposed, compile_imposed
from haircut.scenarios.measure import Measure
from haircut.scenarios.randomness import SHARED_STREAMS, distinct_streams
from haircut.scenarios.regimes import funding_transition, joint_initial, joint_transition, tilted

__all__ = ["DriverSteps", "Measure", "ScenarioParameters", "compile_scenario"]

Floats = NDArray[np.float64]


class DriverSteps(NamedTuple):
    """One month of the drivers that every case has: what the kernel reads.

    Attributes:
        regime, compute, demand, power, rate, funding_spread: each as its file says.
        mixing: (2, 5, 5) lower Cholesky factor of the shocks' correlation by funding state; order
            compute, demand, power, rate, funding_spread.
    """

    regime: RegimeSteps
    compute: ComputeSteps
    demand: DemandSteps
    power: PowerSteps
    rate: RateSteps
    funding_spread: SpreadSteps
    mixing: Floats


class ScenarioParameters(NamedTuple):
    """Everything that the simulator needs under one measure, T months, D devices, G launches, O obligors.

    Attributes:
        measure: "P" or "Q".
        months: T.
        steps: one month of each driver.
        devices: D names; laws: their laws of rent under P; log_rent: (D,) today's log rent.
        stated_months: months that follow a stated rent path (no launches within them).
        joint: (6, 6) monthly transition of (Z_S, Z_M); initial: (6,); both under the measure.
        utilisation_loading: b_u.
        power_forward: (T + 1,) USD per kWh; power_correction: (T + 1,) half the variance of log power.
        discount: (T + 1,) input discount factors; discount_correction: (T + 1,) half the variance of the
            integrated short factor.
        depth_factor: (3,) by compute regime.
        launches: G generations and what each device loses to them.
        obligors: O ids: customers, issuers with a credit, borrowers with a credit of their own.
        survival: (O, T + 1) input survival; loading: (O,) b; intensity: (O, T) a(t), a year.
        independence_by_shift: each group of drivers is read on another path.
        degrees_of_freedom: of the shocks; 0 is normal.
        imposed: what an overlay imposes on the funding state and on customers.
    """

    measure: Measure
    months: int
    steps: DriverSteps
    devices: tuple[str, ...]
    laws: tuple[RentLaw, ...]
    log_rent: Floats
    stated_months: int
    joint: Floats
    initial: Floats
    utilisation_loading: float
    power_forward: Floats
    power_correction: Floats
    discount: Floats
    discount_correction: Floats
    depth_factor: Floats
    launches: Launches
    obligors: tuple[str, ...]
    survival: Floats
    loading: Floats
    intensity: Floats
    independence_by_shift: bool
    degrees_of_freedom: float = NORMAL
    imposed: Imposed = NOTHING


def compile_scenario(
    case: Case, months: int, measure: Measure, laws: Mapping[str, RentLaw]
) -> ScenarioParameters:
    """Compile the drivers of a case for one measure.

    Args:
        case: book, market, settings and scenario.
        months: T, at least 1.
        measure: "P" or "Q".
        laws: law of rent under P by device (`machines.rent.rent_law`), of at least T months. c is common, so
            all share drift, deviation, pull, target, step and stated months.

    Raises:
        InputRefused: where a credit names a rating or curve that the market does not have, or an overlay
            imposes something beyond the horizon.
        CannotCompute: where a default swap curve has no P curve under its Wang theta, with the obligor.
    """
    if months < 1:
        raise InputRefused(f"months: found {months}; expected at least 1")
    market = case.market
    theta = market.compute.theta.value if measure == "Q" else 0.0
    theta_regime = market.compute.theta_regime.value if measure == "Q" else 0.0
    compute_chain = _compute_chain(market, theta_regime)
    chain = funding_transition(market.funding.calm_to_stress.value, market.funding.stress_to_calm.value)
    initial_compute = np.array(market.compute.initial_state.values())
    initial_stress = market.funding.initial_stress.value
    joint, initial = joint_transition(chain, compute_chain), joint_initial(initial_stress, initial_compute)
    law = _common_law(laws, months)
    speed = market.compute.demand_speed.value
    steps = DriverSteps(
        regime=regime_steps(chain, float(initial_stress), compute_chain, initial_compute),
        compute=compute_steps(law, months, theta),
        demand=demand_steps(np.array(market.compute.demand_level.values()), speed),
        power=power_steps(market.power, theta),
        rate=rate_steps(market.rates),
        funding_spread=spread_steps(market.funding, theta),
        mixing=mixing_factors(market),
    )
    launches = compile_launches(market, laws)
    discount_curve = _discount_curve(market)
    obligors = compile_obligors(case, months, measure, discount_curve)
    distinct_streams(
        [
            *SHARED_STREAMS,
            *(f"launch:{name}" for name in launches.names),
            *(f"default:{o}" for o in obligors.names),
        ]
    )
    nu = market.correlations.degrees_of_freedom or NORMAL
    imposed = compile_imposed(case.scenario, obligors.names, months)
    years: Floats = np.arange(months + 1) / 12.0
    return ScenarioParameters(
        measure=measure,
        months=months,
        steps=steps,
        devices=tuple(laws),
        laws=tuple(laws.values()),
        log_rent=np.array([each.log_rent for each in laws.values()]),
        stated_months=min(law.stated_months, months),
        joint=joint,
        initial=initial,
        utilisation_loading=market.compute.demand_loading_utilisation.value,
        power_forward=power_forward(market.power, case.scenario, years),
        power_correction=power_correction(market.power, steps.power, years, nu),
        discount=discount_curve.discount_at(years),
        discount_correction=discount_correction(steps.rate, months, nu),
        depth_factor=np.array(market.compute.depth_factor.values()),
        launches=launches,
        obligors=obligors.names,
        survival=obligors.survival,
        loading=obligors.loading,
        intensity=intensities(
            obligors.survival, obligors.loading, joint, initial, steps.demand.level, speed, nu
        ),
        independence_by_shift=case.settings.independence_by_shift,
        degrees_of_freedom=nu,
        imposed=imposed,
    )


def _compute_chain(market: Market, theta_regime: float) -> Floats:
    """(2, 3, 3) transition of the compute market by funding state, tilted for the measure."""
    calm = calm_transition(market)
    stress = stress_transition(calm, market.compute.stress_coupling.value)
    return np.stack([tilted(calm, theta_regime), tilted(stress, theta_regime)])


def _common_law(laws: Mapping[str, RentLaw], months: int) -> RentLaw:
    """The law of c, which all devices share."""
    if not laws:
        raise InputRefused("laws: found no device; expected the law of rent of at least one")
    first, *others = laws.values()
    if len(first.drift) < months:
        raise Defect(f"the laws of rent cover {len(first.drift)} months, fewer than the horizon of {months}")
    for law in others:
        for name in ("drift", "deviation", "pull", "step"):
            if not np.array_equal(getattr(law, name)[:months], getattr(first, name)[:months]):
                raise Defect(
                    f"two laws of rent differ in {name}: the price of compute is common to all devices"
                )
    return first


def _discount_curve(market: Market) -> DiscountCurve:
    par_rates = {each.tenor_years: each.value for each in market.rates.par_yields}
    return DiscountCurve.bootstrap_par(market.as_of, market.rates.overnight.value, par_rates)

"""From a case to the arrays of the drivers under one measure.

Under Q the drift of c shifts by ``-theta sigma_Z`` and those of power and the funding spread by
``+theta sigma``; demand and the rate do not shift; the compute chain tilts by theta_M; survival curves are
Wang-transformed. Where theta, theta_M and every Wang theta are 0 the parameters under Q are those under P,
bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Credit
from haircut.case.case import Case
from haircut.case.market import Market, Rating
from haircut.case.market.correlations import FACTORS
from haircut.curves import DiscountCurve, SurvivalCurve, wang_to_p, wang_to_q
from haircut.errors import CannotCompute, Defect, InputRefused
from haircut.machines.law import RentLaw
from haircut.machines.obsolescence import grid_position
from haircut.machines.regimes import calm_transition, stress_transition
from haircut.scenarios.customers import DemandGrid, baseline_intensity, demand_grid
from haircut.scenarios.drivers.student import NORMAL, log_mean_exponential
from haircut.scenarios.imposed import NOTHING, Imposed, compile_imposed, spiked
from haircut.scenarios.randomness import driver_key
from haircut.scenarios.regimes import (
    cumulative_rows,
    funding_transition,
    joint_initial,
    joint_transition,
    tilted,
)

Floats = NDArray[np.float64]
Measure = Literal["P", "Q"]

STEP_YEARS = 1.0 / 12.0
DRIVERS = ("compute", "demand", "power", "rate", "funding_spread", "compute_regime", "funding_regime", "tail")


class DriverSteps(NamedTuple):
    """One month of each driver as constants: what the kernel reads.

    Attributes:
        drift, deviation: (T, 3) of c by regime; pull: (T,); target: (T,); step: (T,), as in `RentLaw`.
        stress_limit: (2,) probability of stress next month from calm and from stress.
        initial_stress: probability of stress at the as-of date.
        regime_limit: (2, 3, 3) running sums of the compute chain's rows, by funding state.
        initial_limit: (3,) running sum of the initial compute regime.
        demand_level: (3,); demand_keep: e^(-k/12); demand_deviation: sqrt(1 - e^(-k/6)).
        power_keep, power_drift, power_deviation: exact step of the log of power over its forward.
        rate_keep, rate_deviation: exact step of the short factor.
        spread_start: log of today's funding spread; spread_log_mean: (2,) by funding state.
        spread_keep, spread_drift, spread_deviation: exact step of the log funding spread.
        mixing: (2, 5, 5) lower Cholesky factor of the shocks' correlation by funding state; order
            compute, demand, power, rate, funding_spread.
    """

    drift: Floats
    deviation: Floats
    pull: Floats
    target: Floats
    step: Floats
    stress_limit: Floats
    initial_stress: float
    regime_limit: Floats
    initial_limit: Floats
    demand_level: Floats
    demand_keep: float
    demand_deviation: float
    power_keep: float
    power_drift: float
    power_deviation: float
    rate_keep: float
    rate_deviation: float
    spread_start: float
    spread_log_mean: Floats
    spread_keep: float
    spread_drift: float
    spread_deviation: float
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
        demand_levels: (3,) levels of X; demand_speed: a year.
        utilisation_loading: b_u.
        power_forward: (T + 1,) USD per kWh; power_correction: (T + 1,) half the variance of log power.
        discount: (T + 1,) input discount factors; discount_correction: (T + 1,) half the variance of the
            integrated short factor.
        depth_factor: (3,) by compute regime.
        launches: G generations; launch_month: (G,) months from as-of before delay; launch_delay_mean: (G,)
            months; launch_ramp: (G,) months; launch_wedge: (D, G), 0 where the device is not older.
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
    demand_levels: Floats
    demand_speed: float
    utilisation_loading: float
    power_forward: Floats
    power_correction: Floats
    discount: Floats
    discount_correction: Floats
    depth_factor: Floats
    launches: tuple[str, ...]
    launch_month: Floats
    launch_delay_mean: Floats
    launch_ramp: Floats
    launch_wedge: Floats
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
    funding = market.funding
    chain = funding_transition(funding.calm_to_stress.value, funding.stress_to_calm.value)
    initial_compute = np.array(market.compute.initial_state.values())
    joint = joint_transition(chain, compute_chain)
    initial = joint_initial(funding.initial_stress.value, initial_compute)
    levels = np.array(market.compute.demand_level.values())
    speed = market.compute.demand_speed.value

    law = _common_law(laws, months)
    steps = _driver_steps(market, law, months, theta, chain, compute_chain, initial_compute)
    launches = market.compute.launches
    names = tuple(launch.generation for launch in launches)
    age = {device.id: device.launch_date for device in market.devices}
    wedge = [
        [launch.wedge if launch.takes_from(device, age[device]) else 0.0 for launch in launches]
        for device in laws
    ]
    discount_curve = _discount_curve(market)
    obligors, survival, loading = _obligors(case, months, measure, discount_curve)
    distinct_streams([*DRIVERS, *(f"launch:{name}" for name in names), *(f"default:{o}" for o in obligors)])
    nu = market.correlations.degrees_of_freedom or NORMAL
    grid = demand_grid(joint, initial, levels, speed, degrees_of_freedom=nu)
    imposed = compile_imposed(case.scenario, obligors, months)
    power_speed, power_volatility = market.power.speed.value, market.power.volatility.value
    power_start = market.power.price.value * case.scenario.power_price_factor
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
        demand_levels=levels,
        demand_speed=speed,
        utilisation_loading=market.compute.demand_loading_utilisation.value,
        power_forward=spiked(
            power_start * np.exp(market.power.forward_drift.value * years), case.scenario.power_spike
        ),
        power_correction=(
            0.5 * _ou_variance(power_speed, power_volatility, years)
            if nu == NORMAL
            else ou_compensator(steps.power_keep, steps.power_deviation, months, nu)
        ),
        discount=discount_curve.discount_at(years),
        discount_correction=(
            0.5 * integrated_variance(steps.rate_keep, steps.rate_deviation, months) / 144.0
            if nu == NORMAL
            else integrated_compensator(steps.rate_keep, steps.rate_deviation, months, nu)
        ),
        depth_factor=np.array(market.compute.depth_factor.values()),
        launches=names,
        launch_month=np.array([grid_position(market.as_of, each.launch_date) for each in launches]),
        launch_delay_mean=np.array(
            [each.delay_mean_months if each.launch_date > market.as_of else 0.0 for each in launches]
        ),
        launch_ramp=np.array([each.ramp_months for each in launches], dtype=np.float64),
        launch_wedge=np.array(wedge, dtype=np.float64).reshape(len(laws), len(launches)),
        obligors=obligors,
        survival=survival,
        loading=loading,
        intensity=_intensities(survival, loading, grid),
        independence_by_shift=case.settings.independence_by_shift,
        degrees_of_freedom=nu,
        imposed=imposed,
    )


def ou_compensator(keep: float, deviation: float, months: int, degrees_of_freedom: float) -> Floats:
    """(T + 1,) ``log E exp(x(t))``, ``x(s + 1) = keep x(s) + deviation eps``, x(0) = 0.

    >>> ou_compensator(0.5, 1.0, 2, 0.0)
    array([0.   , 0.5  , 0.625])
    """
    terms = log_mean_exponential(np.asarray(deviation * keep ** np.arange(months)), degrees_of_freedom)
    return np.concatenate([[0.0], np.cumsum(terms)])


def integrated_compensator(keep: float, deviation: float, months: int, degrees_of_freedom: float) -> Floats:
    """(T + 1,) ``log E exp(-S(t) / 12)``, S the sum of x(s) over s < t of the same x.

    >>> integrated_compensator(1.0, 12.0, 3, 0.0)
    array([0. , 0. , 0.5, 2.5])
    """
    weight = np.cumsum(keep ** np.arange(months)) * deviation / 12.0
    terms = log_mean_exponential(np.asarray(weight), degrees_of_freedom)
    return np.concatenate([[0.0, 0.0], np.cumsum(terms)])[: months + 1]


def integrated_variance(keep: float, deviation: float, months: int) -> Floats:
    """(T + 1,) variance of the sum of x(s) over s < t, ``x(s + 1) = keep x(s) + deviation eps``, x(0) = 0.

    >>> integrated_variance(1.0, 1.0, 3)
    array([0., 0., 1., 5.])
    """
    result = np.zeros(months + 1)
    total = cross = single = 0.0
    for month in range(months):
        total, cross = total + 2.0 * cross + single, keep * (cross + single)
        single = keep * keep * single + deviation * deviation
        result[month + 1] = total
    return result


def correlation_matrix(pairs: Mapping[str, float]) -> Floats:
    """(5, 5) correlation of the shocks from named pairs such as ``compute-demand``; others are 0.

    Pairs with a driver of its own file (btc) are left to it.

    >>> correlation_matrix({"compute-demand": 0.4})[0]
    array([1. , 0.4, 0. , 0. , 0. ])
    """
    result = np.eye(len(FACTORS))
    for pair, value in pairs.items():
        names = pair.split("-")
        if not set(names) <= set(FACTORS):
            continue
        first, second = (FACTORS.index(name) for name in names)
        result[first, second] = result[second, first] = value
    return result


def cholesky(correlation: Floats) -> Floats:
    """Lower factor L with ``L L' = C``, also where C is singular (two shocks that are one).

    >>> cholesky(np.array([[1.0, 1.0], [1.0, 1.0]]))
    array([[1., 0.],
           [1., 0.]])
    """
    size = len(correlation)
    result = np.zeros((size, size))
    for column in range(size):
        rest = correlation[column:, column] - result[column:, :column] @ result[column, :column]
        assert rest[0] > -1e-12, "the correlation matrix is not positive semidefinite"
        if rest[0] > 1e-12:
            result[column:, column] = rest / np.sqrt(rest[0])
        else:
            assert np.all(np.abs(rest) < 1e-6), "the correlation matrix is not positive semidefinite"
    return result


def _driver_steps(
    market: Market,
    law: RentLaw,
    months: int,
    theta: float,
    chain: Floats,
    compute_chain: Floats,
    initial_compute: Floats,
) -> DriverSteps:
    power, funding, rates = market.power, market.funding, market.rates
    demand_keep, demand_deviation = _demand_step(market.compute.demand_speed.value)
    power_keep, power_deviation = _ou_step(power.speed.value, power.volatility.value)
    spread_keep, spread_deviation = _ou_step(funding.speed.value, funding.volatility.value)
    rate_keep, rate_deviation = _ou_step(rates.mean_reversion.value, rates.volatility.value)
    return DriverSteps(
        # One month's deviation is sigma sqrt(1/12); the shift over the month is theta sigma / 12.
        drift=np.ascontiguousarray(law.drift[:months] - theta * np.sqrt(STEP_YEARS) * law.deviation[:months]),
        deviation=np.ascontiguousarray(law.deviation[:months]),
        pull=np.ascontiguousarray(law.pull[:months]),
        target=np.ascontiguousarray(law.target[:months]),
        step=np.ascontiguousarray(law.step[:months]),
        stress_limit=np.ascontiguousarray(chain[:, 1]),
        initial_stress=float(funding.initial_stress.value),
        regime_limit=cumulative_rows(compute_chain),
        initial_limit=cumulative_rows(initial_compute),
        demand_level=np.array(market.compute.demand_level.values()),
        demand_keep=demand_keep,
        demand_deviation=demand_deviation,
        power_keep=power_keep,
        power_drift=theta * power.volatility.value * _ou_span(power.speed.value, STEP_YEARS),
        power_deviation=power_deviation,
        rate_keep=rate_keep,
        rate_deviation=rate_deviation,
        spread_start=float(np.log(funding.spread.value)),
        spread_log_mean=np.log([funding.spread_mean_calm.value, funding.spread_mean_stress.value]),
        spread_keep=spread_keep,
        spread_drift=theta * funding.volatility.value * _ou_span(funding.speed.value, STEP_YEARS),
        spread_deviation=spread_deviation,
        mixing=np.stack(
            [
                cholesky(correlation_matrix(market.correlations.calm)),
                cholesky(correlation_matrix(market.correlations.stress)),
            ]
        ),
    )


def _ou_span(speed: float, years: float) -> float:
    """``(1 - e^(-k t)) / k``, t where the speed is 0."""
    return float(-np.expm1(-speed * years) / speed) if speed > 0.0 else years


def _ou_variance(speed: float, volatility: float, years: Floats) -> Floats:
    """Variance at t of an OU that starts at a point: ``sigma^2 (1 - e^(-2 k t)) / (2 k)``."""
    return np.array([volatility**2 * _ou_span(2.0 * speed, float(each)) for each in years])


def _ou_step(speed: float, volatility: float) -> tuple[float, float]:
    """Factor and deviation of the exact monthly step of ``dx = -k x dt + sigma dW``."""
    assert speed >= 0.0 and volatility >= 0.0
    deviation = volatility * float(np.sqrt(_ou_span(2.0 * speed, STEP_YEARS)))
    return float(np.exp(-speed * STEP_YEARS)), deviation


def _demand_step(speed: float) -> tuple[float, float]:
    """Factor and deviation of the exact monthly step of an OU of stationary deviation 1."""
    assert speed >= 0.0
    return float(np.exp(-speed * STEP_YEARS)), float(np.sqrt(-np.expm1(-2.0 * speed * STEP_YEARS)))


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


def _obligors(
    case: Case, months: int, measure: Measure, discount: DiscountCurve
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Ids, survival (O, T + 1) and loadings (O,) of the parties that can default."""
    book = case.book
    factor = case.scenario.customer_hazard_factor
    parties = [(each.id, each.credit, factor) for each in book.customers]
    parties += [(each.id, each.credit, 1.0) for each in book.issuers if each.credit is not None]
    parties += [(each.id, each.credit, 1.0) for each in book.borrowers if each.credit is not None]
    usual = case.market.compute.demand_loading_customers.value
    survival = np.empty((len(parties), months + 1))
    loading = np.empty(len(parties))
    for row, (name, credit, factor) in enumerate(parties):
        survival[row] = month_survival(credit, case.market, months, measure, discount, name)
        if factor != 1.0:
            survival[row] **= factor
        loading[row] = usual if credit.demand_loading is None else credit.demand_loading
    return tuple(name for name, _, _ in parties), survival, loading


def month_survival(
    credit: Credit, market: Market, months: int, measure: Measure, discount: DiscountCurve, name: str
) -> Floats:
    """(T + 1,) survival of a party at months 0..T under a measure.

    A rating reads the market's table (P), a curve its default swaps (Q), a hazard its stated measure; the
    other measure follows by Wang's transform with the theta of `rating` or `wang_rating` on the month grid.

    Args:
        credit: as the book states it.
        market: ratings and curves.
        months: T.
        measure: "P" or "Q".
        discount: discount curve of the market, for default swaps.
        name: the party, named in messages.

    Raises:
        InputRefused: where the rating or the curve is not in the market.
        CannotCompute: where no curve under the other measure exists.
    """
    curve = _stated_curve(credit, market, discount, name)
    theta = _rating(market, credit.wang_rating or credit.rating or "", name).wang_theta
    if curve.measure == measure or theta == 0.0:
        return curve.month_survival(months)
    transform = wang_to_q if measure == "Q" else wang_to_p
    try:
        moved = transform(curve, theta, np.asarray(np.arange(1, months + 1) / 12.0, dtype=np.float64))
    except CannotCompute as error:
        raise CannotCompute(f"{name}: {error}") from error
    return moved.month_survival(months)


def _stated_curve(credit: Credit, market: Market, discount: DiscountCurve, name: str) -> SurvivalCurve:
    if credit.rating is not None:
        row = _rating(market, credit.rating, name)
        return SurvivalCurve.from_cumulative_default(row.years, row.cumulative_default, "P")
    if credit.curve is not None:
        for quoted in market.credit.curves:
            if quoted.id == credit.curve:
                quotes = {
                    tenor: spread / 1e4
                    for tenor, spread in zip(quoted.tenor_years, quoted.spread_bp, strict=True)
                }
                return SurvivalCurve.from_cds(market.as_of, quotes, quoted.recovery, discount)
        known = ", ".join(each.id for each in market.credit.curves) or "none"
        raise InputRefused(
            f"{name}.credit.curve: found {credit.curve!r}; expected one of the market's curves: {known}"
        )
    assert credit.hazard_per_year is not None
    return SurvivalCurve.flat(credit.hazard_per_year, "Q" if credit.measure == "Q" else "P")


def _rating(market: Market, rating: str, name: str) -> Rating:
    for row in market.credit.ratings:
        if row.rating == rating:
            return row
    known = ", ".join(row.rating for row in market.credit.ratings)
    raise InputRefused(f"{name}.credit: found rating {rating!r}; expected one of the market's table: {known}")


def _intensities(survival: Floats, loading: Floats, grid: DemandGrid) -> Floats:
    result = np.empty((len(loading), survival.shape[1] - 1))
    for row, value in enumerate(loading.tolist()):
        result[row] = baseline_intensity(survival[row], value, grid)
    return result


def distinct_streams(names: list[str]) -> None:
    """Refuse two drivers whose names hash alike: they would share their draws and move as one."""
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(driver_key(name), name)
        if other != name or names.count(name) > 1:
            raise Defect(
                f"the drivers {other!r} and {name!r} would share one stream of draws; rename one of them"
            )

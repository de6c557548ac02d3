"""What holds for the value of every machine."""

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from haircut.machines.law import MIXTURE, RentLaw, UnitTerms, ValueSurface
from haircut.machines.obsolescence import LaunchSchedule, expected_log_obsolescence
from haircut.machines.regimes import stress_transition
from haircut.machines.value import read, read_forward, solve
from tests.unit.machines.laws import CHAIN, rent_law, unit

MONTHS = 36
SLACK = 1e-9


@st.composite
def laws(draw: st.DrawFn) -> RentLaw:
    regime = st.tuples(*[st.floats(-0.5, 0.4)] * 3)
    volatility = st.tuples(*[st.one_of(st.just(0.0), st.floats(0.01, 0.5))] * 3)
    initial = np.array(draw(st.sampled_from([(1.0, 0.0, 0.0), (0.0, 0.2, 0.8), (0.3, 0.3, 0.4)])))
    months = np.arange(MONTHS + 1)
    step = np.zeros(MONTHS)
    step[draw(st.integers(0, MONTHS - 1))] = draw(st.floats(-0.4, 0.4))
    return rent_law(
        MONTHS,
        draw(st.floats(0.3, 6.0)),
        draw(regime),
        draw(volatility),
        pull=np.full(MONTHS, draw(st.floats(0.0, 0.08))),
        target=draw(st.floats(-1.0, 0.5)) - draw(st.floats(0.0, 0.2)) * months / 12,
        log_obsolescence=-draw(st.floats(0.0, 0.3)) * months / 12,
        transition=stress_transition(CHAIN, draw(st.floats(0.0, 8.0))),
        initial=initial,
        step=step,
    )


@st.composite
def units(draw: st.DrawFn) -> UnitTerms:
    other = draw(st.floats(0.0, 1.0))
    return unit(
        MONTHS,
        utilisation=draw(st.floats(0.2, 1.0)),
        power_kw=draw(st.floats(0.1, 3.0)),
        other_cost=other,
        idle_cost=draw(st.floats(0.0, other)),
        failure_hazard=draw(st.floats(0.0, 0.2)),
        required_return=draw(st.floats(0.0, 0.3)),
        salvage=draw(st.sampled_from([0.0, 250.0])),
    )


def surface(law: RentLaw, terms: UnitTerms, **changes: Any) -> ValueSurface:
    return solve(law, terms._replace(**changes), 12, 3, nodes=201)


@given(laws(), units())
def test_value_rises_with_rent_and_never_falls_below_salvage(law: RentLaw, terms: UnitTerms) -> None:
    found = surface(law, terms)
    tolerance = SLACK * found.value.max()
    assert np.all(np.diff(found.value, axis=1) >= -tolerance)
    assert np.all(np.diff(found.forward, axis=2) >= -tolerance)
    assert found.value.min() >= terms.salvage - tolerance
    places = np.linspace(found.x_low - 1.0, found.x_low + found.x_step * (found.value.shape[1] + 40), 60)
    for regime in range(4):
        values = [read(found, 6, x, regime) for x in places]
        ahead = [read_forward(found, 6, 2, x, regime) for x in places]
        assert np.all(np.diff(values) >= -tolerance)
        assert np.all(np.diff(ahead) >= -tolerance)


@given(laws(), units(), st.integers(1, MONTHS - 1))
def test_value_falls_with_age(law: RentLaw, terms: UnitTerms, younger: int) -> None:
    # a longer life never hurts, as scrapping stays a right; the two grids differ, hence the tolerance
    full = solve(law, terms, 12, 0, nodes=1601)
    older = solve(law, terms._replace(last_month=MONTHS - younger), 12, 0, nodes=1601)
    for x in law.log_rent + np.array([-0.7, 0.0, 0.7]):
        for regime in range(3):
            assert read(older, 0, x, regime) <= read(full, 0, x, regime) * 1.001 + 5.0


@given(laws(), units(), st.floats(0.0, 0.5))
def test_value_falls_with_cost_and_rises_with_use(law: RentLaw, terms: UnitTerms, more: float) -> None:
    # two functions are read between nodes: the tolerance is the error of a read, not of arithmetic
    def near_today(**changes: Any) -> np.ndarray:
        found = solve(law, terms._replace(**changes), 6, 0, nodes=401)
        places = law.log_rent + np.linspace(-0.2, 0.2, 9)
        return np.array([[read(found, 0, x, regime) for x in places] for regime in range(4)])

    base = near_today()
    tolerance = 1e-3 * base + 1e-3 * base.max() + 1e-6
    assert np.all(near_today(power_price=terms.power_price + more) <= base + tolerance)
    assert np.all(near_today(other_cost=terms.other_cost + more) <= base + tolerance)
    assert np.all(near_today(idle_cost=terms.idle_cost + more) <= base + tolerance)
    assert np.all(near_today(utilisation=terms.utilisation * (1 + more)) >= base - tolerance)
    assert np.all(near_today(salvage=terms.salvage + 100 * more) >= base - tolerance)


@given(laws(), units(), st.floats(0.2, 5.0))
def test_money_has_no_unit(law: RentLaw, terms: UnitTerms, factor: float) -> None:
    dearer = law._replace(log_rent=law.log_rent + math.log(factor))
    scaled = surface(
        dearer,
        terms,
        power_price=factor * terms.power_price,
        other_cost=factor * terms.other_cost,
        idle_cost=factor * terms.idle_cost,
        salvage=factor * terms.salvage,
    )
    base = surface(law, terms)
    assert np.allclose(scaled.value, factor * base.value, rtol=1e-7, atol=1e-6 * base.value.max())


@given(laws(), units())
def test_the_mixture_lies_between_the_regimes(law: RentLaw, terms: UnitTerms) -> None:
    found = surface(law, terms).value
    tolerance = SLACK * found.max()
    assert np.all(found[..., MIXTURE] <= found[..., :MIXTURE].max(axis=-1) + tolerance)
    assert np.all(found[..., MIXTURE] >= found[..., :MIXTURE].min(axis=-1) - tolerance)


@given(laws(), units())
@settings(max_examples=25)
def test_refinement_ends_near_the_value_of_a_fine_grid(law: RentLaw, terms: UnitTerms) -> None:
    found = solve(law, terms, 0, 0)
    fine = solve(law, terms, 0, 0, nodes=4001)
    for regime in range(3):
        expected = read(fine, 0, law.log_rent, regime)
        floor = 0.05 * fine.value[0, :, regime].max()
        assert abs(read(found, 0, law.log_rent, regime) - expected) <= 1.5e-3 * max(expected, floor, 100.0)


@given(
    st.lists(
        st.tuples(st.floats(-30.0, 60.0), st.floats(0.0, 12.0), st.floats(0.0, 0.9), st.floats(0.0, 24.0)),
        max_size=6,
    )
)
def test_obsolescence_only_takes(generations: list[tuple[float, float, float, float]]) -> None:
    columns = np.array(generations, dtype=float).reshape(len(generations), 4)
    left = expected_log_obsolescence(LaunchSchedule(*columns.T), 72)
    assert left[0] == 0.0
    assert np.all(np.diff(left) <= 1e-12)
    assert left[-1] >= np.log1p(-columns[:, 2]).sum() - 1e-9

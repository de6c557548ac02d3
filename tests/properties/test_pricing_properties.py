"""What must hold for estimators whatever the loan: scale, convergence, coverage."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haircut.credit.outcomes import COLUMNS, INDEX
from haircut.pricing.generic_premium import generic_premium
from haircut.pricing.measures import CATALOGUE, measure
from haircut.pricing.moments import Moments
from haircut.pricing.survival_weighted import survival_weighted_legs, survival_weighted_spread
from tests.unit.pricing import oracle

MONEY = [name for name in COLUMNS if not name.startswith(("default_", "material", "ltv"))]


@given(st.integers(0, 2**32), st.floats(1e-3, 1e6))
def test_an_error_scales_with_its_unit(seed: int, factor: float) -> None:
    rows = oracle.rows(600, 0.2, seed)
    grown = rows.copy()
    grown[:, [INDEX[name] for name in MONEY]] *= factor
    one, other = Moments.of_rows(rows), Moments.of_rows(grown)
    small, large = one.standard_error({"pv": 1.0}), other.standard_error({"pv": 1.0})
    assert small is not None and large is not None
    assert math.isclose(large, factor * small, rel_tol=1e-6)
    ratio, same = one.ratio("loss_pv", "rpv01"), other.ratio("loss_pv", "rpv01")
    assert math.isclose(ratio[0], same[0], rel_tol=1e-9)
    assert math.isclose(ratio[1] or 0.0, same[1] or 0.0, rel_tol=1e-5)


@given(st.integers(0, 2**32), st.permutations(range(6)))
def test_the_order_of_blocks_does_not_matter(seed: int, order: list[int]) -> None:
    rows = oracle.rows(6 * 64, 0.2, seed)
    parts = np.split(rows, 6)
    one = Moments.of_rows(rows, block_size=64)
    other = Moments.of_rows(np.concatenate([parts[place] for place in order]), block_size=64)
    assert math.isclose(one.mean("pv"), other.mean("pv"), rel_tol=1e-12)
    gradient = {"loss_pv": 1.0, "rpv01": -0.01}
    assert math.isclose(
        one.standard_error(gradient) or 0.0, other.standard_error(gradient) or 0.0, rel_tol=1e-6
    )


@given(st.floats(0.002, 0.5), st.floats(0.0, 1.0), st.lists(st.floats(1.0, 1e9), min_size=1, max_size=12))
def test_the_spread_is_homogeneous_and_in_proportion_to_severity(
    hazard: float, severity: float, balances: list[float]
) -> None:
    ends = np.arange(1, len(balances) + 1)
    survival = np.exp(-hazard * np.arange(len(balances) + 1))
    curves = (survival, np.exp(-0.04 * ends), np.exp(-0.04 * (ends - 0.5)))
    spread = survival_weighted_spread(balances, 1.0, *curves, severity)
    assert math.isclose(
        spread, survival_weighted_spread(7.0 * np.array(balances), 1.0, *curves, severity), rel_tol=1e-9
    )
    whole = survival_weighted_spread(balances, 1.0, *curves, 1.0)
    assert math.isclose(spread, severity * whole, rel_tol=1e-9, abs_tol=1e-15)
    loss, premium = survival_weighted_legs(balances, 1.0, *curves, severity)
    assert loss >= 0.0 and premium > 0.0


@given(st.floats(0.0, 5000.0), st.floats(0.1, 30.0))
def test_the_premium_lies_between_those_of_its_neighbours(el_bp: float, years: float) -> None:
    table = oracle.market(
        oracle.rating("A", 0.38, 80.0, 0.0005, 0.0022, 0.0046, 0.0120),
        oracle.rating("BB", 0.29, 164.0, 0.0063, 0.0346, 0.0643, 0.1164),
        oracle.rating("CCC", 0.22, 900.0, 0.2830, 0.4342, 0.4858, 0.5276),
    )
    ends = [generic_premium(table, level, years).raw_bp for level in (0.0, 1e5)]
    middle = generic_premium(table, el_bp, years)
    points = [*ends, *(generic_premium(table, level, years).raw_bp for level in np.geomspace(0.5, 5000, 60))]
    assert min(points) - 30.0 <= middle.raw_bp <= max(points) + 30.0
    assert middle.floored_bp == max(middle.raw_bp, 0.0)


def _fair(paths: int, seed: int) -> tuple[float, float]:
    rows = oracle.rows(paths, 0.05, seed)
    row = measure(oracle.view(rows, rows), CATALOGUE["fair_margin_bp"])
    assert row.number is not None and row.std_error is not None
    return row.number, row.std_error


def test_four_times_the_paths_halve_the_error() -> None:
    few = np.mean([_fair(2048, seed)[1] for seed in range(8)])
    many = np.mean([_fair(8192, seed)[1] for seed in range(8)])
    assert 0.45 < many / few < 0.55


def test_intervals_cover_the_truth() -> None:
    truth = 1e4 * oracle.fair_spread(0.05)
    inside = [
        abs(value - truth) < 1.96 * error for value, error in (_fair(1024, seed) for seed in range(200))
    ]
    assert 0.90 <= np.mean(inside) <= 0.98

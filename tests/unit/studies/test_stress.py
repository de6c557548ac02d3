"""Named and reverse stress: closed forms of the search, then the engine on a book that can break."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haircut import credit
from haircut.case.case import Case
from haircut.case.market.power import PowerMarket
from haircut.errors import InputRefused, UsageError
from haircut.reports.exhibits import named_stress, reverse_stress
from haircut.studies.breakeven.limits import lowest_cover
from haircut.studies.breakeven.loan import Loan
from haircut.studies.stress import named, nearest_failures, probability, reverse
from haircut.studies.stress.reverse import _World
from tests.unit.credit import books

CASE = Path(__file__).resolve().parents[3] / "examples" / "coreweave-ddtl-3"


def normal(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))


# --- the search


def test_i4_linear_loss() -> None:
    """Deviations 60 % and 35 %, correlation 0.5, loss 0.4 x + 0.6 y against 0.5 (methods I4)."""
    deviation = np.array([0.60, 0.35])
    covariance = np.outer(deviation, deviation) * np.array([[1.0, 0.5], [0.5, 1.0]])

    def room(x: np.ndarray) -> float:
        return float(0.5 + 0.4 * x[0] + 0.6 * x[1])

    (mode,) = nearest_failures(room, np.zeros(2), covariance)
    assert mode.move.tolist() == pytest.approx([-0.680473, -0.379684], abs=2e-6)
    assert mode.distance == pytest.approx(1.282051, abs=1e-6)
    found, error = probability(room, np.zeros(2), covariance, (mode,), 20_000)
    assert abs(found - 0.099912) < 3.0 * error < 0.005


@settings(max_examples=25)
@given(
    st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3).filter(lambda a: sum(v * v for v in a) > 0.1),
    st.floats(0.5, 4.0), st.floats(-0.5, 0.5), st.integers(0, 10),
)  # fmt: skip
def test_any_linear_limit_has_its_closed_form(
    slope: list[float], distance: float, rho: float, seed: int
) -> None:
    covariance = np.full((3, 3), rho * 0.5) + np.diag([1.0 - rho * 0.5] * 3)
    a = np.array(slope)
    scale = math.sqrt(float(a @ covariance @ a))
    mean = np.array([0.1, -0.2, 0.3])
    (mode, *_) = nearest_failures(
        lambda x: float(distance * scale - a @ (x - mean)), mean, covariance, seed=seed
    )
    assert mode.distance == pytest.approx(distance, rel=1e-6)
    assert mode.move == pytest.approx(mean + covariance @ a * distance / scale, abs=1e-5)


def test_two_ways_to_fail_are_two_modes_and_both_count() -> None:
    def room(x: np.ndarray) -> float:
        return float(min(3.0 - x[0], 2.5 + x[1]))

    modes = nearest_failures(room, np.zeros(2), np.eye(2))
    assert [mode.distance for mode in modes] == pytest.approx([2.5, 3.0], abs=1e-5)
    found, error = probability(room, np.zeros(2), np.eye(2), modes, 20_000)
    exact = 1.0 - normal(3.0) * normal(2.5)
    assert abs(found - exact) < 3.0 * error < 0.1 * exact


def test_nothing_within_reach_is_no_mode() -> None:
    assert nearest_failures(lambda x: float(9.0 - x[0]), np.zeros(2), np.eye(2)) == ()
    with pytest.raises(UsageError, match="positive definite"):
        nearest_failures(lambda x: 1.0, np.zeros(2), np.ones((2, 2)))
    with pytest.raises(UsageError, match="expected 1 and 2"):
        probability(lambda x: 1.0, np.zeros(2), np.eye(2), (), 10)


# --- the engine


def breakable(paths: int = 4_096) -> Case:
    """Merchant rent of 1 USD less power of 0.04 against a debt service of 0.34; rent and power move."""
    power = {"price": 0.08, "forward_drift": 0.0, "volatility": 0.3, "speed": 2.0}
    market = books.quiet_market(
        {"wall_power": 0.5, "maximum_age": 6.0, "utilisation": 1.0},
        compute={"volatility": books.by_regime(0.5, 0.5, 0.5)},
        power=PowerMarket(**{name: books.quantity(value) for name, value in power.items()}),
    )
    claim = books.loan(collateral_fleets=("fleet",), amortisation=books.Amortisation(kind="annuity"))
    return books.case(claims=(claim,), market=market, settings={"paths": paths})


def test_the_nearest_break_is_a_fall_of_rent() -> None:
    case = breakable()
    found = reverse(case, samples=200)
    assert found.factors == ("rent", "power")  # the others do not move in this market
    test = next(each for each in found.tests if each.limit == "min_dscr")
    assert not test.broken_at_mean and test.modes
    rent = test.modes[0].factors[0]
    # Debt service over revenue less power: the annuity of 60 months at 10 % is 21,247 of 73,000.
    service = 1e6 * (0.10 / 12) / (1.0 - (1.0 + 0.10 / 12) ** -60)
    assert service / (100 * books.MONTHLY_RENT) == pytest.approx(0.291, abs=1e-3)
    power = test.modes[0].factors[1]
    # The month of the break earns its mid-month rent, so the level at its end is near and not equal.
    assert rent.level == pytest.approx(service / 73_000 + 0.5 * power.level, rel=1e-2)
    assert test.modes[0].distance == pytest.approx(math.hypot(rent.sigmas, power.sigmas), rel=0.02)
    assert test.probability is not None and 0.0 < test.std_error < test.probability  # type: ignore[operator]
    assert found.failing_paths >= 10 and found.failing[0].sigmas < -3.0 * found.failing[0].sigmas_error  # type: ignore[operator]
    built = reverse_stress.build(found)
    assert "rent" in built.title and built.table is not None


def test_no_move_leaves_the_base_case_alone() -> None:
    case = breakable(64)
    loan = Loan.of(case)
    compiled = credit.compile_book(loan.case)
    world = _World.of(compiled, compiled.scenarios, loan)
    still = np.array([world.series(name, world.expected)[0, 12] - world.series(name, world.expected)[0, 0]
                      for name in world.names])  # fmt: skip
    base = credit.base_case(compiled, block=world.laid(still))
    assert lowest_cover(base, "loan") == pytest.approx(lowest_cover(loan.base, "loan"), rel=1e-12)


def test_a_contracted_loan_has_no_breaking_move() -> None:
    claim = books.loan(collateral_fleets=("fleet",))
    case = books.case(claims=(claim,), contracts=(books.contract(),), market=breakable().market,
                      settings={"paths": 64})  # fmt: skip
    found = reverse(case, samples=2)
    assert not next(each for each in found.tests if each.limit == "min_dscr").modes
    assert found.failing == ()
    assert "not calculated" not in reverse_stress.build(found).title


# --- names


def test_named_scenarios_share_their_paths() -> None:
    found = named(CASE, ("crypto-winter-2018", "customer-ccc"), paths=512)
    assert [row.scenario for row in found.rows] == ["today", "crypto-winter-2018", "customer-ccc"]
    assert [row.source for row in found.rows] == ["today", "library", "case"]
    today, coin, worse = found.rows
    # This loan has no coin: not one path moves.
    assert coin.change_bp == pytest.approx(0.0, abs=1e-9) and coin.fair_bp == pytest.approx(today.fair_bp)
    assert worse.change_bp == pytest.approx(worse.fair_bp - today.fair_bp, abs=1e-9)  # type: ignore[operator]
    assert worse.change_bp > 3.0 * worse.change_error > 0.0  # type: ignore[operator]
    built = named_stress.build(found)
    assert built.table is not None and built.chart is not None
    assert built.table.frame["scenario"].to_list()[0] == "today"


def test_a_name_that_is_no_overlay_is_refused() -> None:
    with pytest.raises(InputRefused, match="crypto-winter"):
        named(CASE, ("crypto-winter-2019",), paths=16)

"""Does the printed standard error hold? Over many seeds the 95 % interval covers the long-run value."""

import pytest

import haircut as hc
from haircut import credit
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.pricing.value import premiums, value
from haircut.units import BASIS_POINT

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
MEASURES = ("fair_margin_bp", "pd_3y", "el_bp", "lgd")
SEEDS = 200
PATHS = 1024
LONG_RUN = 400_000
WIDTH = 1.959964


def answer(case: Case, compiled: CompiledBook, paths: int, seed: int) -> dict[str, tuple[float, float]]:
    """Values and errors by measure, in the order of `runs.executor.evaluate`, on a book compiled once."""
    p = credit.simulate(compiled, "P", paths, seed)
    ell = {claim: premium.floored_bp * BASIS_POINT for claim, premium in premiums(compiled, case, p).items()}
    q = credit.simulate(compiled, "Q", paths, seed, ell=ell)
    rows = {
        row.measure: row
        for row in value(compiled, case, credit.base_case(compiled), p, q, ell, {})
        if row.claim == CLAIM
    }
    found = {}
    for name in MEASURES:
        row = rows[name]
        assert isinstance(row.value, float) and row.std_error is not None, (name, seed, row)
        found[name] = (row.value, row.std_error)
    return found


@pytest.fixture(scope="module")
def book() -> tuple[Case, CompiledBook]:
    case = hc.load(CASE)
    return case, credit.compile_book(case)


@pytest.fixture(scope="module")
def long_run(book: tuple[Case, CompiledBook]) -> dict[str, tuple[float, float]]:
    return answer(*book, LONG_RUN, 987_654_321)


@pytest.fixture(scope="module")
def by_seed(book: tuple[Case, CompiledBook]) -> list[dict[str, tuple[float, float]]]:
    return [answer(*book, PATHS, seed) for seed in range(1, SEEDS + 1)]


@pytest.mark.deep
@pytest.mark.parametrize("measure", MEASURES)
def test_the_interval_covers_the_long_run_value(
    measure: str,
    long_run: dict[str, tuple[float, float]],
    by_seed: list[dict[str, tuple[float, float]]],
) -> None:
    truth = long_run[measure][0]
    hits = sum(abs(found[measure][0] - truth) <= WIDTH * found[measure][1] for found in by_seed)
    assert 0.90 <= hits / len(by_seed) <= 0.98, hits


@pytest.mark.deep
@pytest.mark.parametrize("measure", MEASURES)
def test_the_mean_over_seeds_is_the_long_run_value(
    measure: str,
    long_run: dict[str, tuple[float, float]],
    by_seed: list[dict[str, tuple[float, float]]],
) -> None:
    """Within 4 errors of the mean; a ratio of sums is biased by the order of 1 / paths, which hides in it."""
    values = [found[measure][0] for found in by_seed]
    mean = sum(values) / len(values)
    spread = (sum((x - mean) ** 2 for x in values) / (len(values) - 1) / len(values)) ** 0.5
    assert abs(mean - long_run[measure][0]) <= 4.0 * (spread**2 + long_run[measure][1] ** 2) ** 0.5

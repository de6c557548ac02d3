"""Memory of the drivers' page does not grow with the number of paths."""

import tracemalloc

from haircut.scenarios.portrait import portrait
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import quantity


def test_memory_does_not_grow_with_the_paths() -> None:
    of = cases.coin_case(compute=cases.compute_market(theta=quantity(0.0)))
    portrait(of, paths=512, months=12, couplings=())
    peaks = []
    for paths in (150 * 512, 300 * 512):
        tracemalloc.start()
        portrait(of, paths=paths, months=12, couplings=())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 500e6
    assert peaks[1] < peaks[0] * 1.05 + 1e6

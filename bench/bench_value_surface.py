"""The value of a machine: solving the surface of one device, and reading it."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from haircut.kernels import kernel
from haircut.machines.expected import expected_rent
from haircut.machines.law import RentLaw, UnitTerms, ValueSurface
from haircut.machines.value import read, read_forward, solve

MONTHS = 96


def default_law() -> tuple[RentLaw, UnitTerms]:
    months = np.arange(MONTHS + 1)
    law = RentLaw(
        log_rent=math.log(2.65),
        drift=np.tile(np.array([-0.35, -0.08, 0.32]) / 12, (MONTHS, 1)),
        deviation=np.tile(np.array([0.20, 0.15, 0.22]) / math.sqrt(12), (MONTHS, 1)),
        pull=np.full(MONTHS, 0.25 / 12),
        target=math.log(2.0 / 2.65) - 0.08 * months / 12,
        log_obsolescence=-0.1 * months / 12,
        transition=np.array([[0.945, 0.050, 0.005], [0.030, 0.945, 0.025], [0.010, 0.060, 0.930]]),
        initial=np.array([0.0, 0.2, 0.8]),
        step=np.zeros(MONTHS),
        stated_months=0,
    )
    return law, UnitTerms(0.8, 1.0, np.full(MONTHS + 1, 0.08), 0.37, 0.37, 0.03, 0.15, 0.0, MONTHS)


@kernel
def read_all(surface: ValueSurface, x: Any, out: Any) -> None:
    for t in range(x.shape[0]):
        for p in range(x.shape[1]):
            out[t, p] = read(surface, t, x[t, p], p % 3)


@kernel
def read_ahead(surface: ValueSurface, x: Any, out: Any) -> None:
    for t in range(x.shape[0]):
        for p in range(x.shape[1]):
            out[t, p] = read_forward(surface, t, p % 25, x[t, p], p % 3)


def bench_solve() -> dict[str, tuple[Callable[[], object], int, str]]:
    law, terms = default_law()
    return {
        "surface, 24 months ahead": (lambda: solve(law, terms, MONTHS, 24), 1, "surfaces"),
        "surface alone": (lambda: solve(law, terms, MONTHS, 0), 1, "surfaces"),
        "expected rent": (lambda: expected_rent(law, MONTHS), 1, "paths"),
    }


def bench_read() -> dict[str, tuple[Callable[[], object], int, str]]:
    law, terms = default_law()
    surface = solve(law, terms, MONTHS, 24)
    x = law.log_rent + np.random.Generator(np.random.SFC64(1)).standard_normal((MONTHS, 512)) * 0.5
    out = np.empty_like(x)
    return {
        "value": (lambda: read_all(surface, x, out), x.size, "reads"),
        "value ahead": (lambda: read_ahead(surface, x, out), x.size, "reads"),
    }

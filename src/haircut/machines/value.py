"""The value of an installed unit: solve the surface, read it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from haircut.errors import CannotCompute, UsageError
from haircut.kernels import kernel
from haircut.machines.grid import locate, log_rent_range, rent_weight
from haircut.machines.induction import induce, look_ahead
from haircut.machines.law import MIXTURE, Floats, RentLaw, UnitTerms, ValueSurface
from haircut.machines.regimes import regime_probabilities

FIRST_NODES = 201
MOST_NODES = 6401
COARSE_NODES = 101
TOLERANCE = 1e-3


def solve(
    law: RentLaw, terms: UnitTerms, months: int, longest_sale: int, nodes: int | None = None
) -> ValueSurface:
    """Value of one installed unit by month, log rent and regime (docs/methods/machine-value.md, "Value").

        F(t, x, Z) = max(salvage, 730 max(m, -s_idle) exp(-(y + f) h / 2)
                                  + exp(-(y + f) h) sum_j A(Z, j) E[F(t + 1, x + dx_j, j)])

    What a healthy owner with a slot and power would pay, in USD: no market basis, no cost of a sale. The grid
    has 401 nodes, and twice as many until F moves by less than 0.1 %; `value.shape[1]` says how many.

    Args:
        law: law of rent, at least as long as `last_month`.
        terms: costs and life of the unit; `power_price` at least as long as `last_month`.
        months: T of the result, at least 0.
        longest_sale: K, months ahead for which conditional expectations are kept, at least 0.
        nodes: a fixed number of nodes in place of the refinement; at least 5.

    Raises:
        UsageError: where the arrays are too short, a row of probabilities does not sum to 1, or a number is
            negative that must not be.
        CannotCompute: where 6401 nodes still move F.

    >>> years = 2 * 12
    >>> law = RentLaw(0.0, np.zeros((years, 3)), np.zeros((years, 3)), np.zeros(years), np.zeros(years + 1),
    ...               np.zeros(years + 1), np.eye(3), np.array([0.0, 1.0, 0.0]), np.zeros(years), 0)
    >>> unit = UnitTerms(1.0, 0.0, np.zeros(years + 1), 0.0, 0.0, 0.0, 0.0, 0.0, years)
    >>> surface = solve(law, unit, months=12, longest_sale=1)
    >>> round(float(read(surface, 0, law.log_rent, 1)), 2), 24 * 730.0
    (17520.0, 17520.0)
    """
    _validate(law, terms, months, longest_sale, nodes)
    last = max(terms.last_month, 0)
    low, high = log_rent_range(law, last)
    if nodes is not None:
        value = _value(law, terms, low, high, nodes)
    else:
        value = _refined(law, terms, low, high)
    return _surface(law, terms, months, longest_sale, low, high, value)


def _value(law: RentLaw, terms: UnitTerms, low: float, high: float, nodes: int) -> Floats:
    """F on one grid, (last_month + 1, 3, nodes)."""
    value = np.empty((max(terms.last_month, 0) + 1, 3, nodes))
    work = np.empty((2, 3, nodes))
    induce(law, terms, low, (high - low) / (nodes - 1), work[0], work[1], value)
    return value


def _refined(law: RentLaw, terms: UnitTerms, low: float, high: float) -> Floats:
    """F on the first grid from 401 nodes that moves by less than 0.1 % from the grid of half its nodes."""
    nodes = FIRST_NODES
    coarse = _value(law, terms, low, high, nodes)
    while nodes < MOST_NODES:
        nodes = 2 * nodes - 1
        fine = _value(law, terms, low, high, nodes)
        if _largest_move(law, low, high, coarse, fine) < TOLERANCE:
            return fine
        coarse = fine
    raise CannotCompute(
        f"the value of the machine still moves by more than 0.1 % at {MOST_NODES} nodes of log rent from "
        f"{low:.2f} to {high:.2f}; check the volatilities, drifts and steps of its rent"
    )


def _largest_move(law: RentLaw, low: float, high: float, coarse: Floats, fine: Floats) -> float:
    """Largest move of F today, as a share, by regime, at rents from half to twice today's.

    Values below a twentieth of the largest, or below 20 USD, count as a share of that: a machine nearly off has
    no digits.
    """
    nodes = coarse.shape[2]
    x = np.linspace(low, high, nodes)
    near = np.flatnonzero(np.abs(x - law.log_rent) <= np.log(2.0) + (high - low) / nodes)
    scale = np.maximum(fine[0][:, 2 * near], 0.05 * max(float(fine[0][:, 2 * near].max()), 400.0))
    return float(np.max(np.abs(fine[0][:, 2 * near] - coarse[0][:, near]) / scale))


def _surface(
    law: RentLaw, terms: UnitTerms, months: int, longest_sale: int, low: float, high: float, fine: Floats
) -> ValueSurface:
    """Cut to the horizon, add the coarse look-ahead and the mixture over regimes."""
    nodes = fine.shape[2]
    x_step = (high - low) / (nodes - 1)
    stride = max((nodes - 1) // (COARSE_NODES - 1), 1)
    coarse = np.ascontiguousarray(fine[:, :, ::stride])
    if (nodes - 1) % stride:  # the coarse grid then ends short of the fine one, which reads extend
        coarse = np.ascontiguousarray(fine[:, :, : (nodes - 1) // stride * stride + 1 : stride])
    count = coarse.shape[2]
    forward = np.empty((months + 1, longest_sale + 1, count, 4))
    # Each month that is looked at is a recursion of its own, so two cores may have half of them each.
    furthest = months + longest_sale
    ranges = [(0, furthest // 2), (furthest // 2 + 1, furthest)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        wait = [pool.submit(look_ahead, law, low, stride * x_step, coarse, *each, forward) for each in ranges]
        for each in wait:
            each.result()
    value = np.empty((months + 1, nodes, 4))
    covered = min(months + 1, fine.shape[0])
    value[:covered, :, :MIXTURE] = fine[:covered].transpose(0, 2, 1)
    value[covered:, :, :MIXTURE] = terms.salvage
    weight = regime_probabilities(law.initial, law.transition, months)
    value[..., MIXTURE] = np.einsum("tnz,tz->tn", value[..., :MIXTURE], weight)
    forward[..., MIXTURE] = np.einsum("tknz,tz->tkn", forward[..., :MIXTURE], weight)
    return ValueSurface(low, x_step, value, stride * x_step, forward)


@kernel
def read_grid(grid: Floats, x_low: float, x_step: float, x: float, regime: int) -> float:
    """A (nodes, 4) slice of a surface at log rent x: linear in rent, beyond the ends too, never below 0.

    Linear in rent and not in log rent, because the margin is: exact for a machine that always runs.

    Args:
        grid: `value[t]` or `forward[t, k]`.
        x_low, x_step: its grid.
        x: log rent.
        regime: 0 glut, 1 balanced, 2 scarce, 3 the mixture seen from as-of.

    >>> rents = np.exp(np.array([[0.0] * 4, [0.1] * 4]))
    >>> round(read_grid(rents, 0.0, 0.1, 0.05, 3), 6), round(float(np.exp(0.05)), 6)
    (1.051271, 1.051271)
    """
    cell, distance = locate(x, x_low, x_step, grid.shape[0])
    lower = grid[cell, regime]
    found: float = max(lower + rent_weight(distance, x_step) * (grid[cell + 1, regime] - lower), 0.0)
    return found


@kernel
def read(surface: ValueSurface, t: int, x: float, regime: int) -> float:
    """F(t, x, regime) of a surface, USD per installed unit; `read_grid` says how between the nodes."""
    return read_grid(surface.value[t], surface.x_low, surface.x_step, x, regime)


@kernel
def read_forward(surface: ValueSurface, t: int, k: int, x: float, regime: int) -> float:
    """E[F(t + k) | x(t) = x, regime(t)] of a surface, USD per installed unit, k = 0..longest_sale."""
    return read_grid(surface.forward[t, k], surface.x_low, surface.coarse_step, x, regime)


def _validate(law: RentLaw, terms: UnitTerms, months: int, longest_sale: int, nodes: int | None) -> None:
    covered = law.drift.shape[0]
    checks = (
        (months >= 0, f"months: found {months}; expected at least 0"),
        (longest_sale >= 0, f"longest_sale: found {longest_sale}; expected at least 0"),
        (nodes is None or nodes >= 5, f"nodes: found {nodes}; expected at least 5"),
        (
            covered >= terms.last_month,
            f"law: covers {covered} months; expected at least last_month = {terms.last_month}",
        ),
        (
            len(terms.power_price) >= terms.last_month,
            f"power_price: covers {len(terms.power_price)} months; expected at least {terms.last_month}",
        ),
        (
            bool(np.allclose(law.transition.sum(axis=1), 1.0, atol=1e-9) and law.transition.min() >= 0.0),
            "transition: expected rows of probabilities that sum to 1",
        ),
        (bool(np.all(law.deviation >= 0.0)), "deviation: expected no negative standard deviation"),
        (bool(np.all((law.pull >= 0.0) & (law.pull <= 1.0))), "pull: expected monthly speeds from 0 to 1"),
        (terms.salvage >= 0.0, f"salvage: found {terms.salvage}; expected at least 0"),
        (terms.utilisation >= 0.0, f"utilisation: found {terms.utilisation}; expected at least 0"),
        (all(np.all(np.isfinite(part)) for part in (*law, *terms)), "law or terms: expected finite numbers"),
    )
    wrong = [message for holds, message in checks if not holds]
    if wrong:
        raise UsageError("; ".join(wrong))

"""Many default swap curves of one day at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haircut.curves._piecewise import FloatArray
from haircut.curves.cds import CdsTerms, Legs, bootstrap_hazards, checked_quote, standard_maturity
from haircut.curves.discount import DiscountCurve
from haircut.curves.survival import SurvivalCurve, checked_recovery
from haircut.errors import CannotCompute, InputRefused

if TYPE_CHECKING:
    from haircut.curves.cds_kernel import Grid


@dataclass(frozen=True)
class HazardPanel:
    """Hazards of many names on the same maturities.

    Attributes:
        node_years: ACT/365F years of the maturities, ascending.
        hazards: (names, maturities), a year; NaN from the first quote on that no hazard reprices.
        refused: (names,) position of that quote, -1 where there is none.

    >>> panel = bootstrap_panel(
    ...     date(2026, 10, 1), [1, 5], [[0.30, 0.02]], 0.4, DiscountCurve.flat(date(2026, 10, 1), 0.04))
    >>> panel.reason(0)[:56]
    'quotes[5] (maturity 2031-12-20): found spread 0.02; at r'
    """

    node_years: tuple[float, ...]
    hazards: FloatArray
    refused: NDArray[np.int64]
    _why: Callable[[int], str] = field(repr=False, compare=False)

    def reason(self, name: int) -> str:
        """Why the quotes of one name were refused, with tenor and feasible range; "" where they were not."""
        return self._why(name) if self.refused[name] >= 0 else ""

    def curve(self, name: int) -> SurvivalCurve:
        """The survival curve of one name, under Q.

        Raises:
            CannotCompute: where its quotes were refused.
        """
        if self.refused[name] >= 0:
            raise CannotCompute(self.reason(name))
        return SurvivalCurve("Q", self.node_years, tuple(float(hazard) for hazard in self.hazards[name]))


def bootstrap_panel(
    as_of: date,
    tenors: Sequence[float],
    quotes: ArrayLike,
    recovery: ArrayLike,
    discount: DiscountCurve,
    coupon: float | None = None,
) -> HazardPanel:
    """Bootstrap the curves of many names; each row is what `SurvivalCurve.from_cds` gives for its quotes.

    One name that has no curve does not stop the others: it is refused with its reason.

    Args:
        as_of: trade date of all quotes.
        tenors: in years, ascending, standard maturities.
        quotes: (names, tenors) par spreads, decimal a year; with `coupon` upfronts as a share of notional.
        recovery: one number, or one a name, in [0, 1).
        discount: curve with the same as-of date.
        coupon: running coupon of upfront quotes, decimal a year, else None.

    Raises:
        InputRefused: where shapes differ, tenors do not rise, or a number is out of range, with its place.

    >>> as_of = date(2026, 10, 1)
    >>> panel = bootstrap_panel(
    ...     as_of, [1, 5], [[0.02, 0.064], [0.30, 0.02]], 0.4, DiscountCurve.flat(as_of, 0.04))
    >>> panel.hazards[0].round(4), panel.refused
    (array([0.0336, 0.1407]), array([-1,  1]))
    """
    from haircut.curves.cds_kernel import FOUND, bootstrap_rows

    table = np.atleast_2d(np.asarray(quotes, dtype=np.float64))
    names = len(table)
    if table.ndim != 2 or table.shape[1] != len(tenors) or not len(tenors):
        raise InputRefused(
            f"quotes: found shape {table.shape}; expected (names, {len(tenors)}), one quote a tenor"
        )
    for place in np.argwhere(~(np.isfinite(table) & (np.abs(table) < (100.0 if coupon is None else 1.0)))):
        checked_quote(f"quotes[{place[0]}, {place[1]}]", float(table[tuple(place)]), coupon)
    if coupon is None and np.any(table < 0.0):
        row, column = np.argwhere(table < 0.0)[0]
        checked_quote(f"quotes[{row}, {column}]", float(table[row, column]), coupon)
    losses = np.broadcast_to(np.asarray(recovery, dtype=np.float64), (names,)).copy()
    for value in losses[~((losses >= 0.0) & (losses < 1.0))]:
        checked_recovery(float(value))  # says what is wrong
    maturities = [standard_maturity(as_of, tenor) for tenor in tenors]
    if any(one >= other for one, other in pairwise(maturities)):
        raise InputRefused(f"tenors: found {list(tenors)}; expected them to rise, each with its own maturity")
    contracts = [CdsTerms(as_of, maturity, coupon or 0.0, 0.0) for maturity in maturities]
    grid = _grid(contracts, discount)
    settle = discount.discount_factor(contracts[0].settlement_date)
    upfronts = np.zeros_like(table) if coupon is None else table * settle
    coupons = np.ascontiguousarray(table) if coupon is None else np.full_like(table, coupon)
    hazards = np.empty_like(coupons)
    states = np.empty(table.shape, dtype=np.int64)
    bootstrap_rows(grid, upfronts, coupons, losses, hazards, states)
    bad = states != FOUND

    def why(name: int) -> str:
        row = dict(zip(tenors, table[name].tolist(), strict=True))
        try:
            bootstrap_hazards(as_of, row, float(losses[name]), discount, coupon)
        except CannotCompute as refusal:
            return str(refusal)
        return f"quotes[{tenors[int(bad[name].argmax())]}]: no hazard reprices it but for rounding"

    node_years = tuple(float(grid.years[end - 1]) for end in grid.first[1:])
    return HazardPanel(node_years, hazards, np.where(bad.any(axis=1), bad.argmax(axis=1), -1), why)


def _grid(contracts: Sequence[CdsTerms], discount: DiscountCurve) -> Grid:
    """Points of all contracts; the hazard may change at the maturity of every earlier one."""
    from haircut.curves.cds_kernel import Grid

    first, known, accrued = [0], [], []
    years, factors, forward, clock, coupon = [], [], [], [], []
    nodes: list[float] = []
    for terms in contracts:
        legs = Legs(terms, discount, np.array(nodes))
        start = first[-1]
        known.append(start + (int(np.searchsorted(legs.years, nodes[-1])) if nodes else 0))
        paid = np.zeros(len(legs.years))
        np.add.at(paid, legs.coupon_position, legs.coupons)
        years.append(legs.years)
        factors.append(legs.discount)
        forward.append(np.append(legs.forward, 0.0))
        clock.append(np.append(legs.clock_start, 0.0))
        coupon.append(paid)
        accrued.append(legs.accrued - paid[0])  # a premium decided today is paid for sure
        first.append(start + len(legs.years))
        nodes.append(float(legs.years[-1]))
    return Grid(
        np.array(first),
        np.array(known),
        np.concatenate(years),
        np.concatenate(factors),
        np.concatenate(forward),
        np.concatenate(clock),
        np.concatenate(coupon),
        np.array(accrued),
    )

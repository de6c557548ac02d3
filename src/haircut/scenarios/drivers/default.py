"""Defaults of customers, issuers and borrowers with a credit of their own: Cox intensities that follow demand.

    lambda(t) = a(t) exp(-b X(t)),   default in the month in which cumulated lambda h passes a unit exponential

Group: each obligor is one. Unit: months. Moments: a(t) is solved (`customers.baseline_intensity`) so that survival is
exactly the input curve's under each measure.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Credit
from haircut.case.case import Case
from haircut.case.market import Market, Rating
from haircut.curves import DiscountCurve, SurvivalCurve, wang_to_p, wang_to_q
from haircut.errors import CannotCompute, InputRefused
from haircut.kernels import kernel
from haircut.scenarios.measure import Measure
from haircut.scenarios.working_memory import empty

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Obligors(NamedTuple):
    """O parties that can default.

    Attributes:
        names: O ids, each a stream ``default:<id>``.
        survival: (O, T + 1) of the input curves under the measure; loading: (O,) b, per unit of X.
    """

    names: tuple[str, ...]
    survival: Floats
    loading: Floats


def compile_obligors(case: Case, months: int, measure: Measure, discount: DiscountCurve) -> Obligors:
    """Customers, issuers with a credit and borrowers with a credit of their own, in this order.

    Args:
        case: book, market and scenario.
        months: T.
        measure: "P" or "Q".
        discount: discount curve of the market.

    Raises:
        InputRefused, CannotCompute: as `month_survival`.
    """
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
    return Obligors(tuple(name for name, _, _ in parties), survival, loading)


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


@kernel
def default_months(intensity: Floats, scale: Floats, level: Floats, month: Integers) -> None:
    """Fill `month` (n,) with the month in which cumulated intensity passes `level`, 0 if it never does.

    Args:
        intensity: (T,) a(t) / 12.
        scale: (n, T + 1) exp(-b X(t)).
        level: (n,) unit exponentials.
        month: (n,), filled; the intensity of month t -> t + 1 brings a default in month t + 1.
    """
    for p in range(level.shape[0]):
        cumulative = 0.0
        month[p] = 0
        for t in range(intensity.shape[0]):
            cumulative += intensity[t] * scale[p, t]
            if cumulative > level[p]:
                month[p] = t + 1
                break


def months_of_default(intensity: Floats, loading: Floats, level: Floats, demand: Floats) -> Integers:
    """(O, n) month 1..T of default, 0 if none.

    Args:
        intensity: (O, T) a(t), a year; loading: (O,) b.
        level: (O, n) unit exponentials.
        demand: (n, T + 1) X.
    """
    result = np.zeros((len(loading), len(demand)), dtype=np.int64)
    scales: dict[float, Floats] = {}
    for obligor, each in enumerate(loading.tolist()):
        if each not in scales:
            scale = scales[each] = empty(demand.shape)
            np.multiply(demand, -each, out=scale)
            np.exp(scale, out=scale)
        default_months(intensity[obligor] / 12.0, scales[each], level[obligor], result[obligor])
    return result

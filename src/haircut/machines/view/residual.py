"""What one machine may be worth: today, later by four models, and what was paid or asked for one."""

from __future__ import annotations

import datetime
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from haircut.case.market import Device, Market, ResaleQuote, Rig
from haircut.errors import CannotCompute
from haircut.machines.cache import solve_once
from haircut.machines.diagnostic import diagnostic_return
from haircut.machines.law import RentLaw, UnitTerms
from haircut.machines.obsolescence import grid_position
from haircut.machines.paths import half_life_months, retirement_months, simulate_log_rent
from haircut.machines.regimes import regime_probabilities
from haircut.machines.rent import rent_law, rent_today
from haircut.machines.residual import Income
from haircut.machines.rig import rig_law, rig_terms
from haircut.machines.terms import unit_terms
from haircut.machines.value import read
from haircut.machines.view.simple_models import simple_models

MONTHS = 96
OLDEST_DIAGNOSTIC_DAYS = 366


@dataclass(frozen=True, slots=True)
class Observed:
    """A price of a used machine; kinds are kept apart.

    Attributes:
        kind: executed, ask, appraisal, income or anchor. value, range: USD per unit. date, source, note: of it.
        share_of_value: price over F today, None for a machine that is worth nothing. diagnostic_return: the
            return at which F would equal it; printed only, no calculation uses it; None where no return does
            or the quote is more than a year old.
    """

    kind: str
    value: float
    range: tuple[float, float] | None
    date: datetime.date
    source: str
    note: str | None
    share_of_value: float | None
    diagnostic_return: float | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One residual model at one month: USD per unit, low and high where the model has a band."""

    month: int
    value: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True)
class ResidualPage:
    """Values of one machine.

    Attributes:
        device, name, as_of, launch_date: what and when. new_price: USD per unit.
        value_by_regime, value_today: F today, USD; `regimes` names the regimes.
        psi_mark, psi_sale: the market's basis of mark and of sale; None for a rig.
        retirement_months: months until 25, 50, 75 % of paths have retired; None beyond `horizon_months`.
        half_life_months: months until F on the path of median rents is half of today's.
        curves: by model; income at the median path with its 5 and 95 % of paths.
        observed: every resale observation.
        unavailable: models that this market does not feed, with the reason.
    """

    device: str
    name: str
    as_of: datetime.date
    launch_date: datetime.date
    new_price: float
    required_return: float
    regimes: tuple[str, ...]
    value_by_regime: tuple[float, ...]
    value_today: float
    psi_mark: float | None
    psi_sale: float | None
    retirement_months: tuple[float | None, float | None, float | None]
    half_life_months: float | None
    horizon_months: int
    curves: dict[str, tuple[CurvePoint, ...]]
    observed: tuple[Observed, ...]
    unavailable: dict[str, str]

    def sentence(self) -> str:
        """What the page says."""
        low, high = min(self.value_by_regime), max(self.value_by_regime)
        if self.value_today <= 1.0:
            return f"A {self.device} earns less than it costs to run on the default basis: its value is its salvage."
        half = (
            "not within its life"
            if self.half_life_months is None
            else f"in {self.half_life_months:.0f} months"
        )
        sold = [item.value for item in self.observed if item.kind == "executed"]
        paid = f"; a used one sold for {sold[0]:,.0f}" if sold else "; no sale of a used one is on file"
        return (
            f"A {self.device} is worth {self.value_today:,.0f} USD to an owner who keeps it ({low:,.0f} to "
            f"{high:,.0f} by regime), half of that {half}{paid}."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data; dates stay dates."""
        return asdict(self)


def law_and_terms(market: Market, machine: Device | Rig) -> tuple[RentLaw, UnitTerms]:
    """Law and terms of a machine with a whole life ahead, as psi has it; a rig at its buyers' mean power price.

    Raises:
        CannotCompute: where a device has no rent on the default basis.
    """
    if isinstance(machine, Rig):
        price = middle_power_price(market)
        months = max(rig_terms(market, machine, market.as_of, 1, price).last_month, 1)
        return rig_law(market, months), rig_terms(market, machine, market.as_of, months, price)
    rent = rent_today(market, machine.id)
    if rent is None:
        raise CannotCompute(f"{machine.id} has no rent on the basis {market.default_rent_basis}")
    months = max(unit_terms(market, machine, market.as_of, 1).last_month, 1)
    terms = unit_terms(market, machine, market.as_of, months)
    return rent_law(market, machine, rent, months), terms


def middle_power_price(market: Market) -> float:
    """Mean power price of the buyers of rigs, USD per kWh; the market's price where none is given."""
    buyers = market.rig_buyers
    if not buyers:
        return market.power.price.value
    return sum(buyer.share * buyer.power_price_usd_per_kwh for buyer in buyers)


def _diagnostic(market: Market, law: RentLaw, terms: UnitTerms, quote: ResaleQuote) -> float | None:
    """Of a quote of the last year: an older one met another rent."""
    if (market.as_of - quote.date).days > OLDEST_DIAGNOSTIC_DAYS:
        return None
    return diagnostic_return(law, terms, quote.value)


def residual_page(market: Market, machine: Device | Rig, book_life_years: float) -> ResidualPage:
    """The page of one machine."""
    law, terms = law_and_terms(market, machine)
    months = max(min(MONTHS, terms.last_month), 1)
    surface = solve_once(law, terms, months, 0)
    rig = isinstance(machine, Rig)
    regimes = ("calm", "stress") if rig else ("glut", "balanced", "scarce")
    by_regime = tuple(float(read(surface, 0, law.log_rent, z)) for z in range(len(regimes)))
    today = float(np.dot(law.initial[: len(regimes)], by_regime))
    paths = simulate_log_rent(law, months)
    weight = regime_probabilities(law.initial, law.transition, months)
    model = Income(surface)

    def income(month: int, level: float) -> float:
        x = float(np.quantile(paths.log_rent[:, month], level))
        return sum(float(weight[month, z]) * model.value_usd(month, x, z) for z in range(len(regimes)))

    curves = {
        "income": tuple(
            CurvePoint(t, income(t, 0.5), income(t, 0.05), income(t, 0.95), model.basis(t))
            for t in range(months + 1)
        )
    }
    simple, unavailable = simple_models(market, machine, book_life_years)
    since_launch = max(math.floor(-grid_position(market.as_of, machine.launch_date)), 0)
    for name, (value, band) in simple.items():
        curves[name] = tuple(
            CurvePoint(t, value.value_usd(t, 0.0, 0), *(band(t) if band else (value.value_usd(t, 0.0, 0),) * 2),
                       value.basis(t))
            for t in range(-since_launch, months + 1)
        )  # fmt: skip
    observed = tuple(
        Observed(quote.kind, quote.value, quote.range, quote.date, quote.source, quote.note,
                 quote.value / today if today > 1.0 else None, _diagnostic(market, law, terms, quote))
        for quote in market.resale if quote.device == machine.id
    )  # fmt: skip
    return ResidualPage(
        device=machine.id, name=machine.name, as_of=market.as_of, launch_date=machine.launch_date,
        new_price=machine.new_price.value, required_return=machine.required_return.value,
        regimes=regimes, value_by_regime=by_regime, value_today=today,
        psi_mark=None if isinstance(machine, Rig) else machine.psi_mark.value,
        psi_sale=None if isinstance(machine, Rig) else machine.psi_sale.value,
        retirement_months=retirement_months(surface, paths, terms.salvage),
        half_life_months=half_life_months(np.array([point.value for point in curves["income"]])),
        horizon_months=months, curves=curves, observed=observed, unavailable=unavailable,
    )  # fmt: skip

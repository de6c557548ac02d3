"""Laws and terms from a few numbers, without a market."""

import math
from typing import Any

import numpy as np

from haircut.machines.law import RentLaw, UnitTerms

CHAIN = np.array([[0.945, 0.050, 0.005], [0.030, 0.945, 0.025], [0.010, 0.060, 0.930]])


def rent_law(
    months: int, rent: float = 2.65, drift: Any = 0.0, volatility: Any = 0.0, **changes: Any
) -> RentLaw:
    """Annual drift and volatility, one number or one a regime; today balanced, regimes that never change."""
    law = RentLaw(
        log_rent=math.log(rent),
        drift=np.zeros((months, 3)) + np.asarray(drift, dtype=float) / 12.0,
        deviation=np.zeros((months, 3)) + np.asarray(volatility, dtype=float) * math.sqrt(1.0 / 12.0),
        pull=np.zeros(months),
        target=np.zeros(months + 1),
        log_obsolescence=np.zeros(months + 1),
        transition=np.eye(3),
        initial=np.array([0.0, 1.0, 0.0]),
        step=np.zeros(months),
        stated_months=0,
    )
    return law._replace(**changes)


def random_regimes(months: int, rent: float = 2.65, **changes: Any) -> RentLaw:
    """Three different regimes under the default chain, with a pull and some obsolescence."""
    law = rent_law(
        months,
        rent,
        (-0.35, -0.08, 0.32),
        (0.20, 0.15, 0.22),
        transition=CHAIN,
        initial=np.array([0.0, 0.2, 0.8]),
        pull=np.full(months, 0.25 / 12.0),
        target=-0.28 - 0.08 * np.arange(months + 1) / 12.0,
        log_obsolescence=-0.1 * np.arange(months + 1) / 12.0,
    )
    return law._replace(**changes)


def unit(months: int, **changes: Any) -> UnitTerms:
    """A unit with cash cost 0.45 USD an hour, of which 0.08 is power; it idles at the other cost."""
    terms = UnitTerms(
        utilisation=0.8,
        power_kw=1.0,
        power_price=np.full(months + 1, 0.08),
        other_cost=0.37,
        idle_cost=0.37,
        failure_hazard=0.03,
        required_return=0.15,
        salvage=0.0,
        last_month=months,
    )
    return terms._replace(**changes)

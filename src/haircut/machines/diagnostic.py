"""The return at which the model would reproduce a quoted price: printed, never used."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from haircut.machines.cache import solve_once
from haircut.machines.law import RentLaw, UnitTerms
from haircut.machines.value import read

NODES = 201
RETURNS = (-0.50, 5.0)


def value_today(law: RentLaw, terms: UnitTerms, required_return: float) -> float:
    """F today at another return, weighted over today's regimes, USD."""
    terms = terms._replace(required_return=required_return)
    surface = solve_once(law, terms, 0, 0, NODES)
    return float(np.dot(law.initial, [read(surface, 0, law.log_rent, z) for z in range(3)]))


def diagnostic_return(law: RentLaw, terms: UnitTerms, price_usd: float) -> float | None:
    """The return y at which F equals a price; None where none from -50 to 500 % a year does.

    Not for valuation: a resale price holds the cost and the fear of a sale, and a return that absorbs them
    makes F blind to the future.

    Args:
        law, terms: of the unit.
        price_usd: the quote, USD per unit.
    """
    low, high = RETURNS

    def miss(required_return: float) -> float:
        return value_today(law, terms, required_return) - price_usd

    if not miss(low) >= 0.0 >= miss(high):
        return None
    return float(brentq(miss, low, high, xtol=1e-5))

"""What ordinary credit pays beyond its modelled loss, read at a claim's own expected loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from haircut.case.market import Market, Rating
from haircut.curves import wang_distortion
from haircut.errors import CannotCompute
from haircut.units import BASIS_POINTS_PER_UNIT

SHORTEST_TENOR_YEARS = 1.0
LONGEST_TENOR_YEARS = 10.0


@dataclass(frozen=True, slots=True)
class GenericPremium:
    """The premium at one expected loss and tenor.

    Attributes:
        raw_bp: spread of ordinary credit less its model loss under Q; negative where it pays less than that.
        floored_bp: the same, at least 0: what cash flows are discounted with.
        shadow_rating: rating whose expected loss is nearest, in logarithms. Not an agency's.
        raw_slope_bp: change of `raw_bp` for a change of 1 in log expected loss; 0 beyond the table's ends.
        tenor_years: at which the table was read.
    """

    raw_bp: float
    floored_bp: float
    shadow_rating: str
    raw_slope_bp: float
    tenor_years: float

    @property
    def slope_bp(self) -> float:
        """Change of `floored_bp` for a change of 1 in log expected loss."""
        return self.raw_slope_bp if self.raw_bp > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class RatingLevel:
    """One rating at one tenor, all in bp a year: expected loss under P, model loss under Q, spread."""

    rating: str
    expected_loss_bp: float
    model_loss_bp: float
    spread_bp: float

    @property
    def premium_bp(self) -> float:
        """What the spread pays beyond the modelled loss."""
        return self.spread_bp - self.model_loss_bp


def generic_premium(market: Market, el_bp: float, tenor_years: float) -> GenericPremium:
    """Premium beyond modelled loss of ordinary credit with this expected loss (`ell_generic`).

    At tenor T each rating has ``EL_P = -LGD ln(1 - PD_P(T)) / T`` and the model loss
    ``-LGD ln(1 - PD_Q(T)) / T``, with ``PD_Q = N(N^-1(PD_P) + theta sqrt(T))`` and LGD of ordinary credit
    (60 %). Premium = option-adjusted spread less model loss, linear in log EL_P between ratings, constant
    beyond them.

    Args:
        market: its table of ratings; the letters of the table are the shadow ratings.
        el_bp: expected loss under P, bp a year, at least 0.
        tenor_years: average life of the claim; read between 1 and 10 years.

    Raises:
        CannotCompute: where the table holds no rating with an expected loss above 0.
    """
    tenor = min(max(tenor_years, SHORTEST_TENOR_YEARS), LONGEST_TENOR_YEARS)
    levels = rating_levels(market, tenor)
    if not levels:
        raise CannotCompute(
            "market.credit.ratings: found no rating with a default probability above 0 at "
            f"{tenor:.3g} years; expected at least one"
        )
    first, last = levels[0], levels[-1]
    if el_bp <= first.expected_loss_bp:
        return _premium(first.premium_bp, first.rating, 0.0, tenor)
    if el_bp >= last.expected_loss_bp:
        return _premium(last.premium_bp, last.rating, 0.0, tenor)
    place = math.log(el_bp)
    nearest = min(levels, key=lambda level: abs(math.log(level.expected_loss_bp) - place))
    pairs = pairwise(levels)
    low, high = next((low, high) for low, high in pairs if el_bp < high.expected_loss_bp)
    start, end = math.log(low.expected_loss_bp), math.log(high.expected_loss_bp)
    slope = (high.premium_bp - low.premium_bp) / (end - start)
    return _premium(low.premium_bp + slope * (place - start), nearest.rating, slope, tenor)


def _premium(raw_bp: float, rating: str, slope_bp: float, tenor_years: float) -> GenericPremium:
    return GenericPremium(raw_bp, max(raw_bp, 0.0), rating, slope_bp, tenor_years)


def rating_levels(market: Market, tenor_years: float) -> tuple[RatingLevel, ...]:
    """Every rating of the market at a tenor, in order of expected loss; one without loss is left out."""
    severity = market.credit.loss_given_default_of_ordinary_credit.value
    levels = [_level(rating, severity, tenor_years) for rating in market.credit.ratings]
    positive = [level for level in levels if level.expected_loss_bp > 0.0]
    return tuple(sorted(positive, key=lambda level: level.expected_loss_bp))


def _level(rating: Rating, severity: float, tenor_years: float) -> RatingLevel:
    under_p = cumulative_default(rating, tenor_years)
    under_q = float(wang_distortion(under_p, tenor_years, rating.wang_theta))
    return RatingLevel(
        rating.rating,
        _loss_bp(severity, under_p, tenor_years),
        _loss_bp(severity, under_q, tenor_years),
        rating.option_adjusted_spread_bp,
    )


def _loss_bp(severity: float, default_probability: float, tenor_years: float) -> float:
    hazard = -math.log1p(-min(default_probability, 1.0 - 1e-12)) / tenor_years
    return severity * hazard * BASIS_POINTS_PER_UNIT


def cumulative_default(rating: Rating, tenor_years: float) -> float:
    """Cumulative default probability of a rating under P, hazard constant between the table's years.

    Before the first year the hazard is that of the first year, after the last one that of the last step.
    """
    hazards = [-math.log1p(-min(share, 1.0 - 1e-12)) for share in rating.cumulative_default]
    years, sums = (0.0, *rating.years), (0.0, *hazards)
    step = next((i for i in range(1, len(years)) if tenor_years <= years[i]), len(years) - 1)
    slope = (sums[step] - sums[step - 1]) / (years[step] - years[step - 1])
    return -math.expm1(-(sums[step - 1] + slope * (tenor_years - years[step - 1])))

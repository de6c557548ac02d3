"""What a desk writes down about one convertible: floor, parity, value, and the spread that its price implies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from haircut.errors import CannotCompute, InputRefused
from haircut.pricing.convertible.terms import ConvertibleMarket, ConvertibleTerms
from haircut.pricing.convertible.value import (
    NODES,
    ConvertibleValue,
    convertible_price,
    implied_credit_spread,
    implied_volatility,
    value_convertible,
)

Range = tuple[float, float]


@dataclass(frozen=True)
class ConvertNote:
    """One note on the convert sheet; prices per 100 of par, dirty.

    Attributes:
        name: as it is printed.
        as_of: day of valuation.
        maturity_date: day of redemption.
        stock_price_usd: today's.
        conversion_price_usd: at which the shares are worth par.
        found: value and sensitivities at the middle of the assumptions.
        value_range: least and largest value over the ranges of volatility and borrow cost.
        quoted: price, or None where none is known.
        implied_spread: credit spread at which the value is the quote, decimal a year; None without a quote or
            where no spread gives it.
        implied_spread_range: the same over the ranges; an end is None where no spread gives the quote there.
        implied_volatility: at which the value is the quote with the market's own survival curve; None likewise.
        volatility: low, middle and high, assumed.
        borrow_cost: low, middle and high, assumed.
    """

    name: str
    as_of: date
    maturity_date: date
    stock_price_usd: float
    conversion_price_usd: float
    found: ConvertibleValue
    value_range: Range
    quoted: float | None
    implied_spread: float | None
    implied_spread_range: tuple[float | None, float | None]
    implied_volatility: float | None
    volatility: tuple[float, float, float]
    borrow_cost: tuple[float, float, float]


def convert_note(
    name: str,
    terms: ConvertibleTerms,
    market: ConvertibleMarket,
    volatility: Range,
    borrow_cost: Range,
    quoted: float | None = None,
    nodes: int = NODES,
) -> ConvertNote:
    """Value one note at the middle of its assumptions and at the ends of their ranges.

    Volatility of a young stock and the cost of borrowing it are not public, so the value and the spread that
    a price implies are ranges. Value rises with volatility and falls with borrow cost, so the implied spread
    is least at low volatility with dear borrow, and largest at high volatility with cheap borrow.

    Args:
        name: as it is printed.
        terms: of the note.
        market: its volatility and borrow cost are the middle.
        volatility: low and high, decimal a year, around the market's.
        borrow_cost: low and high, decimal a year, around the market's.
        quoted: dirty price per 100 of par, or None.
        nodes: of the grid.

    Raises:
        InputRefused: where a range does not fit the market's own value, or as for `value_convertible`.

    >>> from haircut.curves import DiscountCurve, SurvivalCurve
    >>> terms = ConvertibleTerms(date(2030, 3, 1), conversion_price_usd=25.91)
    >>> discount, hazards = DiscountCurve.flat(date(2024, 11, 20), 0.042), SurvivalCurve.flat(0.10, "Q")
    >>> market = ConvertibleMarket(18.18, 0.8, discount, hazards, borrow_cost=0.03)
    >>> note = convert_note("MARA 2030", terms, market, (0.6, 1.0), (0.0, 0.06), quoted=100.0, nodes=60)
    >>> note.value_range[0] < note.found.value < note.value_range[1]
    True
    """
    for what, middle, ends in (
        ("volatility", market.volatility, volatility),
        ("borrow_cost", market.borrow_cost, borrow_cost),
    ):
        if not ends[0] <= middle <= ends[1]:
            raise InputRefused(
                f"{what}: found the range {ends} around {middle}; expected it to hold that value"
            )
    poor = replace(market, volatility=volatility[0], borrow_cost=borrow_cost[1])
    rich = replace(market, volatility=volatility[1], borrow_cost=borrow_cost[0])
    spreads = [_or_none(implied_credit_spread, terms, world, quoted, nodes) for world in (poor, market, rich)]
    return ConvertNote(
        name=name,
        as_of=market.as_of,
        maturity_date=terms.maturity_date,
        stock_price_usd=market.stock_price_usd,
        conversion_price_usd=terms.conversion_price_usd,
        found=value_convertible(terms, market, nodes),
        value_range=(convertible_price(terms, poor, nodes), convertible_price(terms, rich, nodes)),
        quoted=quoted,
        implied_spread=spreads[1],
        implied_spread_range=(spreads[0], spreads[2]),
        implied_volatility=_or_none(implied_volatility, terms, market, quoted, nodes),
        volatility=(volatility[0], market.volatility, volatility[1]),
        borrow_cost=(borrow_cost[0], market.borrow_cost, borrow_cost[1]),
    )


def _or_none(
    implied: Callable[[ConvertibleTerms, ConvertibleMarket, float, int], float],
    terms: ConvertibleTerms,
    market: ConvertibleMarket,
    quoted: float | None,
    nodes: int,
) -> float | None:
    if quoted is None:
        return None
    try:
        return implied(terms, market, quoted, nodes)
    except CannotCompute:
        return None

"""Why rents fall, and why cheaper tokens need not be the reason (docs/methods/why-rents-fall.md)."""

from __future__ import annotations

import math
from typing import Final, NamedTuple


class Term(NamedTuple):
    """A yearly log change with its range.

    Attributes:
        name: what changes.
        side: ``price`` of a token at fixed quality, ``tokens`` a GPU-hour makes on the same GPU, or ``rivals``:
            what new hardware does to the price of compute, which reaches an old GPU through the token price.
        low, high: log a year, low at most high.
        mark, source: as in a market.
    """

    name: str
    side: str
    low: float
    high: float
    mark: str
    source: str


TERMS: Final[tuple[Term, ...]] = (
    Term("token price at fixed quality", "price", -math.log(900.0), -math.log(9.0), "observed",
         "https://epoch.ai/data-insights/llm-inference-price-trends (9 to 900 times a year, 2025-03)"),
    Term("smaller models of the same quality (distillation and training)", "tokens", math.log(2.0) * 12 / 14,
         math.log(2.0) * 12 / 5, "estimated",
         "https://www.arxiv-vanity.com/papers/2403.05812 (compute halves in 8 months, 5 to 14; pre-training, used "
         "for inference)"),
    Term("quantisation, FP16 to FP8, once", "tokens", 0.0, math.log(1.6), "observed",
         "https://docs.vllm.ai/en/stable/features/quantization/fp8/ (up to 1.6 times)"),
    Term("caching, batching, serving software", "tokens", 0.0, 0.7, "assumed", "assumption"),
    Term("hardware price-performance", "rivals", -0.30, -0.15, "estimated",
         "src/haircut/data/ai_hardware_specs.csv: dense FP16 per release dollar, V100 to A100 to H100"),
)  # fmt: skip
"""The terms of the identity; demand is what is left."""


def rent_change(token_price_change: float, tokens_per_hour_change: float) -> float:
    """d ln rent = d ln token price + d ln tokens per GPU-hour, at a constant share of revenue paid as rent.

    >>> round(rent_change(-math.log(10.0), math.log(12.0)), 3)  # tokens ten times cheaper, rent up 20 %
    0.182
    """
    return token_price_change + tokens_per_hour_change


def implied_tokens(rent_change_per_year: float, token_price_change: float) -> float:
    """Log growth of tokens per GPU-hour that a rent and a token price together imply."""
    return rent_change_per_year - token_price_change


def range_of(side: str) -> tuple[float, float]:
    """Sum of the lows and of the highs of one side's terms, log a year.

    >>> [round(value, 2) for value in range_of("tokens")]
    [0.59, 2.83]
    """
    chosen = [term for term in TERMS if term.side == side]
    return sum(term.low for term in chosen), sum(term.high for term in chosen)


def rent_range() -> tuple[float, float]:
    """What price and tokens alone say of rent, log a year: nothing, for the range holds both signs or none.

    >>> low, high = rent_range()
    >>> round(low, 1), round(high, 1)
    (-6.2, 0.6)
    """
    price, tokens = range_of("price"), range_of("tokens")
    return price[0] + tokens[0], price[1] + tokens[1]

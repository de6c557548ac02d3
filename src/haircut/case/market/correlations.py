"""Correlations of the drivers' shocks, by funding state."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, show
from haircut.case.provenance import Sourced

FACTORS = ("compute", "demand", "power", "rate", "funding_spread")
"""Order of the correlated shocks that every case has."""
ALL_FACTORS = (*FACTORS, "btc")
"""The same with the coin's diffusive shock, which a market with `btc` has; hashrate's own shock stands alone."""


class Correlations(Sourced):
    """Pairs named ``compute-demand``; a pair that is not named is 0.

    With `degrees_of_freedom` nu the shocks of a month share a factor sqrt((nu - 2) / chi2_nu): fat tails that
    come together.
    """

    calm: dict[str, float] = Field(default_factory=dict)
    stress: dict[str, float] = Field(default_factory=dict)
    degrees_of_freedom: float | None = Field(default=None, gt=2.0, le=1000.0)

    @model_validator(mode="after")
    def _pairs_are_known(self) -> Self:
        findings = []
        for state in ("calm", "stress"):
            seen: dict[frozenset[str], str] = {}
            for pair, value in getattr(self, state).items():
                names = pair.split("-")
                if len(names) != 2 or not set(names) <= set(ALL_FACTORS) or names[0] == names[1]:
                    pairs = f"a pair of two of {', '.join(ALL_FACTORS)}, joined by '-'"
                    findings.append(Finding((state, pair), f"the pair {show(pair)}", pairs))
                    continue
                if not -1.0 < value < 1.0:
                    findings.append(Finding((state, pair), show(value), "a number strictly between -1 and 1"))
                first = seen.setdefault(frozenset(names), pair)
                if first != pair:
                    findings.append(Finding((state, pair), f"the pair {show(first)} again", "each pair once"))
        if findings:
            raise RefusalError(findings)
        return self

    def matrix(self, state: str) -> tuple[tuple[float, ...], ...]:
        """The correlation matrix of a funding state, calm or stress, in the order of ALL_FACTORS."""
        size = len(ALL_FACTORS)
        rows = [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)]
        for pair, value in getattr(self, state).items():
            i, j = (ALL_FACTORS.index(name) for name in pair.split("-"))
            rows[i][j] = rows[j][i] = value
        return tuple(tuple(row) for row in rows)

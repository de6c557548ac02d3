"""Correlations of the drivers' shocks, by funding state."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from haircut.case.provenance import Sourced

FACTORS = ("compute", "demand", "power", "rate", "funding_spread")
"""Order of the correlated shocks."""


class Correlations(Sourced):
    """Pairs named ``compute-demand``; a pair that is not named is 0."""

    calm: dict[str, float] = Field(default_factory=dict)
    stress: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _pairs_are_known(self) -> Self:
        for state in ("calm", "stress"):
            for pair, value in getattr(self, state).items():
                names = pair.split("-")
                if len(names) != 2 or names[0] not in FACTORS or names[1] not in FACTORS or names[0] == names[1]:
                    raise ValueError(f"{state}.{pair}: a pair of two of {', '.join(FACTORS)} joined by '-'")
                if not -1.0 < value < 1.0:
                    raise ValueError(f"{state}.{pair}: {value} lies strictly between -1 and 1")
        return self

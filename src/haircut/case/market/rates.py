"""Interest rates."""

from __future__ import annotations

import itertools
from typing import ClassVar, Self

from pydantic import model_validator

from haircut.case.findings import Finding, RefusalError, show
from haircut.case.provenance import Frozen, NonNegativeQuantity, Positive, Quantity, Sourced


class ParYield(Sourced):
    """A node of the par curve."""

    key_fields: ClassVar[tuple[str, ...]] = ("tenor_years",)

    tenor_years: Positive
    value: float


class RatesMarket(Frozen):
    """The curve's nodes and the Hull-White parameters around it."""

    overnight: Quantity
    par_yields: tuple[ParYield, ...]
    mean_reversion: NonNegativeQuantity
    volatility: NonNegativeQuantity

    @model_validator(mode="after")
    def _tenors_rise(self) -> Self:
        tenors = [node.tenor_years for node in self.par_yields]
        findings = [
            Finding(
                ("par_yields", index, "tenor_years"),
                show(later),
                f"more than the one before it, {show(earlier)}",
            )
            for index, (earlier, later) in enumerate(itertools.pairwise(tenors), start=1)
            if later <= earlier
        ]
        if findings:
            raise RefusalError(findings)
        return self

"""The compute market: regimes of rent, launches of newer machines, demand."""

from __future__ import annotations

import datetime
from typing import ClassVar, Self

from pydantic import model_validator

from haircut.case.findings import Finding, RefusalError, show
from haircut.case.provenance import (
    Frozen,
    Identifier,
    NonNegative,
    NonNegativeQuantity,
    PositiveQuantity,
    Quantity,
    Share,
    Sourced,
    descriptive,
)

REGIMES = ("glut", "balanced", "scarce")
"""The states of the compute market, in order."""


class ByRegime(Sourced):
    """One number for each state of the compute market."""

    glut: float
    balanced: float
    scarce: float

    def values(self) -> tuple[float, float, float]:
        return (self.glut, self.balanced, self.scarce)


class Launch(Sourced):
    """A newer generation (or a rival accelerator) that takes rent from all machines launched before it.

    `launch_date` is before delay; the delay is exponential with `delay_mean_months`. A rival names in
    `applies_to` the machines whose customers it can win; without it every older machine loses.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("generation",)

    generation: Identifier
    launch_date: datetime.date
    wedge: Share
    ramp_months: NonNegative
    delay_mean_months: NonNegative
    applies_to: tuple[Identifier, ...] | None = None
    wedge_range: tuple[float, float] | None = descriptive(default=None)

    def takes_from(self, device: str, launch_date: datetime.date) -> bool:
        """Whether a machine loses rent to this generation."""
        return self.launch_date > launch_date and (self.applies_to is None or device in self.applies_to)


class ComputeMarket(Frozen):
    """Parameters of the log quality-adjusted price of compute c and of demand X (`docs/methods`)."""

    drift: ByRegime
    volatility: ByRegime
    transition_from_glut: ByRegime
    transition_from_balanced: ByRegime
    transition_from_scarce: ByRegime
    initial_state: ByRegime
    demand_level: ByRegime
    depth_factor: ByRegime
    stress_coupling: PositiveQuantity
    pull_speed: NonNegativeQuantity
    entry_rent: PositiveQuantity
    entry_rent_drift: Quantity
    demand_speed: PositiveQuantity
    demand_loading_customers: Quantity
    demand_loading_utilisation: Quantity
    theta: Quantity
    theta_regime: Quantity
    reference_device: Identifier = descriptive(default="h100-sxm")
    launches: tuple[Launch, ...] = ()

    @model_validator(mode="after")
    def _probabilities(self) -> Self:
        findings: list[Finding] = []
        for name in (
            "transition_from_glut",
            "transition_from_balanced",
            "transition_from_scarce",
            "initial_state",
        ):
            values = getattr(self, name).values()
            findings += self._negative(name)
            if min(values) >= 0.0 and abs(sum(values) - 1.0) > 1e-9:
                found = f"probabilities that sum to {sum(values):.10g}"
                findings.append(Finding((name,), found, "glut, balanced and scarce that sum to 1"))
        findings += [*self._negative("volatility"), *self._negative("depth_factor")]
        if findings:
            raise RefusalError(findings)
        return self

    def _negative(self, name: str) -> list[Finding]:
        states = getattr(self, name)
        return [
            Finding((name, state), show(getattr(states, state)), "a number of at least 0")
            for state in REGIMES
            if getattr(states, state) < 0.0
        ]

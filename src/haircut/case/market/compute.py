"""The compute market: regimes of rent, launches of newer machines, demand."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import model_validator

from haircut.case.provenance import Frozen, Identifier, NonNegative, Quantity, Share, Sourced, descriptive


class ByRegime(Sourced):
    """One number for each state of the compute market."""

    glut: float
    balanced: float
    scarce: float

    def values(self) -> tuple[float, float, float]:
        return (self.glut, self.balanced, self.scarce)


class Launch(Sourced):
    """A newer generation (or a rival accelerator) that takes rent from all machines launched before it.

    `launch_date` is before delay; the delay is exponential with `delay_mean_months`.
    """

    generation: Identifier
    launch_date: datetime.date
    wedge: Share
    ramp_months: NonNegative
    delay_mean_months: NonNegative


class ComputeMarket(Frozen):
    """Parameters of the log quality-adjusted price of compute c and of demand X (`docs/methods/drivers.md`)."""

    drift: ByRegime
    volatility: ByRegime
    transition_from_glut: ByRegime
    transition_from_balanced: ByRegime
    transition_from_scarce: ByRegime
    initial_state: ByRegime
    demand_level: ByRegime
    depth_factor: ByRegime
    stress_coupling: Quantity
    pull_speed: Quantity
    entry_rent: Quantity
    entry_rent_drift: Quantity
    demand_speed: Quantity
    demand_loading_customers: Quantity
    demand_loading_utilisation: Quantity
    theta: Quantity
    theta_regime: Quantity
    reference_device: Identifier = descriptive(default="h100-sxm")
    launches: tuple[Launch, ...] = ()

    @model_validator(mode="after")
    def _probabilities(self) -> Self:
        for name in (
            "transition_from_glut", "transition_from_balanced", "transition_from_scarce", "initial_state",
        ):
            values = getattr(self, name).values()
            if min(values) < 0.0 or abs(sum(values) - 1.0) > 1e-9:
                raise ValueError(f"{name}: probabilities are not negative and sum to 1, not {sum(values):.10g}")
        if min(self.volatility.values()) < 0.0:
            raise ValueError("volatility: not negative")
        if min(self.depth_factor.values()) < 0.0:
            raise ValueError("depth_factor: not negative")
        return self

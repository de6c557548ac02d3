"""What a path leaves of one loan: the columns of `credit.outcomes` under their names, and its default."""

from __future__ import annotations

from dataclasses import dataclass, field

LEGS = {
    "customer": "customer",
    "ltv": "collateral",
    "coverage": "collateral",
    "clearing": "collateral",
    "maturity": "maturity",
    "liquidity": "maturity",
    "margin_call": "margin",
}
"""Leg of expected loss of a root cause; what is not named here is other."""


@dataclass
class Outcome:
    """One loan on one path."""

    original: float
    pv: float = 0.0
    draws_pv: float = 0.0
    rpv01: float = 0.0
    pv_ell: float = 0.0
    draws_pv_ell: float = 0.0
    rpv01_ell: float = 0.0
    cause: str = "none"
    root: str = "none"
    month: int = 0
    exposure: float = 0.0
    discount: float = 0.0
    recovered: float = 0.0
    waited: float = 0.0
    spent: float = 0.0
    round: int = 0
    by: int = -1
    events: list[str] = field(default_factory=list)

    @property
    def defaulted(self) -> bool:
        return self.cause != "none"

    def columns(self) -> dict[str, float]:
        """By the names of `credit.outcomes.COLUMNS`."""
        loss = max(self.exposure - self.recovered, 0.0) if self.defaulted else 0.0
        row = {
            "pv": self.pv,
            "draws_pv": self.draws_pv,
            "rpv01": self.rpv01,
            "pv_ell": self.pv_ell,
            "draws_pv_ell": self.draws_pv_ell,
            "rpv01_ell": self.rpv01_ell,
            "loss_pv": loss * self.discount,
            "ead": self.exposure,
            "loss": loss,
            "default_1y": float(self.defaulted and self.month <= 12),
            "default_3y": float(self.defaulted and self.month <= 36),
            "default_maturity": float(self.defaulted),
            "material_loss": float(loss > 0.01 * self.original),
            "recovery": self.recovered,
            "loss_time": min(self.waited, loss),
            "loss_cost": max(min(self.waited + self.spent, loss) - self.waited, 0.0),
        }
        own = LEGS.get(self.root, "other") if self.defaulted else None
        for leg in ("customer", "collateral", "maturity", "margin", "other"):
            row[f"loss_pv_{leg}"] = row["loss_pv"] if leg == own else 0.0
        return row

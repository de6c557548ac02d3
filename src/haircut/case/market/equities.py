"""Shares of issuers: what they load on."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from haircut.case.provenance import Identifier, NonNegative, Sourced


class EquityLaw(Sourced):
    """Monthly log return = loadings times the changes of c, X and log BTC, plus an own shock.

    `drift_per_year` is the growth of the expected price under P; under Q it is the rate. The unit of the row is
    that of a loading: log return per unit of the driver.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("issuer",)

    issuer: Identifier
    compute_loading: float = 0.0
    demand_loading: float = 0.0
    btc_loading: float = 0.0
    own_volatility: NonNegative
    drift_per_year: float = Field(default=0.0, gt=-1.0)

"""The unit of each value of a market: a file that says W where kW is read would be wrong a thousandfold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from haircut.case.fields import walk
from haircut.case.findings import Finding, show
from haircut.case.provenance import Sourced

UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "devices": {
        "rack_density_kw": "kW",
        "new_price": "USD per unit",
        "wall_power": "kW",
        "other_cash_cost": "USD per device-hour",
        "idle_cost": "USD per device-hour",
        "utilisation": "share",
        "failure_hazard": "per year",
        "maximum_age": "years",
        "required_return": "per year",
        "salvage": "USD per unit",
        "psi_mark": "share",
        "psi_sale": "share",
        "installed_base": "units",
    },
    "rents": {"": "USD per GPU-hour"},
    "resale": {"": "USD per unit"},
    "term_quotes": {"": "USD per GPU-hour"},
    "rent_history": {"": "USD per GPU-hour"},
    "residuals": {"": "share of the price when new"},
    "rig_buyers": {"": "USD per kWh"},
    "rigs": {
        "rack_density_kw": "kW",
        "new_price": "USD per unit",
        "efficiency": "J/TH",
        "hash_rate": "TH/s",
        "overhead": "ratio",
        "other_cash_cost": "USD per device-hour",
        "idle_cost": "USD per device-hour",
        "uptime": "share",
        "failure_hazard": "per year",
        "maximum_age": "years",
        "required_return": "per year",
        "salvage": "USD per unit",
        "psi_mark": "share",
        "psi_sale": "share",
        "installed_base": "units",
    },
    "rates": {"overnight": "per year", "par_yields": "per year", "mean_reversion": "per year"},
    "power": {"price": "USD per kWh", "speed": "per year"},
    "funding": {
        "calm_to_stress": "probability per month",
        "stress_to_calm": "probability per month",
        "spread": "per year",
        "spread_mean_calm": "per year",
        "spread_mean_stress": "per year",
        "speed": "per year",
        "equity_access_calm": "share",
        "equity_access_stress": "share",
        "sector_loss_spread": "spread per 1.00 of risk budgets lost",
    },
    "compute": {
        "drift": "log per year",
        "transition_from_glut": "probability per month",
        "transition_from_balanced": "probability per month",
        "transition_from_scarce": "probability per month",
        "pull_speed": "per year",
        "entry_rent": "USD per GPU-hour",
        "entry_rent_drift": "log per year",
        "demand_speed": "per year",
    },
    "credit": {"ell_novelty": "bp per year"},
    "btc": {
        "price": "USD per BTC",
        "drift_calm": "per year",
        "drift_stress": "per year",
        "volatility_calm": "per square root of a year",
        "volatility_stress": "per square root of a year",
        "jumps_per_year": "per year",
        "jump_mean": "log",
        "jump_deviation": "log",
        "sale_fee": "share",
    },
    "network": {
        "hashrate": "EH/s",
        "subsidy": "BTC per block",
        "fees": "BTC per block",
        "efficiency": "J/TH",
        "efficiency_gain": "log per year",
        "power_price": "USD per kWh",
        "target_margin": "share",
        "speed_up": "per year",
        "speed_down": "per year",
        "volatility": "per square root of a year",
    },
    "liquidation": {
        "depth": "share",
        "transaction_cost": "share",
        "broker_fee": "share",
        "holding_cost": "share",
        "enforcement_lag": "months",
        "longest_sale": "months",
    },
}
"""By file and field; "" is an item of the file's own list. A unit may go on, as in `kW with PUE`."""


def unit_findings(parts: Mapping[str, Any]) -> Iterator[Finding]:
    """The values of a market file whose unit is not the one that is read."""
    for path, value, _ in walk({name: parts[name] for name in UNITS if name in parts}):
        if not isinstance(value, Sourced):
            continue
        names = [part for part in path[1:] if isinstance(part, str)]
        expected = UNITS[str(path[0])].get(names[0] if names else "")
        if expected is not None and not f"{value.unit} ".startswith(f"{expected} "):
            yield Finding((*path, "unit"), show(value.unit), f"{expected} (words may follow)")

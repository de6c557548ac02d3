"""A market with the parts that the machines room reads, from a few numbers."""

import datetime
from typing import Any

from haircut.case.market import ComputeMarket, Device, Launch, Market, RentQuote
from haircut.case.market.compute import ByRegime
from haircut.case.market.funding import FundingMarket
from haircut.case.market.power import PowerMarket
from haircut.case.provenance import Quantity

AS_OF = datetime.date(2026, 10, 1)
SOURCED: dict[str, Any] = {"unit": "1", "date": AS_OF, "mark": "assumed", "source": "test"}
BASIS = "one-year-specialist-sxm"


def quantity(value: float) -> Quantity:
    return Quantity(value=value, **SOURCED)


def by_regime(glut: float, balanced: float, scarce: float) -> ByRegime:
    return ByRegime(glut=glut, balanced=balanced, scarce=scarce, **SOURCED)


def launch(
    generation: str, date: datetime.date, wedge: float, ramp: float = 12.0, delay: float = 4.0
) -> Launch:
    return Launch(
        generation=generation,
        launch_date=date,
        wedge=wedge,
        ramp_months=ramp,
        delay_mean_months=delay,
        **SOURCED,
    )


def default_launches(factor: float = 1.0) -> tuple[Launch, ...]:
    dates = [datetime.date(2027, 1, 1), *(datetime.date(year, 12, 1) for year in range(2027, 2045))]
    wedges = [0.12, 0.10, 0.10]
    wedges += [0.08] * (len(dates) - len(wedges))
    pairs = zip(dates, wedges, strict=True)
    return tuple(launch(f"g{n}", date, factor * wedge) for n, (date, wedge) in enumerate(pairs))


def compute_market(**changes: Any) -> ComputeMarket:
    values: dict[str, Any] = {
        "drift": by_regime(-0.35, -0.08, 0.32),
        "volatility": by_regime(0.20, 0.15, 0.22),
        "transition_from_glut": by_regime(0.945, 0.050, 0.005),
        "transition_from_balanced": by_regime(0.030, 0.945, 0.025),
        "transition_from_scarce": by_regime(0.010, 0.060, 0.930),
        "initial_state": by_regime(0.0, 0.2, 0.8),
        "demand_level": by_regime(-1.2, 0.0, 1.2),
        "depth_factor": by_regime(0.5, 1.0, 1.3),
        "stress_coupling": quantity(2.0),
        "pull_speed": quantity(0.25),
        "entry_rent": quantity(2.00),
        "entry_rent_drift": quantity(-0.08),
        "demand_speed": quantity(0.7),
        "demand_loading_customers": quantity(1.0),
        "demand_loading_utilisation": quantity(0.15),
        "theta": quantity(0.3),
        "theta_regime": quantity(0.3),
        "launches": default_launches(),
    }
    return ComputeMarket(**{**values, **changes})


def device(**changes: float) -> Device:
    values = {
        "wall_power": 1.0,
        "other_cash_cost": 0.37,
        "idle_cost": 0.37,
        "utilisation": 0.8,
        "failure_hazard": 0.03,
        "maximum_age": 8.0,
        "required_return": 0.15,
        "salvage": 0.0,
        "psi_mark": 0.6,
        "psi_sale": 0.29,
        "installed_base": 3.5e6,
        "rack_density_kw": 40.0,
        "new_price": 30000.0,
    }
    return Device(
        id="h100-sxm",
        name="H100 SXM",
        launch_date=datetime.date(2022, 10, 1),
        cooling="air",
        **{name: quantity(value) for name, value in {**values, **changes}.items()},
    )


def rent_quote(value: float, device_id: str = "h100-sxm", date: datetime.date = AS_OF) -> RentQuote:
    return RentQuote(
        basis=BASIS,
        device=device_id,
        value=value,
        panel="p",
        tier="specialist",
        tenor_months=12,
        kind="traded",
        **{**SOURCED, "date": date},
    )


def market(compute: ComputeMarket | None = None, **changes: Any) -> Market:
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "default_rent_basis": BASIS,
        "compute": compute or compute_market(),
        "devices": (device(),),
        "rents": (rent_quote(2.65),),
        "power": PowerMarket(
            price=quantity(0.08), forward_drift=quantity(0.0), volatility=quantity(0.2), speed=quantity(2.0)
        ),
        "funding": FundingMarket(
            calm_to_stress=quantity(0.028),
            stress_to_calm=quantity(0.158),
            initial_stress=quantity(0.0),
            spread=quantity(0.0275),
            spread_mean_calm=quantity(0.0275),
            spread_mean_stress=quantity(0.061),
            speed=quantity(2.0),
            volatility=quantity(0.33),
            equity_access_calm=quantity(0.02),
            equity_access_stress=quantity(0.005),
            sector_loss_spread=quantity(0.02),
        ),
    }
    return Market.model_construct(**{**values, **changes})

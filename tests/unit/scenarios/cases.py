"""A whole case from a few numbers: the drivers' defaults, three obligors, two devices."""

import dataclasses
import datetime
from typing import Any

from haircut.case.book import Book, Borrower, Claim, Credit, Customer, Fleet, Issuer, Site
from haircut.case.book.claims import Amortisation, Interest
from haircut.case.case import Case
from haircut.case.market import (
    ComputeMarket,
    CreditCurve,
    CreditMarket,
    Device,
    Launch,
    Market,
    Rating,
    RentQuote,
)
from haircut.case.market.btc import BtcMarket
from haircut.case.market.compute import ByRegime
from haircut.case.market.correlations import Correlations
from haircut.case.market.equities import EquityLaw
from haircut.case.market.funding import FundingMarket
from haircut.case.market.liquidation import LiquidationMarket
from haircut.case.market.network import NetworkMarket
from haircut.case.market.power import PowerMarket
from haircut.case.market.rates import ParYield, RatesMarket
from haircut.case.provenance import Quantity
from haircut.case.settings import Scenario, Settings
from haircut.machines.law import RentLaw
from haircut.machines.rent import rent_law, rent_today
from haircut.scenarios.parameters import Measure, ScenarioParameters, compile_scenario
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set

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


def launches() -> tuple[Launch, ...]:
    return (
        launch("rubin", datetime.date(2026, 9, 1), 0.12),
        launch("rubin-ultra", datetime.date(2027, 12, 1), 0.10),
        launch("feynman", datetime.date(2028, 12, 1), 0.10),
        launch("next", datetime.date(2029, 12, 1), 0.08),
    )


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
        "launches": launches(),
    }
    return ComputeMarket(**{**values, **changes})


def device(name: str, launch_date: datetime.date) -> Device:
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
    numbers = {field: quantity(value) for field, value in values.items()}
    return Device(id=name, name=name, launch_date=launch_date, cooling="air", **numbers)


def rent_quote(name: str, value: float) -> RentQuote:
    return RentQuote(
        basis=BASIS,
        device=name,
        value=value,
        panel="p",
        tier="specialist",
        tenor_months=12,
        kind="traded",
        **SOURCED,
    )


def rating(name: str, first: float, fifth: float, theta: float) -> Rating:
    return Rating(
        rating=name,
        years=(1.0, 5.0),
        cumulative_default=(first, fifth),
        wang_theta=theta,
        option_adjusted_spread_bp=200.0,
        **SOURCED,
    )


def funding(**changes: float) -> FundingMarket:
    values = {
        "calm_to_stress": 0.028,
        "stress_to_calm": 0.158,
        "initial_stress": 0.0,
        "spread": 0.0275,
        "spread_mean_calm": 0.0275,
        "spread_mean_stress": 0.061,
        "speed": 2.0,
        "volatility": 0.33,
        "equity_access_calm": 0.02,
        "equity_access_stress": 0.005,
        "sector_loss_spread": 0.02,
    }
    return FundingMarket(**{name: quantity(value) for name, value in {**values, **changes}.items()})


def power(volatility: float = 0.2) -> PowerMarket:
    return PowerMarket(
        price=quantity(0.08),
        forward_drift=quantity(0.02),
        volatility=quantity(volatility),
        speed=quantity(2.0),
    )


def rates(volatility: float = 0.01) -> RatesMarket:
    return RatesMarket(
        overnight=quantity(0.0365),
        par_yields=tuple(
            ParYield(tenor_years=tenor, value=value, **SOURCED)
            for tenor, value in ((1.0, 0.036), (2.0, 0.0355), (5.0, 0.037), (10.0, 0.041))
        ),
        mean_reversion=quantity(0.05),
        volatility=quantity(volatility),
    )


def correlations(**changes: dict[str, float]) -> Correlations:
    values = {
        "calm": {"compute-demand": 0.4, "power-rate": 0.2},
        "stress": {"compute-demand": 0.4, "compute-funding_spread": -0.3, "power-rate": 0.1},
    }
    return Correlations(**{**values, **changes}, **SOURCED)


def credit_market(theta: float = 0.3) -> CreditMarket:
    return CreditMarket(
        ratings=(
            rating("BB", 0.0063, 0.0643, theta),
            rating("B", 0.0334, 0.1735, theta),
            rating("CCC", 0.2830, 0.4858, theta),
        ),
        curves=(
            CreditCurve(
                id="parent-cds",
                name="Parent",
                kind="cds",
                tenor_years=(1.0, 5.0),
                spread_bp=(450.0, 700.0),
                recovery=0.4,
                **SOURCED,
            ),
        ),
        loss_given_default_of_ordinary_credit=quantity(0.6),
    )


def market(**changes: Any) -> Market:
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "name": "test",
        "default_rent_basis": BASIS,
        "compute": compute_market(),
        "devices": (
            device("h100", datetime.date(2022, 10, 1)),
            device("rubin-gpu", datetime.date(2026, 10, 1)),
        ),
        "rents": (rent_quote("h100-sxm", 2.65), rent_quote("h100", 2.65), rent_quote("rubin-gpu", 7.0)),
        "rates": rates(),
        "power": power(),
        "funding": funding(),
        "correlations": correlations(),
        "credit": credit_market(),
        "liquidation": LiquidationMarket(
            **{name: quantity(0.1) for name in LiquidationMarket.model_fields if name not in ("impact",)}
        ),
    }
    return Market(**{**values, **changes})


def btc(**changes: float) -> BtcMarket:
    values = {
        "price": 78000.0,
        "drift_calm": 0.10,
        "drift_stress": -0.20,
        "volatility_calm": 0.42,
        "volatility_stress": 0.75,
        "jumps_per_year": 12.0,
        "jump_mean": -0.02,
        "jump_deviation": 0.11,
        "sale_fee": 0.005,
    }
    return BtcMarket(**{name: quantity(value) for name, value in {**values, **changes}.items()})


def network(**changes: float) -> NetworkMarket:
    values = {
        "hashrate": 894.0,
        "subsidy": 3.125,
        "fees": 0.05,
        "efficiency": 22.0,
        "efficiency_gain": 0.12,
        "power_price": 0.05,
        "target_margin": 0.15,
        "speed_up": 0.5,
        "speed_down": 2.0,
        "volatility": 0.2,
    }
    numbers = {name: quantity(value) for name, value in {**values, **changes}.items()}
    return NetworkMarket(next_halving=datetime.date(2028, 4, 15), **numbers)


def equity(issuer: str = "parent", **changes: float) -> EquityLaw:
    values = {
        "compute_loading": 1.0,
        "demand_loading": 0.2,
        "btc_loading": 1.2,
        "own_volatility": 0.6,
        "drift_per_year": 0.08,
    }
    return EquityLaw(issuer=issuer, **{**values, **changes}, **SOURCED)


def coin_correlations(**changes: Any) -> Correlations:
    values: dict[str, Any] = {
        "calm": {"compute-demand": 0.4, "btc-funding_spread": -0.2},
        "stress": {"compute-demand": 0.4, "btc-funding_spread": -0.5, "compute-btc": 0.3},
    }
    return Correlations(**{**values, **changes}, **SOURCED)


def coin_case(**changes: Any) -> Case:
    """The case with a coin, a network and the shares of its issuer."""
    values: dict[str, Any] = {
        "btc": btc(),
        "network": network(),
        "equities": (equity(),),
        "correlations": coin_correlations(),
    }
    return case(**{**values, **changes})


def coin_set(
    of: Case, months: int, seed: int = 1, paths: int = 2048, drift_at_p: bool = False
) -> ScenarioSet:
    recipe = compile_scenario_set(of, months, laws(of, months), coin=True, drift_at_p=drift_at_p)
    return dataclasses.replace(recipe, seed=seed, paths=paths)


def book(customers: tuple[Customer, ...] | None = None) -> Book:
    usual = (
        Customer(id="acme", name="Acme", credit=Credit(rating="B")),
        Customer(id="bolt", name="Bolt", credit=Credit(hazard_per_year=0.02, measure="P", wang_rating="BB")),
    )
    return Book(
        issuers=(
            Issuer(
                id="parent",
                name="Parent",
                segment="ai_infrastructure",
                credit=Credit(curve="parent-cds", wang_rating="B"),
            ),
        ),
        borrowers=(Borrower(id="spv", name="SPV", issuer="parent"),),
        sites=(Site(id="hall", name="Hall"),),
        customers=usual if customers is None else customers,
        fleets=(
            Fleet(
                id="fleet",
                borrower="spv",
                site="hall",
                device="h100",
                units=1000.0,
                cost_usd_per_unit=30000.0,
                in_service=AS_OF,
                book_life_years=6.0,
            ),
        ),
        claims=(
            Claim(
                id="loan",
                name="Loan",
                kind="delayed_draw_term_loan",
                borrower="spv",
                closing_date=AS_OF,
                maturity_date=datetime.date(2031, 10, 1),
                drawn_usd=1e7,
                interest=Interest(kind="floating", margin_bp=400.0),
                amortisation=Amortisation(kind="straight"),
                collateral_fleets=("fleet",),
            ),
        ),
    )


def case(
    customers: tuple[Customer, ...] | None = None,
    settings: Settings | None = None,
    scenario: Scenario | None = None,
    **market_changes: Any,
) -> Case:
    return Case(
        name="test",
        title="Test",
        claim="loan",
        book=book(customers),
        market=market(**market_changes),
        settings=settings or Settings(),
        scenario=scenario or Scenario(),
    )


def laws(of: Case, months: int, devices: tuple[str, ...] = ("h100",)) -> dict[str, RentLaw]:
    result = {}
    for each in of.market.devices:
        if each.id in devices:
            today = rent_today(of.market, each.id)
            assert today is not None
            result[each.id] = rent_law(
                of.market, each, today, months, of.scenario.rent_path, of.scenario.rent_drift_shift
            )
    return result


def parameters(
    of: Case, months: int, measure: Measure = "P", devices: tuple[str, ...] = ("h100",)
) -> ScenarioParameters:
    return compile_scenario(of, months, measure, laws(of, months, devices))


def scenario_set(of: Case, months: int, seed: int = 1, paths: int = 2048) -> ScenarioSet:
    return ScenarioSet(parameters(of, months, "P"), parameters(of, months, "Q"), seed, paths)

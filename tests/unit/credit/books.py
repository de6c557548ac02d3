"""Small books in a quiet market: nothing moves unless a test moves it, so answers are arithmetic.

As-of 2024-12-31, months are whole. One H100 rents for 1 USD an hour at no cost: 730 USD a month a unit. The
curve is flat at 4 % continuous. Nobody defaults, nothing is volatile, machines do not age before 30 years.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

from haircut.case.book import (
    Account,
    Book,
    Borrower,
    Claim,
    Contract,
    Credit,
    Customer,
    Fleet,
    Issuer,
    LenderCase,
    Site,
)
from haircut.case.book.claims import Amortisation, Guarantee, Interest, StatedRecovery
from haircut.case.case import Case
from haircut.case.market import ComputeMarket, CreditMarket, Device, Market, RatesMarket, Rating, RentQuote
from haircut.case.market.compute import ByRegime
from haircut.case.market.correlations import Correlations
from haircut.case.market.funding import FundingMarket
from haircut.case.market.liquidation import LiquidationMarket
from haircut.case.market.power import PowerMarket
from haircut.case.provenance import Quantity
from haircut.case.settings import Scenario, Settings
from haircut.credit import CompiledBook, Outcomes, base_case, compile_book, simulate
from haircut.credit.arrays import BookArrays, Floats, PathState, new_state
from haircut.credit.month import run_path
from haircut.credit.outcomes import CAUSES, COLUMNS, INDEX
from haircut.credit.pay import CAUSES_OF_CASH
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH, EXPOSURE, FACTS, RECOVERED, ROOT
from haircut.credit.trace import BORROWER_LINES, CLAIM_LINES, new_trace
from haircut.curves import month_ends
from haircut.pricing.value import views
from haircut.pricing.view import ClaimView
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block

AS_OF = datetime.date(2024, 12, 31)
SOURCED: dict[str, Any] = {"unit": "1", "date": AS_OF, "mark": "assumed", "source": "test"}
MONTHLY_RENT = 730.0
"""USD a month of one unit that earns 1 USD an hour."""
RATE = 0.04
NEVER = Credit(hazard_per_year=0.0, measure="Q", wang_rating="none", demand_loading=0.0)


def quantity(value: float) -> Quantity:
    return Quantity(value=value, **SOURCED)


def by_regime(glut: float, balanced: float, scarce: float) -> ByRegime:
    return ByRegime(glut=glut, balanced=balanced, scarce=scarce, **SOURCED)


def day(months: int) -> datetime.date:
    """Month end `months` after the as-of date."""
    return month_ends(AS_OF, months)[-1]


def hazard(rate: float) -> Credit:
    """A constant hazard that is the same under P and Q and does not follow demand."""
    return Credit(hazard_per_year=rate, measure="Q", wang_rating="none", demand_loading=0.0)


def liquidation(**changes: Any) -> LiquidationMarket:
    """Sales at value, at once, at no cost, unless stated."""
    values: dict[str, float] = {
        "depth": 0.001, "beta": 0.4, "phi_min": 0.12, "unsold_weight": 0.0, "spread_sensitivity": 0.0,
        "transaction_cost": 0.0, "broker_fee": 0.0, "holding_cost": 0.0, "enforcement_lag": 0.0,
        "step_in_haircut": 0.0, "step_in_cost_uplift": 0.0, "longest_sale": 6.0, "bankruptcy_cost": 0.0,
    }  # fmt: skip
    impact = changes.pop("impact", "none")
    return LiquidationMarket(
        impact=impact, **{name: quantity(value) for name, value in {**values, **changes}.items()}
    )


def device(**changes: float) -> Device:
    values = {
        "wall_power": 0.0, "other_cash_cost": 0.0, "idle_cost": 0.0, "utilisation": 1.0, "failure_hazard": 0.0,
        "maximum_age": 30.0, "psi_mark": 1.0, "psi_sale": 1.0, "salvage": 0.0, "required_return": 0.10,
        "installed_base": 1e6, "rack_density_kw": 40.0, "new_price": 40_000.0,
    }  # fmt: skip
    numbers = {name: quantity(value) for name, value in {**values, **changes}.items()}
    return Device(id="h100", name="H100", launch_date=datetime.date(2022, 10, 1), cooling="air", **numbers)


def quiet_market(
    devices: dict[str, float] | None = None, compute: dict[str, Any] | None = None, **changes: Any
) -> Market:
    """A market without noise. `devices` changes numbers of the one device, `compute` parts of that market."""
    still, quiet = by_regime(0.0, 0.0, 0.0), quantity(0.0)
    moves: dict[str, Any] = {
        "drift": still, "volatility": still, "demand_level": still, "depth_factor": by_regime(1.0, 1.0, 1.0),
        "transition_from_glut": by_regime(1.0, 0.0, 0.0), "transition_from_balanced": by_regime(0.0, 1.0, 0.0),
        "transition_from_scarce": by_regime(0.0, 0.0, 1.0), "initial_state": by_regime(0.0, 1.0, 0.0),
        "stress_coupling": quantity(1.0), "pull_speed": quiet, "entry_rent": quantity(1.0),
        "entry_rent_drift": quiet, "demand_speed": quantity(0.7), "demand_loading_customers": quiet,
        "demand_loading_utilisation": quiet, "theta": quiet, "theta_regime": quiet, "launches": (),
    }  # fmt: skip
    ratings = [("none", (0.0, 0.0), 0.0), ("A", (0.001, 0.01), 100.0), ("B", (0.05, 0.2), 300.0)]
    spread = {"spread": 0.03, "spread_mean_calm": 0.03, "spread_mean_stress": 0.03, "volatility": 0.0}
    chain = {"calm_to_stress": 0.0, "stress_to_calm": 1.0, "initial_stress": 0.0, "speed": 2.0,
             "equity_access_calm": 0.0, "equity_access_stress": 0.0, "sector_loss_spread": 0.0}  # fmt: skip
    power = {"price": 0.08, "forward_drift": 0.0, "volatility": 0.0, "speed": 2.0}
    values: dict[str, Any] = {
        "as_of": AS_OF, "name": "quiet", "default_rent_basis": "spot",
        "compute": ComputeMarket(**{**moves, **(compute or {})}),
        "devices": (device(**(devices or {})),),
        "rents": (
            RentQuote(
                basis="spot", device="h100", value=1.0, panel="p", tier="specialist", tenor_months=0,
                kind="traded", **SOURCED,
            ),
        ),
        "rates": rates(),
        "power": PowerMarket(**{name: quantity(value) for name, value in power.items()}),
        "funding": FundingMarket(**{name: quantity(value) for name, value in {**spread, **chain}.items()}),
        "correlations": Correlations(calm={}, stress={}, **SOURCED),
        "credit": CreditMarket(
            ratings=tuple(
                Rating(
                    rating=name, years=(1.0, 5.0), cumulative_default=shares, wang_theta=0.0,
                    option_adjusted_spread_bp=spread_bp, **SOURCED,
                )
                for name, shares, spread_bp in ratings
            ),
            loss_given_default_of_ordinary_credit=quantity(0.6),
        ),
        "liquidation": liquidation(),
    }  # fmt: skip
    return Market(**{**values, **changes})


def rates(volatility: float = 0.0, rate: float = RATE) -> RatesMarket:
    """Flat at a continuous rate: the overnight node alone, whose forward never ends."""
    return RatesMarket(
        overnight=quantity(float(np.expm1(rate / 365.0) * 360.0)),
        par_yields=(),
        mean_reversion=quantity(0.05),
        volatility=quantity(volatility),
    )


def fleet(**changes: Any) -> Fleet:
    values: dict[str, Any] = {
        "id": "fleet", "borrower": "spv", "site": "hall", "device": "h100", "units": 100.0,
        "cost_usd_per_unit": 40_000.0, "in_service": AS_OF, "book_life_years": 5.0,
    }  # fmt: skip
    return Fleet(**{**values, **changes})


def contract(**changes: Any) -> Contract:
    values: dict[str, Any] = {
        "id": "lease", "borrower": "spv", "fleet": "fleet", "customer": "acme", "units": 100.0,
        "price_usd_per_gpu_hour": 1.0, "start": AS_OF, "end": day(60),
    }  # fmt: skip
    return Contract(**{**values, **changes})


def loan(**changes: Any) -> Claim:
    """Five years, monthly, straight, 10 % fixed on 30/360, unless stated."""
    values: dict[str, Any] = {
        "id": "loan", "name": "Loan", "kind": "project_finance_loan", "borrower": "spv", "closing_date": AS_OF,
        "maturity_date": day(60), "drawn_usd": 1e6,
        "interest": Interest(kind="fixed", coupon=0.10, day_count="30/360"),
        "amortisation": Amortisation(kind="straight"), "payment_frequency_months": 1,
    }  # fmt: skip
    return Claim(**{**values, **changes})


def floating(margin_bp: float, **changes: Any) -> Interest:
    return Interest(kind="floating", margin_bp=margin_bp, **{"day_count": "30/360", **changes})


def recovery(rate: float) -> StatedRecovery:
    return StatedRecovery(rate=rate)


def case(
    *,
    claims: tuple[Claim, ...] | None = None,
    fleets: tuple[Fleet, ...] | None = None,
    contracts: tuple[Contract, ...] = (),
    customer: Credit = NEVER,
    parent: Credit | None = None,
    borrower: Credit | None = None,
    cash: float = 0.0,
    minimum_cash: float = 0.0,
    reserves: tuple[Any, ...] = (),
    overhead: float = 0.0,
    tax_rate: float = 0.0,
    hall_access: bool = True,
    lender_case: LenderCase | None = None,
    settings: dict[str, Any] | None = None,
    scenario: Scenario | None = None,
    market: Market | None = None,
    **devices: float,
) -> Case:
    """One borrower. Keywords beyond the named ones change numbers of the device."""
    book = Book(
        issuers=(Issuer(id="parent", name="Parent", segment="ai_infrastructure", credit=parent),),
        borrowers=(
            Borrower(
                id="spv", name="SPV", issuer="parent", credit=borrower, overhead_usd_per_month=overhead,
                tax_rate=tax_rate,
                accounts=Account(cash_usd=cash, minimum_cash_usd=minimum_cash, reserves=reserves),
            ),
        ),
        sites=(Site(id="hall", name="Hall", hall_access=hall_access),),
        customers=(Customer(id="acme", name="Acme", credit=customer),),
        fleets=(fleet(),) if fleets is None else fleets,
        contracts=contracts,
        claims=(loan(),) if claims is None else claims,
        lender_case=lender_case or LenderCase(),
    )  # fmt: skip
    return Case(
        name="small", title="Small", claim=book.claims[0].id, book=book,
        market=market or quiet_market(devices),
        settings=Settings(**{"re_let_gap_months": 0, "grace_months": 0, **(settings or {})}),
        scenario=scenario or Scenario(),
    )  # fmt: skip


@dataclass(frozen=True)
class Path:
    """What one path of the engine did."""

    compiled: CompiledBook
    row: Floats
    facts: Floats
    state: PathState
    borrower: dict[str, Floats]
    claims: dict[str, dict[str, Floats]]
    ledger: list[tuple[int, int, str, float]]
    error: float

    def out(self, column: str, claim: int = 0) -> float:
        return float(self.row[claim, INDEX[column]])

    def cause(self, claim: int = 0) -> str:
        return CAUSES[int(self.facts[claim, CAUSE])]

    def root(self, claim: int = 0) -> str:
        return CAUSES[int(self.facts[claim, ROOT])]

    def default_month(self, claim: int = 0) -> int:
        return int(self.facts[claim, DEFAULT_MONTH])

    def exposure(self, claim: int = 0) -> float:
        return float(self.facts[claim, EXPOSURE])

    def recovered(self, claim: int = 0) -> float:
        return float(self.facts[claim, RECOVERED])

    def paid(self, cause: str) -> dict[int, float]:
        """USD by month of one cause of cash."""
        found: dict[int, float] = {}
        for month, _, name, amount in self.ledger:
            if name == cause:
                found[month] = found.get(month, 0.0) + amount
        return found

    def received(self, cause: str) -> dict[int, float]:
        """The same where a lender is paid: recoveries pass through the borrower's account first."""
        rules = self.compiled.arrays.rules[0]
        lenders = range(int(rules["first_lender"]), int(rules["first_outside"]))
        found: dict[int, float] = {}
        for month, payee, name, amount in self.ledger:
            if name == cause and payee in lenders:
                found[month] = found.get(month, 0.0) + amount
        return found


def expected(compiled: CompiledBook, **changes: Any) -> ScenarioBlock:
    """One path of expected drivers, with some of its arrays replaced."""
    return expected_block(compiled.scenarios.p, coin=compiled.scenarios.coin_p)._replace(**changes)


def with_defaults(compiled: CompiledBook, **months: int) -> ScenarioBlock:
    """The expected path on which named obligors default in given months."""
    block = expected(compiled)
    default_month = block.default_month.copy()
    for name, month in months.items():
        default_month[compiled.indices.obligors.index(name), 0] = month
    return block._replace(default_month=default_month)


def walk(
    compiled: CompiledBook, block: ScenarioBlock | None = None, arrays: BookArrays | None = None
) -> Path:
    """Run one path of the engine, with its ledger on."""
    book = arrays or compiled.arrays
    block = block or expected(compiled)
    state = new_state(book, ledger_rows=20_000)
    trace = new_trace(book, 1, 1)
    rows, facts = np.zeros((len(book.claims), len(COLUMNS))), np.zeros((len(book.claims), FACTS))
    error = run_path(book, block, 0, state, rows, facts, trace, 0)
    written = state.cash.ledger[: int(state.cash.counters[0]["ledger_rows"])]
    return Path(
        compiled, rows, facts, state,
        {name: trace.borrowers[0, 0, :, line] for line, name in enumerate(BORROWER_LINES)},
        {
            claim: {name: trace.claims[0, position, :, line] for line, name in enumerate(CLAIM_LINES)}
            for position, claim in enumerate(compiled.claim_ids)
        },
        [(int(row[0]), int(row[3]), CAUSES_OF_CASH[int(row[4])], float(row[5])) for row in written],
        float(error),
    )  # fmt: skip


def run(of: Case, block: Any = None, **defaults: int) -> Path:
    """Compile a case and run one path of it; keywords are obligors' months of default."""
    compiled = compile_book(of)
    return walk(compiled, with_defaults(compiled, **defaults))


def priced(compiled: CompiledBook, paths: int, seed: int = 1) -> tuple[ClaimView, Outcomes, Outcomes]:
    """The first claim's view of a simulation without premium, with the outcomes under P and Q."""
    p, q = (simulate(compiled, measure, paths, seed) for measure in ("P", "Q"))
    found = views(compiled, compiled.case, base_case(compiled), p, q, {})
    return found[compiled.claim_ids[0]], p, q


def expectation(compiled: CompiledBook, obligor: str) -> Floats:
    """Expected outcomes of a book in which nothing but one obligor's month of default is random, (claims, columns).

    Every month of default is run once and weighted by its probability: the engine's answer without sampling.
    """
    survival = compiled.scenarios.p.survival[compiled.indices.obligors.index(obligor)]
    total = survival[-1] * walk(compiled).row
    for month in range(1, compiled.months + 1):
        dying = survival[month - 1] - survival[month]
        total += dying * walk(compiled, with_defaults(compiled, **{obligor: month})).row
    return total


def fair_margin(compiled: CompiledBook, means: Floats) -> float:
    """The margin worth par, decimal: contractual + (drawn + draws - PV) / RPV01 of the first claim."""
    name = compiled.claim_ids[0]
    gap = compiled.drawn[name] + means[INDEX["draws_pv"]] - means[INDEX["pv"]]
    return compiled.contract_margin[name] + float(gap / means[INDEX["rpv01"]])


def completion_guarantee() -> Guarantee:
    """A parent that pays what is due until after maturity and owes nothing for a deficiency.

    With a parent that never defaults it lets a borrower without cash pay on time.
    """
    return Guarantee(guarantor="parent", scope="completion", completion_date=day(480))

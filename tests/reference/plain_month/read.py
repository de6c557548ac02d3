"""From compiled arrays and a block of paths to named things. No calculation but the mid-month rent."""

from __future__ import annotations

import math
from typing import Any

from haircut.credit.arrays import RESERVES, BookArrays
from haircut.scenarios.block import ScenarioBlock
from tests.reference.plain_month.things import (
    CompanyTerms,
    Contract,
    Covenant,
    Curve,
    LoanTerms,
    Machines,
    Rules,
    Weather,
    World,
)

TESTS = ("dscr", "ltv_book", "ltv_market", "realisation", "liquidity")
CONSEQUENCES = ("lock_up", "sweep", "margin_step", "acceleration")
SCOPES = ("full", "completion", "bad_acts")
IMPACTS = ("none", "power", "capped_exponential")
COMPUTE, POWER, RATE, FUNDING, FIRST_OBLIGOR = range(5)


def read_world(book: BookArrays, paths: ScenarioBlock, path: int) -> World:
    """The weather of one path. Each group of drivers is read on the path that `reads` names for it."""
    compute, power, rate, funding = (
        int(paths.reads[group, path]) for group in (COMPUTE, POWER, RATE, FUNDING)
    )
    weather = {}
    for month in range(1, int(book.rules["months"][0]) + 1):
        log_rent = [float(line[compute, month]) for line in paths.log_rent]
        opening = [
            float(line[compute, month - 1]) + float(book.rent_step[device, month - 1])
            for device, line in enumerate(paths.log_rent)
        ]
        before, after = (float(paths.discount[rate, at]) for at in (month - 1, month))
        weather[month] = Weather(
            power=float(paths.power_price[power, month]),
            money_market=float(paths.reference_rate[rate, month - 1]),
            discount=after,
            discount_middle=math.sqrt(before * after),
            spread=float(paths.funding_spread[funding, month]),
            demand=float(paths.utilisation_scale[compute, month]),
            depth=float(paths.depth_factor[compute, month]),
            regime=int(paths.regime[compute, month]),
            log_rent=log_rent,
            rent=[
                math.sqrt(math.exp(low) * math.exp(high)) for low, high in zip(opening, log_rent, strict=True)
            ],
        )
    fails = {}
    for obligor in range(len(paths.default_month)):
        month = int(paths.default_month[obligor, paths.reads[FIRST_OBLIGOR + obligor, path]])
        if month > 0:
            fails[obligor] = month
    return World(weather, fails, float(book.rules["spread_today"][0]))


def read_companies(book: BookArrays) -> list[CompanyTerms]:
    """Every borrower of a book with its machines, contracts and loans, the loans in order of rank."""
    rules = _rules(book)
    return [_company(book, rules, number) for number in range(len(book.borrowers))]


def _rules(book: BookArrays) -> Rules:
    row: Any = book.rules[0]
    return Rules(
        months=int(row["months"]),
        grace=int(row["grace"]),
        re_let_gap=int(row["re_let_gap"]),
        lag=int(row["lag"]),
        longest_sale=int(row["longest_sale"]),
        impact=IMPACTS[int(row["impact"])],
        beta=float(row["beta"]),
        least_share=float(row["phi_min"]),
        unsold_weight=float(row["unsold_weight"]),
        spread_sensitivity=float(row["spread_sensitivity"]),
        sale_cost=float(row["sale_cost"]),
        holding_cost=float(row["holding_cost"]),
        step_in_haircut=float(row["step_in_haircut"]),
        refinance_on_signing=bool(row["refinance_on_signing"]),
        bankruptcy_cost=float(row["bankruptcy_cost"]),
        first_company=int(row["first_borrower_obligor"]),
        depth=[float(depth) for depth in book.devices["depth"]],
    )


def _company(book: BookArrays, rules: Rules, number: int) -> CompanyTerms:
    row: Any = book.borrowers[number]
    loans = [_loan(book, at) for at in range(len(book.claims)) if book.claims[at]["borrower"] == number]
    return CompanyTerms(
        number=number,
        parent=int(row["parent"]),
        obligor=int(row["exogenous"]),
        buys=float(row["buys_gpus"]),
        cash=float(row["cash"]),
        minimum_cash=float(row["minimum_cash"]),
        overhead=float(row["overhead"]),
        tax_rate=float(row["tax_rate"]),
        reserves={name: float(book.reserve_opening[number, at]) for at, name in enumerate(RESERVES)},
        reserve_targets={name: book.reserve_target[number, at].tolist() for at, name in enumerate(RESERVES)},
        depreciation=book.depreciation[number].tolist(),
        machines=tuple(
            _machines(book, at) for at in range(len(book.fleets)) if book.fleets[at]["borrower"] == number
        ),
        contracts=tuple(
            _contract(book, at)
            for at in range(len(book.contracts))
            if book.contracts[at]["borrower"] == number
        ),
        loans=tuple(sorted(loans, key=lambda loan: loan.rank)),
        rules=rules,
    )


def _machines(book: BookArrays, number: int) -> Machines:
    row: Any = book.fleets[number]
    surface = int(row["surface"])
    low, step, coarse = (float(part) for part in book.surface_grid[surface])
    values, ahead = book.surface[surface], book.forward[surface]
    months, horizon, regimes = values.shape[0], ahead.shape[1], values.shape[2]
    return Machines(
        number=number,
        device=int(row["device_type"]),
        starts=int(row["start"]),
        last_month=int(row["last"]),
        needs_draw=None if row["draw_claim"] < 0 else (int(row["draw_claim"]), int(row["draw_month"])),
        hall_access=bool(row["hall_access"]),
        count=float(row["units"]),
        utilisation=float(row["utilisation"]),
        kilowatts=float(row["power_kw"]),
        power_price=None if row["power_price"] < 0.0 else float(row["power_price"]),
        other_cost=float(row["other_cost"]),
        idle_cost=float(row["idle_cost"]),
        salvage=float(row["salvage"]),
        mark_basis=float(row["psi_mark"]),
        sale_basis=float(row["psi_sale"]),
        surviving=book.fleet_months["survival"][number].tolist(),
        book_value=book.fleet_months["book_value"][number].tolist(),
        value_curves={
            (month, regime): Curve(low, step, values[month, :, regime])
            for month in range(months)
            for regime in range(regimes)
        },
        ahead_curves={
            (month, k, regime): Curve(low, coarse, ahead[month, k, :, regime])
            for month in range(months)
            for k in range(horizon)
            for regime in range(regimes)
        },
    )


def _contract(book: BookArrays, number: int) -> Contract:
    row: Any = book.contracts[number]
    return Contract(
        machines=int(row["fleet"]),
        customer=int(row["customer"]),
        start=int(row["start"]),
        end=int(row["end"]),
        assignable=bool(row["assignable"]),
        units=float(row["units"]),
        price=float(row["price"]),
        take_or_pay=float(row["take_or_pay"]),
        worth=book.contract_months["value"][number].tolist(),
        cash_to_come=book.contract_months["cash"][number].tolist(),
    )


def _loan(book: BookArrays, number: int) -> LoanTerms:
    row: Any = book.claims[number]
    months: Any = book.claim_months[number]
    promises = [at for at in range(len(book.covenants)) if book.covenants[at]["claim"] == number]
    return LoanTerms(
        number=number,
        rank=int(row["rank"]),
        fixed=bool(row["fixed"]),
        coupon=float(row["coupon"]),
        margin=float(row["margin"]),
        floor=float(row["floor"]),
        hedged=float(row["hedged_share"]),
        swap_rate=float(row["swap_rate"]),
        undrawn_fee=float(row["undrawn_fee"]),
        commitment=float(row["commitment"]),
        drawn=float(row["drawn"]),
        original=float(row["original"]),
        maturity=int(row["maturity"]),
        last_draw=int(row["last_draw"]),
        minimum_cover=float(row["draw_minimum_dscr"]),
        sweep_share=float(row["sweep_share"]),
        contract_rate=float(row["contract_rate"]),
        guarantor=int(row["guarantor"]),
        scope=SCOPES[int(row["scope"])],
        completion=int(row["completion"]),
        guarantor_event=bool(row["guarantor_default_is_event"]),
        guarantor_company=int(row["guarantor_borrower"]),
        deficiency_recovery=float(row["deficiency_recovery"]),
        stated_recovery=None if row["stated_recovery"] < 0.0 else float(row["stated_recovery"]),
        refinanced=bool(row["refinanced"]),
        refinancing_advance=float(row["refinancing_advance"]),
        refinancing_cover=float(row["refinancing_dscr"]),
        refinancing_months=int(row["refinancing_months"]),
        signing_advance=float(row["signing_advance"]),
        pledged=frozenset(at for at in range(len(book.fleets)) if book.collateral[number, at] == 1),
        covenants=tuple(_covenant(book, at) for at in promises),
        payment_dates=frozenset(at for at, due in enumerate(months["payment"]) if due == 1),
        year_fraction=months["accrual"].tolist(),
        schedule=months["schedule"].tolist(),
        draws=months["draws"].tolist(),
        premium=months["ell_factor"].tolist(),
        service_ahead=months["service_ahead"].tolist(),
    )


def _covenant(book: BookArrays, number: int) -> Covenant:
    row: Any = book.covenants[number]
    return Covenant(
        test=TESTS[int(row["test"])],
        consequence=CONSEQUENCES[int(row["consequence"])],
        window=int(row["window"]),
        cure=int(row["cure"]),
        level=float(row["level"]),
        margin_step=float(row["margin_step"]),
        dates=frozenset(at for at, tested in enumerate(book.tested[number]) if tested == 1),
    )

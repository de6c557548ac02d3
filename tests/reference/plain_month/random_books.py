"""Small books drawn at random as compiled arrays, built so that much goes wrong in them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from haircut.credit.arrays import (
    ACCELERATION,
    BAD_ACTS,
    BORROWER,
    CLAIM,
    CLAIM_MONTH,
    COMMITMENT,
    CONTRACT,
    CONTRACT_MONTH,
    COVENANT,
    DEVICE,
    FLEET,
    FLEET_MONTH,
    LEASE,
    LENDER,
    LTV_MARKET,
    RESERVES,
    RULES,
    BookArrays,
    Records,
)
from haircut.scenarios.block import ScenarioBlock

NODES, COARSE = 9, 5
LOW, STEP, COARSE_STEP = float(np.log(0.2)), 0.5, 1.0
CUSTOMER_A, CUSTOMER_B, PARENT, OTHER_GUARANTOR, OWN = range(5)
OBLIGORS = 5
UNIT_COST = 25_000.0


def random_book(rng: Generator, together: bool = False) -> BookArrays:
    """A book of 1-2 borrowers, 1-3 claims, 1-3 fleets, 0-3 contracts, and the features of one borrower alone.

    Borrowers own no device in common and nobody is another's parent, so each can be worked out by itself. `together`
    makes it 2-4 borrowers that sell into one market, rent from each other, and fall with each other.
    """
    months = int(rng.integers(18, 44))
    borrowers = int(rng.integers(2, 5) if together else rng.integers(1, 3))
    devices = int(rng.integers(1, 3)) * (1 if together else borrowers)
    rules = _rules(rng, months, borrowers)
    fleet_owner = np.sort(_owners(rng, borrowers))
    claim_owner = np.sort(_owners(rng, borrowers))
    rules["first_outside"] = rules["first_lender"] + len(claim_owner)
    fleets, fleet_months = _fleets(rng, months, fleet_owner, borrowers, devices)
    contracts, contract_months = _contracts(rng, months, fleets, fleet_months)
    claims, claim_months = _claims(rng, months, claim_owner, fleets, int(rules["first_lender"][0]))
    _fund_by_draws(rng, fleets, claims, claim_months)
    collateral = np.array(
        [
            [_chance(rng, 0.8) and claim["borrower"] == fleet["borrower"] for fleet in fleets]
            for claim in claims
        ],
        dtype=np.int64,
    ).reshape(len(claims), len(fleets))
    covenants, tested = _covenants(rng, months, claims)
    owners, opening, target = _borrowers(rng, months, borrowers, claims, claim_months)
    depreciation = np.zeros((borrowers, months + 1))
    for fleet in fleets:
        depreciation[fleet["borrower"]] += fleet["units"] * UNIT_COST / 72.0
    surface, forward = _values(rng, months, int(rules["longest_sale"][0]), fleets)
    rent_step = np.where(rng.random((devices, months)) < 0.03, -0.2, 0.0)
    depth = np.zeros(devices, DEVICE)
    depth["depth"] = rng.choice([20.0, 200.0, np.inf], devices)
    depth["row"] = np.arange(devices)
    if together:
        fleets["device_type"] = rng.integers(0, devices, len(fleets))
        _tie(rng, rules, owners, claims, contracts, covenants)
    _spans(owners, fleets, claims, contracts)
    return BookArrays(
        rules=rules,
        borrowers=owners,
        claims=claims,
        fleets=fleets,
        contracts=contracts,
        leases=np.zeros(0, LEASE),
        commitments=np.zeros(0, COMMITMENT),
        covenants=covenants,
        devices=depth,
        lenders=np.zeros(0, LENDER),
        collateral=collateral,
        pledged_leases=np.zeros((len(claims), 0), dtype=np.int64),
        lender_shares=np.zeros((len(claims), 0)),
        claim_months=claim_months,
        fleet_months=fleet_months,
        contract_months=contract_months,
        lease_months=np.zeros((0, months + 1), CONTRACT_MONTH),
        tested=tested,
        reserve_opening=opening,
        reserve_target=target,
        depreciation=depreciation,
        rent_step=rent_step,
        surface_grid=np.tile([LOW, STEP, COARSE_STEP], (len(fleets), 1)),
        surface=surface,
        forward=forward,
    )


def _spans(owners: Records, fleets: Records, claims: Records, contracts: Records) -> None:
    """Where each borrower's claims, fleets and contracts stand, and each fleet's contracts."""
    for number, owner in enumerate(owners):
        for name, items in (("claim", claims), ("fleet", fleets), ("contract", contracts)):
            found = np.flatnonzero(items["borrower"] == number)
            owner[f"{name}_first"], owner[f"{name}_end"] = (found[0], found[-1] + 1) if len(found) else (0, 0)
        owner["last_maturity"] = claims["maturity"][claims["borrower"] == number].max()
    for number, fleet in enumerate(fleets):
        found = np.flatnonzero(contracts["fleet"] == number)
        fleet["contract_first"], fleet["contract_end"] = (found[0], found[-1] + 1) if len(found) else (0, 0)


def random_paths(rng: Generator, book: BookArrays, paths: int) -> ScenarioBlock:
    """Plausible drivers with regime switches, crashes of rent and defaults of obligors in any month."""
    months, devices = int(book.rules["months"][0]), len(book.devices)
    shape = (paths, months + 1)
    drift = rng.choice([-0.08, -0.02, 0.01], (devices, paths, 1))
    log_rent = np.log(2.3) + np.cumsum(drift + 0.06 * rng.normal(size=(devices, *shape)), axis=2)
    growth = np.clip(0.04 + 0.01 * np.cumsum(rng.normal(size=(paths, months)), axis=1), -0.01, 0.15)
    discount = np.cumprod(np.concatenate([np.ones((paths, 1)), 1.0 / (1.0 + growth / 12.0)], axis=1), axis=1)
    default_month = np.where(
        rng.random((OBLIGORS, paths)) < np.array([0.5, 0.3, 0.4, 0.4, 0.5])[:, None],
        rng.integers(1, months + 1, (OBLIGORS, paths)),
        0,
    )
    groups = 4 + OBLIGORS
    reads = np.tile(np.arange(paths), (groups, 1))
    if _chance(rng, 0.5):
        reads = np.stack([(np.arange(paths) + shift) % paths for shift in rng.integers(0, paths, groups)])
    return ScenarioBlock(
        log_rent=np.ascontiguousarray(log_rent),
        regime=rng.integers(0, 4, shape),
        utilisation_scale=np.exp(0.15 * rng.normal(size=shape)),
        power_price=0.06 * np.exp(0.3 * rng.normal(size=shape)),
        reference_rate=growth,
        discount=discount,
        stress=np.zeros(shape, dtype=np.int64),
        funding_spread=0.03 * np.exp(0.5 * rng.normal(size=shape)),
        depth_factor=rng.choice([0.5, 1.0, 1.3], shape),
        default_month=default_month.astype(np.int64),
        reads=np.ascontiguousarray(reads.astype(np.int64)),
    )


def _tie(
    rng: Generator, rules: Records, owners: Records, claims: Records, contracts: Records, covenants: Records
) -> None:
    """Rents between borrowers, guarantors whose fall is an event of default, market tests without a cure."""
    count = len(owners)
    rules["bankruptcy_cost"] = rng.choice([0.0, 0.3])
    rules["unsold_weight"] = rng.uniform(0.1, 1.5)
    rules["grace"] = rng.choice([0, 0, 1])
    owners["buys_gpus"] = rng.choice([0.0, 0.1, 0.3]) / 2.0
    for contract in contracts:
        other = (int(contract["borrower"]) + int(rng.integers(1, count))) % count
        if _chance(rng, 0.7):
            contract["customer"] = OBLIGORS + other
    for claim in claims:
        other = (int(claim["borrower"]) + int(rng.integers(1, count))) % count
        if _chance(rng, 0.15):
            claim["guarantor"], claim["guarantor_borrower"] = OBLIGORS + other, other
            claim["scope"], claim["guarantor_default_is_event"] = BAD_ACTS, 1
        if _chance(rng, 0.6):
            claim["guarantor"] = -1 if claim["guarantor"] < OBLIGORS else claim["guarantor"]
            claim["guarantor_default_is_event"] = claim["guarantor"] >= 0
    owners["parent"] = np.where(rng.random(count) < 0.5, -1, owners["parent"])
    for covenant in covenants:
        if _chance(rng, 0.5):
            covenant["test"], covenant["level"] = LTV_MARKET, rng.uniform(0.6, 2.5)
        if _chance(rng, 0.5):
            covenant["cure"], covenant["consequence"] = 0, ACCELERATION


def _chance(rng: Generator, share: float) -> bool:
    return bool(rng.random() < share)


def _owners(rng: Generator, borrowers: int) -> Records:
    """Who owns each of 1-3 things, or as many as there are borrowers; everybody owns one."""
    count = int(rng.integers(borrowers, max(4, borrowers + 1)))
    return np.concatenate([np.arange(borrowers), rng.integers(0, borrowers, count - borrowers)])


def _rules(rng: Generator, months: int, borrowers: int) -> Records:
    rules = np.zeros(1, RULES)
    rules["months"] = months
    rules["grace"] = rng.integers(0, 4)
    rules["re_let_gap"] = rng.integers(0, 6)
    rules["lag"] = rng.integers(0, 5)
    rules["longest_sale"] = rng.integers(1, 9)
    rules["impact"] = rng.integers(0, 3)
    rules["refinance_on_signing"] = _chance(rng, 0.2)
    rules["first_reserve"] = borrowers
    rules["first_lender"] = borrowers * (1 + len(RESERVES))
    rules["beta"] = rng.uniform(0.2, 0.6)
    rules["phi_min"] = rng.uniform(0.0, 0.3)
    rules["unsold_weight"] = rng.uniform(0.0, 0.3)
    rules["spread_sensitivity"] = rng.uniform(0.0, 5.0)
    rules["sale_cost"] = rng.uniform(0.0, 0.1)
    rules["holding_cost"] = rng.uniform(0.0, 0.03)
    rules["step_in_haircut"] = rng.uniform(0.0, 0.5)
    rules["spread_today"] = 0.03
    rules["first_borrower_obligor"] = OBLIGORS
    rules["clearing"] = 1
    return rules


def _fleets(
    rng: Generator, months: int, owner: Records, borrowers: int, devices: int
) -> tuple[Records, Records]:
    fleets = np.zeros(len(owner), FLEET)
    by_month = np.zeros((len(owner), months + 1), FLEET_MONTH)
    for number, fleet in enumerate(fleets):
        fleet["borrower"] = owner[number]
        fleet["device_type"] = owner[number] + borrowers * rng.integers(0, max(devices // borrowers, 1))
        fleet["hall_owner"] = fleet["floor_backer"] = fleet["residual_backer"] = -1
        fleet["surface"] = number
        fleet["start"] = 0 if _chance(rng, 0.7) else rng.integers(1, 6)
        fleet["last"] = rng.integers(12, 60)
        fleet["draw_claim"] = -1
        fleet["hall_access"] = _chance(rng, 0.8)
        fleet["units"] = rng.uniform(20.0, 400.0)
        fleet["utilisation"] = rng.uniform(0.5, 0.95)
        fleet["power_kw"] = rng.uniform(0.5, 1.5)
        fleet["power_price"] = rng.choice([-1.0, 0.07])
        fleet["other_cost"] = rng.uniform(0.1, 0.6)
        fleet["idle_cost"] = rng.uniform(0.0, 0.2)
        fleet["salvage"] = rng.choice([0.0, 500.0])
        fleet["psi_mark"] = rng.uniform(0.5, 1.2)
        fleet["psi_sale"] = rng.uniform(0.3, 1.0)
        age = np.maximum(np.arange(months + 1) - fleet["start"], 0) / 12.0
        by_month[number]["survival"] = np.exp(-rng.uniform(0.0, 0.1) * age)
        by_month[number]["book_value"] = UNIT_COST * np.maximum(1.0 - np.arange(months + 1) / 72.0, 0.0)
    return fleets, by_month


def _contracts(
    rng: Generator, months: int, fleets: Records, fleet_months: Records
) -> tuple[Records, Records]:
    contracts = np.zeros(int(rng.integers(0, 4)), CONTRACT)
    by_month = np.zeros((len(contracts), months + 1), CONTRACT_MONTH)
    free = fleets["units"].copy()
    rented = np.sort(rng.integers(0, len(fleets), len(contracts)))
    for number, contract in enumerate(contracts):
        fleet = int(rented[number])
        contract["fleet"], contract["borrower"] = fleet, fleets[fleet]["borrower"]
        contract["customer"] = rng.choice([CUSTOMER_A, CUSTOMER_B])
        contract["start"] = rng.choice([0, 0, int(rng.integers(1, 8))])
        contract["end"] = rng.integers(contract["start"] + 1, months + 1)
        contract["assignable"] = _chance(rng, 0.8)
        contract["units"] = free[fleet] * rng.uniform(0.4, 1.0)
        free[fleet] -= contract["units"]
        contract["price"] = rng.uniform(1.2, 3.0)
        contract["take_or_pay"] = rng.choice([0.0, 0.7, 1.0])
        span = np.arange(1, months + 1)
        live = (span > contract["start"]) & (span <= contract["end"])
        units = np.where(live, contract["units"] * fleet_months["survival"][fleet, 1:], 0.0)
        margin = units * 730.0 * (contract["price"] * 0.9 - 0.4)
        for month in range(months):
            by_month[number, month]["cash"] = margin[month:].sum()
            by_month[number, month]["value"] = max(0.8 * margin[month:].sum(), 0.0)
    return contracts, by_month


def _claims(
    rng: Generator, months: int, owner: Records, fleets: Records, first_lender: int
) -> tuple[Records, Records]:
    claims = np.zeros(len(owner), CLAIM)
    by_month = np.zeros((len(owner), months + 1), CLAIM_MONTH)
    ranks = np.cumsum(rng.integers(0, 2, len(owner))) + 1
    for number, claim in enumerate(claims):
        plan = by_month[number]
        cost = UNIT_COST * fleets["units"][fleets["borrower"] == owner[number]].sum()
        amount = cost * rng.uniform(0.2, 1.1) / (owner == owner[number]).sum()
        maturity = int(rng.integers(6, months - 2))
        claim["borrower"], claim["lender_account"], claim["rank"] = (
            owner[number],
            first_lender + number,
            ranks[number],
        )
        claim["maturity"] = maturity
        claim["fixed"] = _chance(rng, 0.4)
        claim["coupon"] = rng.uniform(0.03, 0.15)
        claim["margin"] = rng.uniform(0.01, 0.12)
        claim["floor"] = rng.choice([0.0, 0.04])
        claim["hedged_share"] = rng.choice([0.0, 0.5, 1.0])
        claim["swap_rate"] = rng.uniform(0.02, 0.07)
        claim["undrawn_fee"] = rng.choice([0.0, 0.01])
        claim["sweep_share"] = rng.choice([0.0, 0.0, 0.5, 1.0])
        claim["contract_rate"] = rng.uniform(0.04, 0.15)
        claim["guarantor"] = rng.choice([-1, PARENT, OTHER_GUARANTOR])
        claim["guarantor_borrower"] = claim["share_row"] = -1
        claim["secured"] = claim["recourse"] = 1
        claim["scope"] = rng.integers(0, 3)
        claim["completion"] = rng.integers(1, 12)
        claim["guarantor_default_is_event"] = claim["guarantor"] >= 0 and _chance(rng, 0.4)
        claim["refinanced"] = _chance(rng, 0.6)
        claim["refinancing_months"] = rng.integers(6, 48)
        claim["refinancing_advance"] = rng.uniform(0.5, 1.0)
        claim["refinancing_dscr"] = rng.uniform(1.0, 1.5)
        claim["signing_advance"] = rng.uniform(0.5, 1.0)
        claim["stated_recovery"] = rng.choice([-1.0, -1.0, -1.0, -1.0, 0.4])
        claim["deficiency_recovery"] = rng.choice([0.0, 0.4])
        claim["draw_minimum_dscr"] = rng.choice([0.0, 0.0, 1.2])
        plan["accrual"] = rng.choice([1.0 / 12.0, 31.0 / 360.0, 30.0 / 365.0], months + 1)
        plan["ell_factor"] = np.exp(-rng.choice([0.0, 0.02]) * np.arange(months + 1) / 12.0)
        frequency = int(rng.choice([1, 3, 6]))
        plan["payment"][np.arange(maturity, 0, -frequency)] = 1
        dates = np.flatnonzero(plan["payment"])
        _draws(rng, claim, plan, amount)
        share = rng.choice([1.0, 1.0, 0.6, 0.0])
        first = int(rng.integers(0, len(dates)))
        plan["schedule"][dates[first:]] = share * claim["original"] / (len(dates) - first)
        left = claim["original"] - np.cumsum(plan["schedule"])
        service = plan["schedule"] + 0.08 / 12.0 * left * (np.arange(months + 1) <= maturity)
        plan["service_ahead"][:-1] = np.cumsum(service[::-1])[::-1][1:]
    return claims, by_month


def _draws(rng: Generator, claim: Records, plan: Records, amount: float) -> None:
    """A part or all of the amount is drawn later; the last date may come too early, the commitment be larger."""
    claim["drawn"] = amount
    claim["commitment"] = amount * rng.choice([1.0, 1.2])
    if _chance(rng, 0.5):
        claim["drawn"] = amount * rng.choice([0.0, 0.5])
        dates = rng.choice(np.arange(1, 6), int(rng.integers(1, 3)), replace=False)
        plan["draws"][dates] = (amount - claim["drawn"]) / len(dates)
        claim["last_draw"] = dates.max() - _chance(rng, 0.2)
    claim["original"] = claim["drawn"] + plan["draws"].sum()


def _fund_by_draws(rng: Generator, fleets: Records, claims: Records, claim_months: Records) -> None:
    for fleet in fleets:
        for number, claim in enumerate(claims):
            months = np.flatnonzero(claim_months["draws"][number])
            if claim["borrower"] == fleet["borrower"] and len(months) and _chance(rng, 0.5):
                fleet["draw_claim"], fleet["draw_month"] = number, rng.choice(months)
                fleet["start"] = max(fleet["start"], fleet["draw_month"] - 1)


def _covenants(rng: Generator, months: int, claims: Records) -> tuple[Records, Records]:
    rows = [number for number in range(len(claims)) for _ in range(int(rng.integers(0, 4)))]
    covenants = np.zeros(len(rows), COVENANT)
    tested = np.zeros((len(rows), months + 1), dtype=np.int64)
    for row, number in enumerate(rows):
        covenant, claim = covenants[row], claims[number]
        test = int(rng.integers(0, 5))
        levels = {
            0: (0.8, 1.4),
            1: (0.6, 1.2),
            2: (0.6, 1.5),
            3: (0.5, 0.95),
            4: (0.0, 0.05 * claim["original"]),
        }
        covenant["claim"], covenant["test"] = number, test
        covenant["first"] = rng.integers(1, 6)
        covenant["window"] = rng.integers(1, 13)
        covenant["cure"] = rng.integers(0, 4)
        covenant["consequence"] = rng.choice([0, 0, 1, 1, 2, 2, 3])
        covenant["level"] = rng.uniform(*levels[test])
        covenant["margin_step"] = 0.01
        tested[row, np.arange(claim["maturity"], int(covenant["first"]) - 1, -int(rng.choice([1, 3])))] = 1
    return covenants, tested


def _borrowers(
    rng: Generator, months: int, count: int, claims: Records, claim_months: Records
) -> tuple[Records, Records, Records]:
    borrowers = np.zeros(count, BORROWER)
    opening = np.zeros((count, len(RESERVES)))
    target = np.zeros((count, len(RESERVES), months + 1))
    for number, borrower in enumerate(borrowers):
        own = claims["borrower"] == number
        due = claim_months["schedule"][own].sum(axis=0)
        size = claims["original"][own].sum()
        borrower["parent"] = rng.choice([-1, PARENT])
        borrower["corporate"] = borrower["share_row"] = -1
        borrower["exogenous"] = rng.choice([-1, -1, -1, OWN])
        borrower["reserve_account"] = count + number * len(RESERVES)
        borrower["cash"] = size * rng.choice([0.0, 0.01, 0.1])
        borrower["minimum_cash"] = size * rng.choice([0.0, 0.005])
        borrower["overhead"] = size * rng.choice([0.0, 0.0005])
        borrower["tax_rate"] = rng.choice([0.0, 0.25])
        for reserve in range(len(RESERVES)):
            if _chance(rng, 0.5):
                opening[number, reserve] = size * rng.choice([0.0, 0.01, 0.08])
                ahead = int(rng.integers(1, 7))
                target[number, reserve] = [
                    due[month + 1 : month + 1 + ahead].sum() for month in range(months + 1)
                ]
    return borrowers, opening, target


def _values(rng: Generator, months: int, longest: int, fleets: Records) -> tuple[Records, Records]:
    """Values that rise with rent and fall with age; expectations ahead that rise or fall."""
    surface = np.zeros((len(fleets), months + 1, NODES, 4))
    forward = np.zeros((len(fleets), months + 1, longest + 1, COARSE, 4))
    for number, fleet in enumerate(fleets):
        years = np.maximum(fleet["last"] - np.arange(months + longest + 1), 0.0) / 12.0
        scale = 4_000.0 * years * rng.uniform(0.5, 1.5)
        regime = np.array([0.8, 1.0, 1.3, 1.0])
        for nodes, step, out, ahead in (
            (NODES, STEP, surface, None),
            (COARSE, COARSE_STEP, forward, longest),
        ):
            rent = np.exp(LOW + step * np.arange(nodes))
            income = np.maximum(rent - rng.uniform(0.1, 0.6), 0.0)[:, None] * regime
            for month in range(months + 1):
                if ahead is None:
                    out[number, month] = np.maximum(scale[month] * income, fleet["salvage"])
                    continue
                trend = rng.choice([0.95, 0.99, 1.02])
                for k in range(ahead + 1):
                    ahead_value = scale[month + k] * income * trend**k
                    out[number, month, k] = np.maximum(ahead_value, fleet["salvage"])
    return surface, forward

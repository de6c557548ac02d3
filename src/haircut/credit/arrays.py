"""The book inside the engine: indices instead of names, contiguous arrays instead of objects.

`credit/compile.py` is the only writer. A record array holds what one entity says (``claims[c].margin``); what
varies by month has an array of its own, ``[entity, month]`` with months 0..T and index 0 the as-of date.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Records: TypeAlias = Any
"""Record array. Its fields have types for numba and in plain Python (`record`), but none that mypy can see."""
Record: TypeAlias = Any
"""One entry of a record array, passed to kernels by address."""


def record(fields: list[tuple[str, str]]) -> np.dtype[Any]:
    """A record type whose entries give their fields as attributes, compiled or not."""
    return np.dtype((np.record, fields))


RESERVES = ("debt_service", "liquidity", "power")
OUTSIDE = ("customers", "suppliers", "tax", "hedge", "parent", "buyers", "refinancing", "shareholders")
"""Accounts beyond the borrowers and their lenders: the boundary of the book."""

CUSTOMERS, SUPPLIERS, TAX, HEDGE, PARENT, BUYERS, REFINANCING, SHAREHOLDERS = range(len(OUTSIDE))

FULL, COMPLETION, BAD_ACTS = 0, 1, 2
DSCR, LTV_BOOK, LTV_MARKET, REALISATION, LIQUIDITY = range(5)
LOCK_UP, SWEEP, MARGIN_STEP, ACCELERATION = range(4)

CLAIM = record(
    [
        ("borrower", "i8"),
        ("lender_account", "i8"),
        ("rank", "i8"),
        ("fixed", "i8"),
        ("maturity", "i8"),
        ("runs_on", "i8"),  # 1 where the horizon ends it before its maturity
        ("guarantor", "i8"),  # obligor
        ("guarantor_borrower", "i8"),  # the borrower of the book that pays for the guarantor, -1 outside
        ("scope", "i8"),
        ("completion", "i8"),
        ("guarantor_default_is_event", "i8"),
        ("last_draw", "i8"),
        ("refinanced", "i8"),
        ("refinancing_months", "i8"),
        ("secured", "i8"),  # 1 where fleets or leases are pledged
        ("revolving", "i8"),
        ("recourse", "i8"),  # of a coin line
        ("share_row", "i8"),  # row of the issuer's shares where the claim converts, else -1
        ("drawn", "f8"),
        ("commitment", "f8"),
        ("original", "f8"),
        ("coupon", "f8"),
        ("in_kind", "f8"),  # share of interest added to principal
        ("coins", "f8"),  # pledged BTC
        ("initial_ltv", "f8"),
        ("call_ltv", "f8"),
        ("liquidation_ltv", "f8"),
        (
            "slide",
            "f8",
        ),  # share of the way from the call to the month's low that the price goes before a sale
        ("parity", "f8"),  # today's share price over the conversion price
        ("margin", "f8"),
        ("floor", "f8"),
        ("hedged_share", "f8"),
        ("swap_rate", "f8"),
        ("undrawn_fee", "f8"),
        ("draw_minimum_dscr", "f8"),
        ("sweep_share", "f8"),
        ("contract_rate", "f8"),
        ("refinancing_advance", "f8"),
        ("refinancing_dscr", "f8"),
        ("signing_advance", "f8"),
        ("stated_recovery", "f8"),
        ("deficiency_recovery", "f8"),
    ]
)
BORROWER = record(
    [
        ("parent", "i8"),  # obligor, -1 where the issuer never defaults on its own
        ("corporate", "i8"),  # the borrower that is its parent, -1 where the parent stands outside the book
        ("keeps_cash", "i8"),  # 1 for a corporate: what it does not owe stays with it
        ("unmodelled", "i8"),  # 1 where the book holds debts and a credit but no business
        ("share_row", "i8"),  # row of the issuer's shares, -1 where it cannot issue
        ("exogenous", "i8"),
        ("last_maturity", "i8"),
        ("claim_first", "i8"), ("claim_end", "i8"),
        ("fleet_first", "i8"), ("fleet_end", "i8"),
        ("contract_first", "i8"), ("contract_end", "i8"),
        ("lease_first", "i8"), ("lease_end", "i8"),
        ("commitment_first", "i8"), ("commitment_end", "i8"),
        ("reserve_account", "i8"),
        ("cash", "f8"),
        ("minimum_cash", "f8"),
        ("overhead", "f8"),
        ("tax_rate", "f8"),
        ("other_income", "f8"),
        ("coins", "f8"),  # BTC, free
        ("coin_retention", "f8"),
        ("market_cap", "f8"),  # USD today
        ("buys_gpus", "f8"),  # share of the buyers of GPUs that it stands for while it lives
        ("buys_rigs", "f8"),
    ]
)  # fmt: skip
FLEET = record(
    [
        ("borrower", "i8"),
        ("device_type", "i8"),  # not "device": every numpy scalar has an attribute of that name
        ("surface", "i8"),
        ("start", "i8"),
        ("last", "i8"),
        ("draw_claim", "i8"),
        ("draw_month", "i8"),
        ("hall_access", "i8"),
        ("hall_owner", "i8"),  # obligor whose default shuts the hall, -1
        ("contract_first", "i8"),
        ("contract_end", "i8"),
        ("floor_backer", "i8"),  # lessee of last resort: obligor, -1
        ("floor_start", "i8"),
        ("floor_end", "i8"),
        ("residual_backer", "i8"),
        ("residual_until", "i8"),
        ("floor_price", "f8"),  # USD per GPU-hour
        ("residual_value", "f8"),  # USD per unit
        ("units", "f8"),
        ("utilisation", "f8"),
        ("power_kw", "f8"),
        ("power_price", "f8"),
        ("other_cost", "f8"),
        ("idle_cost", "f8"),
        ("salvage", "f8"),
        ("psi_mark", "f8"),
        ("psi_sale", "f8"),
    ]
)
CONTRACT = record(
    [
        ("borrower", "i8"),
        ("fleet", "i8"),
        ("customer", "i8"),
        ("start", "i8"),
        ("end", "i8"),
        ("assignable", "i8"),
        ("units", "f8"),
        ("price", "f8"),
        ("take_or_pay", "f8"),
        ("prepaid", "f8"),  # USD
    ]
)
LEASE = record(
    [
        ("borrower", "i8"),
        ("customer", "i8"),
        ("backer", "i8"),
        ("start", "i8"),
        ("end", "i8"),
        ("assignable", "i8"),
        ("rent", "f8"),  # USD a month
        ("cost", "f8"),  # USD a month
        ("re_let_share", "f8"),
        ("backed_share", "f8"),
    ]
)
COMMITMENT = record(
    [
        ("borrower", "i8"),
        ("month", "i8"),
        ("due", "f8"),  # USD beyond the deposit
        ("cancellable", "f8"),  # USD
    ]
)
COVENANT = record(
    [
        ("claim", "i8"),
        ("test", "i8"),
        ("first", "i8"),
        ("window", "i8"),
        ("cure", "i8"),
        ("consequence", "i8"),
        ("level", "f8"),
        ("margin_step", "f8"),
    ]
)
RULES = record(
    [
        ("months", "i8"),
        ("grace", "i8"),
        ("re_let_gap", "i8"),
        ("lag", "i8"),
        ("longest_sale", "i8"),
        ("impact", "i8"),
        ("refinance_on_signing", "i8"),
        ("first_reserve", "i8"),
        ("first_lender", "i8"),
        ("first_outside", "i8"),
        ("coin_lines", "i8"),  # 1 where a claim has pledged coins
        ("share_rows", "i8"),  # issuers whose shares the scenarios hold
        ("first_borrower_obligor", "i8"),  # obligors before it come from the scenarios, then one a borrower
        ("clearing", "i8"),  # 0: borrowers do not meet inside a month
        ("beta", "f8"),
        ("phi_min", "f8"),
        ("unsold_weight", "f8"),
        ("spread_sensitivity", "f8"),
        ("sale_cost", "f8"),
        ("holding_cost", "f8"),
        ("step_in_haircut", "f8"),
        ("spread_today", "f8"),
        ("sector_spread", "f8"),  # added to the funding spread per 1.00 of lenders' budgets that is lost
        ("bankruptcy_cost", "f8"),  # share of what an estate could pay others that its bankruptcy takes
        ("renegotiation_threshold", "f8"),
        ("renegotiation_hazard", "f8"),
        ("coin_fee", "f8"),
        ("access_calm", "f8"),
        ("access_stress", "f8"),
    ]
)


DEVICE = record([("rig", "i8"), ("row", "i8"), ("depth", "f8")])
"""depth: units a month that buyers take today; inf where there is no price impact. row: of the paths of rent."""

LENDER = record([("budget", "f8")])
"""budget: USD of loss at which its appetite to refinance ends; inf where there is no limit."""

CLAIM_MONTH = record(
    [
        ("accrual", "f8"),  # year fraction of the month
        ("payment", "i8"),  # 1 on a payment date
        ("put", "i8"),  # 1 where the holder may put the note
        ("schedule", "f8"),  # scheduled principal, USD, all planned draws made
        ("draws", "f8"),  # planned draw, USD
        ("ell_factor", "f8"),  # exp(-ell_generic t): discounting on top of the money market
        ("service_ahead", "f8"),  # USD, scheduled debt service still to come after the month
    ]
)
FLEET_MONTH = record([("survival", "f8"), ("book_value", "f8")])
"""survival: share of units that have not failed; book_value: USD a unit."""

CONTRACT_MONTH = record([("value", "f8"), ("cash", "f8")])
"""value: USD, remaining margin to a replacement operator while the customer lives; cash: USD still to come.

Leases alike."""


class BookArrays(NamedTuple):
    """Everything a path needs to know about the book; shared by all paths and never written by them.

    A kernel's arguments are copied word by word, so what belongs to one kind of entity shares one record
    array. `surface` and `forward` stack one value surface for each distinct fleet (`ValueSurface`).
    """

    rules: Records  # (1,)
    borrowers: Records
    claims: Records  # sorted by borrower, then rank
    fleets: Records  # sorted by borrower
    contracts: Records  # sorted by fleet
    leases: Records  # sorted by borrower
    commitments: Records  # sorted by borrower
    covenants: Records
    devices: Records
    lenders: Records
    collateral: Integers  # (claims, fleets) 1 if pledged
    pledged_leases: Integers  # (claims, leases) 1 if pledged
    lender_shares: Floats  # (claims, lenders)
    claim_months: Records  # (claims, T + 1)
    fleet_months: Records  # (fleets, T + 1)
    contract_months: Records  # (contracts, T + 1)
    lease_months: Records  # (leases, T + 1) like contract_months
    tested: Integers  # (covenants, T + 1) 1 on a test date
    reserve_opening: Floats  # (borrowers, RESERVES)
    reserve_target: Floats  # (borrowers, RESERVES, T + 1) USD
    depreciation: Floats  # (borrowers, T + 1) USD a month
    rent_step: Floats  # (devices, T) log jump of rent at the start of a month
    surface_grid: Floats  # (surfaces, 3) low, step, coarse step of log rent
    surface: Floats  # (surfaces, T + 1, nodes, 4)
    forward: Floats  # (surfaces, T + 1, longest sale + 1, coarse nodes, 4)


NOW = record(
    [
        ("power", "f8"),
        ("rate", "f8"),
        ("discount", "f8"),
        ("discount_mid", "f8"),
        ("spread", "f8"),
        ("utilisation_scale", "f8"),
        ("btc", "f8"),  # USD at month end
        ("btc_low", "f8"),  # USD, lowest of the month
        ("stress", "i8"),
    ]
)
ACCOUNT_STATE = record([("balance", "f8"), ("posted_in", "f8"), ("posted_out", "f8"), ("opening", "f8")])
DEVICE_STATE = record(
    [
        ("log_rent", "f8"),  # at month end; of a rig, log hashprice
        ("rent", "f8"),  # in the middle of the month, USD per GPU-hour; of a rig, hashprice
        ("depth_factor", "f8"),
        ("regime", "i8"),
        ("sold", "f8"),  # units of all sellers this month
        ("unsold", "f8"),  # units of all in default left after the month, seized or not yet
        ("overhang", "f8"),  # share of the mark that others' unsold stock leaves
        ("buyers", "f8"),  # share of the buyers that is left
    ]
)

BORROWER_STATE = record(
    [
        ("status", "i8"),  # 0 live, 1 enforcement stay, 2 selling, 3 closed
        ("months_short", "i8"), ("default_month", "i8"), ("locked_up", "i8"), ("swept", "i8"),
        ("trigger", "i8"),  # proximate cause found this month, 0 none
        ("trigger_claim", "i8"), ("sale_start", "i8"),
        ("shortfall", "f8"),  # due and unpaid after the month's distribution, USD
        ("unpaid_operating", "f8"), ("revenue", "f8"), ("contract_revenue", "f8"), ("contract_cost", "f8"),
        ("operating_cost", "f8"), ("tax", "f8"), ("released", "f8"),
        ("lost_contract_cash", "f8"),  # since the last full payment, USD
        ("scheduled_contract_cash", "f8"),
        ("issuable", "f8"),  # what shares can still raise this month, USD
        ("coins", "f8"), ("coins_in", "f8"), ("coins_out", "f8"),  # BTC, free; moved since as-of
        ("blamed", "i8"),  # the borrower whose default is behind the trigger, -1
        ("operating_due", "f8"),  # owed to suppliers and tax this month, arrears included, USD
        ("paid_share", "f8"),  # of the month's rents, by a borrower that falls in the month
        ("by_clearing", "i8"),  # 1 where the mark behind the trigger would pass with nothing for sale
        ("tested_again", "i8"),  # 1 where others' defaults cost it something in this round
    ]
)  # fmt: skip
CLAIM_STATE = record(
    [
        ("principal", "f8"), ("accrued", "f8"),
        ("compounding", "f8"),  # floating interest of the running period, on which the index accrues too
        ("month_interest", "f8"), ("fees", "f8"), ("hedge", "f8"),
        ("margin_base", "f8"),  # balance x year fraction since the last payment
        ("due_principal", "f8"), ("drawn", "f8"), ("planned", "f8"), ("paid_interest", "f8"),
        ("paid_principal", "f8"), ("swept_principal", "f8"),
        ("owed", "f8"),  # after default, grown at the contract rate
        ("step_margin", "f8"),
        ("revolved", "f8"),  # drawn on a revolver this month, USD
        ("coins", "f8"),  # BTC, pledged
        ("foreclosed", "i8"),  # a line without recourse: 1 its coins are being sold, 2 it is gone
    ]
)  # fmt: skip
CONTRACT_STATE = record(
    [
        ("prepaid", "f8"),  # USD still to be worked off
        ("repriced", "i8"),  # month in which it went to market, 0 if not
        ("pressure", "f8"),  # cumulated hazard of renegotiation
        ("patience", "f8"),  # level at which it is renegotiated
        ("received", "f8"),  # cash of the month, USD
    ]
)
LENDER_STATE = record([("loss", "f8")])
FLEET_STATE = record(
    [
        ("units", "f8"),  # live units that work in the month
        ("held", "f8"),  # live units in place at the end of the month: collateral
        ("contracted", "f8"),
        ("sale_units", "f8"),  # seized and for sale
        ("step_in_cash", "f8"),  # USD, taken at seizure instead of selling the contracted units
    ]
)
COUNTERS = record([("ledger_rows", "i8"), ("fault", "i8")])
"""fault: 1 after a negative payment."""


class CashBook(NamedTuple):
    """Accounts, and the ledger of a path under explanation."""

    accounts: Records
    ledger: Floats  # (rows, 6) month, step, payer, payee, cause, amount; no rows unless explained
    counters: Records  # (1,)


class PathState(NamedTuple):
    """What one path carries from month to month; one set a thread, reset for each path."""

    now: Records  # (1,) drivers of this month
    cash: CashBook
    devices: Records
    borrowers: Records
    claims: Records
    fleets: Records
    contracts: Records
    lenders: Records
    shares: Floats  # (issuers with shares,) price over today's
    obligor_default: Integers  # (obligors + borrowers,) month of default on this path, 0 if none
    breached_since: Integers  # (covenants,) month of the first failing test in a row, 0 if none
    cfads_history: Floats  # (borrowers, T + 1)
    service_history: Floats  # (claims, T + 1) scheduled debt service
    draw_made: Integers  # (claims, T + 1) 1 once the month's planned draw was made
    sale_months: Integers  # (borrowers, devices) chosen sell-out time
    work_units: Floats  # (fleets,) work space
    expected_value: Floats  # (fleets, longest sale + 1) work space, USD a unit


def new_state(book: BookArrays, ledger_rows: int = 0) -> PathState:
    """Working arrays for one thread."""
    borrowers, claims, fleets = len(book.borrowers), len(book.claims), len(book.fleets)
    devices, months = len(book.devices), int(book.rules[0]["months"])
    accounts = int(book.rules[0]["first_outside"]) + len(OUTSIDE)
    longest = int(book.rules[0]["longest_sale"])
    return PathState(
        now=np.zeros(1, NOW),
        cash=CashBook(np.zeros(accounts, ACCOUNT_STATE), np.zeros((ledger_rows, 6)), np.zeros(1, COUNTERS)),
        devices=np.zeros(devices, DEVICE_STATE),
        borrowers=np.zeros(borrowers, BORROWER_STATE),
        claims=np.zeros(claims, CLAIM_STATE),
        fleets=np.zeros(fleets, FLEET_STATE),
        contracts=np.zeros(len(book.contracts), CONTRACT_STATE),
        lenders=np.zeros(len(book.lenders), LENDER_STATE),
        shares=np.ones(max(int(book.rules[0]["share_rows"]), 1)),
        obligor_default=np.zeros(int(book.rules[0]["first_borrower_obligor"]) + borrowers, dtype=np.int64),
        breached_since=np.zeros(len(book.covenants), dtype=np.int64),
        cfads_history=np.zeros((borrowers, months + 1)),
        service_history=np.zeros((claims, months + 1)),
        draw_made=np.zeros((claims, months + 1), dtype=np.int64),
        sale_months=np.zeros((borrowers, devices), dtype=np.int64),
        work_units=np.zeros(fleets),
        expected_value=np.zeros((fleets, longest + 1)),
    )

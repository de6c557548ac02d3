"""Step 7: a shortfall is cured from reserves, the revolver, the parent, coins and shares, in this order."""

from __future__ import annotations

from haircut.credit.arrays import BAD_ACTS, COMPLETION, PARENT, SHAREHOLDERS, SUPPLIERS, BookArrays, PathState
from haircut.credit.pay import (
    GUARANTEE,
    OPERATING_COST,
    RESERVE_USE,
    REVOLVER_DRAW,
    SHARE_ISSUE,
    UNMODELLED,
    VOLUNTARY_SUPPORT,
    pay,
)
from haircut.credit.steps.covenants import lease_worth, marked_value
from haircut.credit.steps.distribute import pay_dues, unpaid_dues
from haircut.credit.steps.draw import GUARANTOR_CAUSE, alive, contract_stands, has_defaulted
from haircut.credit.steps.margins import sell_free_coins
from haircut.kernels import lean_kernel, step

STEP = 7


@lean_kernel
def guaranteed(book: BookArrays, state: PathState, claim: int, month: int) -> bool:
    """Whether a guarantor is bound to pay this claim now and is alive to do it."""
    terms = book.claims[claim]
    if terms.guarantor < 0 or terms.scope == BAD_ACTS:
        return False
    if terms.scope == COMPLETION and month > terms.completion:
        return False
    return alive(state.obligor_default, terms.guarantor, month)


@lean_kernel
def contract_worth(book: BookArrays, state: PathState, borrower: int, month: int) -> float:
    """Value to a replacement operator of the contracts and leases whose customers are alive, USD."""
    owner = book.borrowers[borrower]
    worth = 0.0
    for contract in range(owner.contract_first, owner.contract_end):
        if contract_stands(book, state, contract, month):
            worth += book.contract_months[contract, month].value
    for lease in range(owner.lease_first, owner.lease_end):
        worth += lease_worth(book, state, lease, month)
    return worth


@lean_kernel
def parent_is_willing(book: BookArrays, state: PathState, borrower: int, month: int, cure: float) -> bool:
    """A parent supports voluntarily only while fleets or contracts are worth more than all debt plus the cure.

    Parents walk away from the rest. A borrower whose business the book does not model pays while it lives.
    """
    terms = book.borrowers[borrower]
    if terms.unmodelled == 1:
        return not has_defaulted(state.obligor_default, terms.exogenous, month)
    if not alive(state.obligor_default, terms.parent, month):
        return False
    owed = cure
    for claim in range(terms.claim_first, terms.claim_end):
        debt = state.claims[claim]
        owed += debt.principal + debt.accrued + debt.fees
    worth = 0.0
    for fleet in range(terms.fleet_first, terms.fleet_end):
        if state.fleets[fleet].held > 0.0:
            worth += marked_value(book, state, fleet, month)
    if worth > owed:
        return True
    return contract_worth(book, state, borrower, month) > owed


@lean_kernel
def issue_shares(
    book: BookArrays, state: PathState, borrower: int, need: float, month: int, step: int
) -> float:
    """Issue shares for what the month still allows; what they brought, USD."""
    now = state.borrowers[borrower]
    raised = min(max(need, 0.0), now.issuable)
    if raised <= 0.0:
        return 0.0
    now.issuable -= raised
    pay(state.cash, month, step, book.rules[0].first_outside + SHAREHOLDERS, borrower, SHARE_ISSUE, raised)
    return float(raised)


@lean_kernel
def reachable(book: BookArrays, state: PathState, borrower: int) -> float:
    """What free coins and shares could bring in this month, USD."""
    now = state.borrowers[borrower]
    return float(now.coins * state.now[0].btc * (1.0 - book.rules[0].coin_fee) + now.issuable)


@lean_kernel
def support(
    book: BookArrays,
    state: PathState,
    borrower: int,
    payer: int,
    amount: float,
    month: int,
    step: int,
    cause: int,
) -> float:
    """Support from a borrower of the book (payer >= 0), as far as its cash, coins and shares go, or from outside.

    A parent in default, and one that is asked for nothing, pays nothing. What was paid, USD.
    """
    if payer < 0:
        if book.borrowers[borrower].unmodelled == 1:
            cause = UNMODELLED
        pay(state.cash, month, step, book.rules[0].first_outside + PARENT, borrower, cause, amount)
        return amount
    if state.borrowers[payer].status != 0:
        return 0.0
    free = max(state.cash.accounts[payer].balance - book.borrowers[payer].minimum_cash, 0.0)
    missing = amount - free
    if missing > 0.0:
        missing -= sell_free_coins(book, state, payer, missing, month, step)
        missing -= issue_shares(book, state, payer, missing, month, step)
    paid = min(amount, max(state.cash.accounts[payer].balance - book.borrowers[payer].minimum_cash, 0.0))
    pay(state.cash, month, step, payer, borrower, cause, paid)
    return float(paid)


@lean_kernel
def settle(book: BookArrays, state: PathState, borrower: int, month: int) -> float:
    """Pay suppliers' arrears and all that is due from the borrower's cash; what is still short, USD."""
    now, outside = state.borrowers[borrower], book.rules[0].first_outside
    paid = min(now.unpaid_operating, max(state.cash.accounts[borrower].balance, 0.0))
    pay(state.cash, month, STEP, borrower, outside + SUPPLIERS, OPERATING_COST, paid)
    now.unpaid_operating -= paid
    owner = book.borrowers[borrower]
    pay_dues(
        state.cash,
        book.claims,
        book.claim_months,
        state.claims,
        owner,
        now.months_short,
        outside,
        month,
        STEP,
    )
    return float(
        now.unpaid_operating + unpaid_dues(book.claim_months, state.claims, owner, now.months_short, month)
    )


@lean_kernel
def draw_revolvers(book: BookArrays, state: PathState, borrower: int, short: float, month: int) -> float:
    """Draw what is undrawn of live revolvers; what they brought, USD."""
    owner, now = book.borrowers[borrower], state.borrowers[borrower]
    brought = 0.0
    for claim in range(owner.claim_first, owner.claim_end):
        terms, debt = book.claims[claim], state.claims[claim]
        if terms.revolving == 0 or month >= terms.maturity or now.locked_up == 1:
            continue
        drawn = min(max(terms.commitment - debt.principal, 0.0), short - brought)
        if drawn <= 0.0:
            continue
        pay(state.cash, month, STEP, terms.lender_account, borrower, REVOLVER_DRAW, drawn)
        debt.principal += drawn
        debt.revolved += drawn
        brought += drawn
    return brought


@lean_kernel
def cure_shortfall(book: BookArrays, state: PathState, borrower: int, short: float, month: int) -> float:
    """Work down a shortfall; what is left of it, USD."""
    owner = book.borrowers[borrower]
    for reserve in range(book.reserve_opening.shape[1]):
        account = owner.reserve_account + reserve
        used = min(short, max(state.cash.accounts[account].balance, 0.0))
        pay(state.cash, month, STEP, account, borrower, RESERVE_USE, used)
        short -= used
    draw_revolvers(book, state, borrower, short, month)
    short = settle(book, state, borrower, month)
    if short <= 1e-6:
        return short
    bound = False
    payer = owner.corporate if owner.unmodelled == 0 else -1
    for claim in range(owner.claim_first, owner.claim_end):
        if not bound and guaranteed(book, state, claim, month):
            bound = True
            payer = book.claims[claim].guarantor_borrower
    if bound:
        support(book, state, borrower, payer, short, month, STEP, GUARANTEE)
    elif parent_is_willing(book, state, borrower, month, short):
        support(book, state, borrower, payer, short, month, STEP, VOLUNTARY_SUPPORT)
    short = settle(book, state, borrower, month)
    if short > 1e-6 and short <= reachable(book, state, borrower):
        short -= sell_free_coins(book, state, borrower, short, month, STEP)
        issue_shares(book, state, borrower, short, month, STEP)
        short = settle(book, state, borrower, month)
    return short


@step
def cure(book: BookArrays, state: PathState, month: int) -> None:
    """Cure in order: reserves, revolver, guarantee or voluntary support, coins, shares; then count the arrears."""
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        if now.status != 0 or now.trigger >= GUARANTOR_CAUSE:
            continue
        short = max(now.shortfall, now.unpaid_operating)
        if short <= 1e-6:
            now.shortfall = 0.0
            now.months_short = 0
            owner = book.borrowers[borrower]
            for claim in range(owner.claim_first, owner.claim_end):
                if book.claim_months[claim, month].payment == 1:
                    now.lost_contract_cash = 0.0
                    now.blamed = -1
            continue
        short = cure_shortfall(book, state, borrower, short, month)
        now.shortfall = short if short > 1e-6 else 0.0
        if short > 1e-6:
            now.months_short += 1
        else:
            now.months_short = 0
            now.lost_contract_cash = 0.0
            now.blamed = -1
            now.trigger = 0

"""Step 8: at a put or at maturity a note converts; a balloon is refinanced, paid by a guarantor, or not paid."""

from __future__ import annotations

import numpy as np

from haircut.credit.arrays import PARENT, REFINANCING, SHAREHOLDERS, BookArrays, PathState
from haircut.credit.pay import CONVERTED, GUARANTEE, PRINCIPAL, REFINANCED, UNMODELLED, VOLUNTARY_SUPPORT, pay
from haircut.credit.steps.covenants import lost_to_overhang, note_clearing, pool_value
from haircut.credit.steps.cure import guaranteed, issue_shares, parent_is_willing, reachable, support
from haircut.credit.steps.distribute import claim_shortfall, due_part, pay_part
from haircut.credit.steps.draw import GUARANTOR_CAUSE
from haircut.credit.steps.margins import sell_free_coins, sell_pledged_coins
from haircut.kernels import lean_kernel, step

STEP = 8
MATURITY_CAUSE = 2


@lean_kernel
def sector_spread(book: BookArrays, state: PathState) -> float:
    """What the losses of all lenders add to the spread of new debt: g_l x (loss / budget); 0 without budgets."""
    lost = 0.0
    budgets = 0.0
    for lender in range(book.lenders.shape[0]):
        if np.isfinite(book.lenders[lender].budget):
            lost += state.lenders[lender].loss
            budgets += book.lenders[lender].budget
    return float(book.rules[0].sector_spread * lost / budgets) if budgets > 0.0 else 0.0


@lean_kernel
def sized_debt(book: BookArrays, state: PathState, claim: int, month: int) -> float:
    """Debt that the last twelve months' CFADS carry at the target DSCR and the path's funding spread, USD."""
    terms = book.claims[claim]
    cash = 0.0
    months = 0
    for past in range(max(1, month - 11), month + 1):
        cash += state.cfads_history[terms.borrower, past]
        months += 1
    monthly = cash / max(months, 1) / terms.refinancing_dscr
    rate = (state.now[0].rate + state.now[0].spread + sector_spread(book, state)) / 12.0
    count = float(terms.refinancing_months)
    annuity = count if abs(rate) < 1e-12 else (1.0 - (1.0 + rate) ** (-count)) / rate
    return float(max(monthly, 0.0) * annuity)


@lean_kernel
def appetite(book: BookArrays, state: PathState, claim: int) -> float:
    """Share of its capacity that the claim's lenders still offer: 1 - loss / budget, never below 0."""
    offered = 0.0
    named = 0.0
    for lender in range(book.lenders.shape[0]):
        share = book.lender_shares[claim, lender]
        named += share
        offered += share * max(0.0, 1.0 - state.lenders[lender].loss / book.lenders[lender].budget)
    return offered + max(1.0 - named, 0.0)


@lean_kernel
def capacity(book: BookArrays, state: PathState, claim: int, month: int, added: float) -> float:
    """Debt that lenders would put in place of the claim, USD; `added` is on top of the marks.

    On pledged machines and leases: the lower of advance rate x mark and DSCR-sized debt. Without collateral:
    DSCR-sized debt less what else the borrower owes. With `refinance_on_signing`: signing advance rate x mark.
    """
    terms = book.claims[claim]
    if book.rules[0].refinance_on_signing == 1 and terms.secured == 1:
        return float(terms.signing_advance * (pool_value(book, state, claim, month, False) + added))
    if terms.refinanced == 0:
        return 0.0
    sized = sized_debt(book, state, claim, month)
    if terms.secured == 1:
        marks = pool_value(book, state, claim, month, False) + added
        offered = min(terms.refinancing_advance * marks, sized)
    else:
        owner = book.borrowers[terms.borrower]
        for other in range(owner.claim_first, owner.claim_end):
            if other != claim:
                sized -= state.claims[other].principal
        offered = max(sized, 0.0)
    if book.rules[0].refinance_on_signing == 1:
        return float(offered)
    return float(offered * appetite(book, state, claim))


@lean_kernel
def converts(book: BookArrays, state: PathState, claim: int) -> bool:
    """Whether the share stands above the conversion price."""
    terms = book.claims[claim]
    if terms.share_row < 0:
        return False
    return bool(terms.parity * state.shares[terms.share_row] > 1.0)


@lean_kernel
def pay_off(book: BookArrays, state: PathState, claim: int, payer: int, cause: int, month: int) -> None:
    """Pay all that is due on a claim with the money of an outside party."""
    terms, debt = book.claims[claim], state.claims[claim]
    outside = book.rules[0].first_outside
    for part in range(4):
        pay(state.cash, month, STEP, payer, terms.borrower, cause, due_part(debt, part))
        pay_part(state.cash, terms, debt, outside, month, STEP, part, 1.0)


@lean_kernel
def settle_balloon(book: BookArrays, state: PathState, claim: int, month: int) -> bool:
    """Find the money for what is left of a claim that is wholly due; whether it was found."""
    terms, debt = book.claims[claim], state.claims[claim]
    borrower, outside = terms.borrower, book.rules[0].first_outside
    rest = debt.principal
    if terms.runs_on == 1:
        # The horizon is not its maturity: what is outstanding counts at par.
        debt.due_principal = rest
        pay_off(book, state, claim, outside + REFINANCING, REFINANCED, month)
        return True
    if terms.share_row >= 0 and converts(book, state, claim):
        debt.due_principal = rest
        pay_off(book, state, claim, outside + SHAREHOLDERS, CONVERTED, month)
        return True
    offered = min(capacity(book, state, claim, month, 0.0), rest)
    per_coin = state.now[0].btc * (1.0 - book.rules[0].coin_fee)
    own_coins = debt.coins * per_coin
    if rest <= offered + own_coins + reachable(book, state, borrower):
        missing = rest - offered
        debt.due_principal = rest
        if missing > 0.0:
            raised = 0.0
            if own_coins > 0.0:
                sold = min(missing, own_coins) / per_coin
                raised = sell_pledged_coins(book, state, claim, sold, state.now[0].btc, month, STEP)
            raised += sell_free_coins(book, state, borrower, missing - raised, month, STEP)
            raised += issue_shares(book, state, borrower, missing - raised, month, STEP)
            pay(state.cash, month, STEP, borrower, terms.lender_account, PRINCIPAL, min(raised, rest))
            debt.principal -= min(raised, rest)
            debt.due_principal = debt.principal
            debt.paid_principal += min(raised, rest)
        pay_off(book, state, claim, outside + REFINANCING, REFINANCED, month)
        return True
    bound = guaranteed(book, state, claim, month)
    if not bound and not parent_is_willing(book, state, borrower, month, 0.0):
        return False
    owner = book.borrowers[borrower]
    payer = terms.guarantor_borrower if bound else owner.corporate
    if payer < 0 or owner.unmodelled == 1:
        debt.due_principal = rest
        cause = GUARANTEE if bound else VOLUNTARY_SUPPORT
        if owner.unmodelled == 1:
            cause = UNMODELLED
        pay_off(book, state, claim, outside + PARENT, cause, month)
        return True
    due = rest + debt.fees + debt.accrued + max(debt.hedge, 0.0)
    free = max(state.cash.accounts[payer].balance - book.borrowers[payer].minimum_cash, 0.0)
    if state.borrowers[payer].status != 0 or due > free + reachable(book, state, payer):
        return False
    debt.due_principal = rest
    support(book, state, borrower, payer, due, month, STEP, GUARANTEE if bound else VOLUNTARY_SUPPORT)
    for part in range(4):
        pay_part(state.cash, terms, debt, outside, month, STEP, part, 1.0)
    return True


@step
def refinance(book: BookArrays, state: PathState, month: int) -> None:
    """What is left at maturity, or put by its holder, is converted, refinanced or paid; else it is due and unpaid.

    The borrower's cash goes first. A balloon is refinanced where it is at most the lenders' capacity x appetite
    plus what coins and shares can raise.
    """
    for claim in range(book.claims.shape[0]):
        terms, debt = book.claims[claim], state.claims[claim]
        borrower = terms.borrower
        now = state.borrowers[borrower]
        put = book.claim_months[claim, month].put == 1 and not converts(book, state, claim)
        if (month != terms.maturity and not put) or now.status != 0 or debt.foreclosed != 0:
            continue
        # Scheduled principal that is overdue is a matter of arrears; the balloon is what was never scheduled.
        balloon = debt.principal - debt.due_principal
        if balloon <= 1e-6 or now.trigger >= GUARANTOR_CAUSE:
            continue
        if terms.runs_on == 0 and not converts(book, state, claim):
            own = min(max(state.cash.accounts[borrower].balance, 0.0), balloon)
            pay(state.cash, month, STEP, borrower, terms.lender_account, PRINCIPAL, own)
            debt.principal -= own
            debt.paid_principal += own
        if debt.principal <= 1e-6:
            continue
        elsewhere = now.shortfall - claim_shortfall(debt)
        if settle_balloon(book, state, claim, month):
            now.shortfall = elsewhere
            if elsewhere <= 1e-6:
                now.shortfall = 0.0
                now.months_short = 0
                now.trigger = 0
            continue
        debt.due_principal = debt.principal
        now.shortfall = elsewhere + claim_shortfall(debt)
        now.months_short = max(now.months_short, 1)
        if now.trigger == 0:
            now.trigger = MATURITY_CAUSE
            now.trigger_claim = claim
            lost = lost_to_overhang(book, state, claim, month) if terms.secured == 1 else 0.0
            found = lost > 0.0 and debt.principal <= capacity(book, state, claim, month, lost) + reachable(
                book, state, borrower
            )
            note_clearing(book, state, claim, month, found)
    for claim in range(book.claims.shape[0]):
        debt, borrower = state.claims[claim], book.claims[claim].borrower
        repaid = debt.principal <= 1e-6 and debt.foreclosed == 0
        if debt.coins > 0.0 and repaid and state.borrowers[borrower].status == 0:
            # Pledged coins come back with the last payment.
            state.borrowers[borrower].coins += debt.coins
            debt.coins = 0.0

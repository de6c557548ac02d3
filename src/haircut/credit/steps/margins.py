"""Margins on pledged coins, part of step 6: top-ups, calls, and sales by the lender, inside the month.

Month ends alone miss one liquidation in seven, so the test reads the lowest price of the month.
"""

from __future__ import annotations

from haircut.credit.arrays import BUYERS, BookArrays, PathState
from haircut.credit.pay import COIN_SALE, PRINCIPAL, pay
from haircut.kernels import lean_kernel

STEP = 6
MARGIN_CAUSE = 3
"""Position in `credit.outcomes.CAUSES`."""


@lean_kernel
def owed_on(state: PathState, claim: int) -> float:
    """Principal, accrued interest and fees of a claim, USD."""
    debt = state.claims[claim]
    return float(debt.principal + debt.accrued + debt.fees)


@lean_kernel
def sell_free_coins(
    book: BookArrays, state: PathState, borrower: int, need: float, month: int, step: int
) -> float:
    """Sell as many free coins as bring in `need` USD after the fee; what they brought."""
    now = state.borrowers[borrower]
    price = state.now[0].btc * (1.0 - book.rules[0].coin_fee)
    if now.coins <= 0.0 or price <= 0.0 or need <= 0.0:
        return 0.0
    coins = min(now.coins, need / price)
    proceeds = coins * price
    now.coins -= coins
    now.coins_out += coins
    pay(state.cash, month, step, book.rules[0].first_outside + BUYERS, borrower, COIN_SALE, proceeds)
    return float(proceeds)


@lean_kernel
def sell_pledged_coins(
    book: BookArrays, state: PathState, claim: int, coins: float, price: float, month: int, step: int
) -> float:
    """The lender sells pledged coins at a price; the proceeds after the fee stand in the borrower's account."""
    debt, borrower = state.claims[claim], book.claims[claim].borrower
    proceeds = coins * price * (1.0 - book.rules[0].coin_fee)
    debt.coins -= coins
    state.borrowers[borrower].coins_out += coins
    pay(state.cash, month, step, book.rules[0].first_outside + BUYERS, borrower, COIN_SALE, proceeds)
    return float(proceeds)


@lean_kernel
def repay(book: BookArrays, state: PathState, claim: int, amount: float, month: int) -> None:
    """Pay principal of a claim from the borrower's account."""
    debt, terms = state.claims[claim], book.claims[claim]
    paid = min(amount, debt.principal)
    pay(state.cash, month, STEP, terms.borrower, terms.lender_account, PRINCIPAL, paid)
    debt.principal -= paid
    debt.due_principal = min(debt.due_principal, debt.principal)
    debt.paid_principal += paid


@lean_kernel
def top_up(book: BookArrays, state: PathState, claim: int, price: float, month: int) -> None:
    """Bring the loan-to-value at a price back to its initial level from free coins, then from cash."""
    terms, debt = book.claims[claim], state.claims[claim]
    now, owner = state.borrowers[terms.borrower], book.borrowers[terms.borrower]
    missing = owed_on(state, claim) / (terms.initial_ltv * price) - debt.coins
    added = min(max(missing, 0.0), now.coins)
    now.coins -= added
    debt.coins += added
    excess = owed_on(state, claim) - terms.initial_ltv * debt.coins * price
    free = max(state.cash.accounts[terms.borrower].balance - owner.minimum_cash, 0.0)
    repay(book, state, claim, min(max(excess, 0.0), free), month)


@lean_kernel
def settle_margin(book: BookArrays, state: PathState, claim: int, month: int) -> bool:
    """Test the month's lowest price against call and liquidation; False where a rest stays due.

    At the call the borrower tops up as far as it can. If that does not restore the initial loan-to-value the lender
    sells coins until it is restored, when the hours of the cure are over: the price has by then gone their share
    of half a month toward the month's low. At the liquidation level the lender sells all coins,
    at that level or at the month's last price if it is lower; without recourse that ends the claim (step 9).
    """
    terms, debt = book.claims[claim], state.claims[claim]
    low = state.now[0].btc_low
    if owed_on(state, claim) <= terms.call_ltv * debt.coins * low:
        return True
    fee = book.rules[0].coin_fee
    call_price = owed_on(state, claim) / (terms.call_ltv * debt.coins)
    top_up(book, state, claim, call_price, month)
    excess = owed_on(state, claim) - terms.initial_ltv * debt.coins * call_price
    if excess > 1e-6 and debt.principal > 1e-6:
        price = call_price - terms.slide * max(call_price - low, 0.0)
        excess = owed_on(state, claim) - terms.initial_ltv * debt.coins * price
        per_coin = price * (1.0 - fee - terms.initial_ltv)
        coins = min(excess / per_coin, debt.coins) if per_coin > 0.0 else debt.coins
        if owed_on(state, claim) <= terms.liquidation_ltv * debt.coins * low:
            proceeds = sell_pledged_coins(book, state, claim, coins, price, month, STEP)
            repay(book, state, claim, proceeds, month)
    if debt.principal <= 1e-6 or owed_on(state, claim) <= terms.liquidation_ltv * debt.coins * low:
        return True
    if terms.recourse == 0:
        debt.foreclosed = 1
        return True
    price = min(owed_on(state, claim) / (terms.liquidation_ltv * debt.coins), state.now[0].btc)
    proceeds = sell_pledged_coins(book, state, claim, debt.coins, price, month, STEP)
    repay(book, state, claim, proceeds, month)
    return bool(debt.principal <= 1e-6)

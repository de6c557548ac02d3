"""Step 3: operating cost and tax; CFADS is what is left of revenue."""

from __future__ import annotations

from haircut.credit.arrays import SUPPLIERS, TAX, BookArrays, PathState
from haircut.credit.pay import OPERATING_COST, TAX_PAID, pay
from haircut.credit.steps.accrue import accruing_balance, interest_of_month
from haircut.kernels import step

STEP = 3


@step
def operate(book: BookArrays, state: PathState, month: int) -> None:
    """Pay power, hosting, overhead and tax from cash; what cash cannot pay stays due and is a shortfall.

    Cash tax = rate x max(0, revenue - operating cost - book depreciation - interest).
    """
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status != 0:
            continue
        terms = book.borrowers[borrower]
        cost = state.borrowers[borrower].operating_cost + terms.overhead
        state.borrowers[borrower].operating_cost = cost
        interest = 0.0
        for claim in range(book.claims.shape[0]):
            if terms.tax_rate > 0.0 and book.claims[claim].borrower == borrower:
                debt, plan = state.claims[claim], book.claim_months[claim, month]
                balance = accruing_balance(debt, plan, state.draw_made[claim, month])
                interest += interest_of_month(book.claims[claim], debt, plan, balance, state.now[0].rate)
        taxable = state.borrowers[borrower].revenue - cost - book.depreciation[borrower, month] - interest
        tax = terms.tax_rate * max(0.0, taxable)
        state.borrowers[borrower].tax = tax
        state.cfads_history[borrower, month] = state.borrowers[borrower].revenue - cost - tax
        available = max(state.cash.accounts[borrower].balance, 0.0)
        due = cost + state.borrowers[borrower].unpaid_operating
        paid = min(due, available)
        state.borrowers[borrower].unpaid_operating = due - paid
        pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + SUPPLIERS, OPERATING_COST, paid)
        paid_tax = min(tax, max(state.cash.accounts[borrower].balance, 0.0))
        state.borrowers[borrower].unpaid_operating += tax - paid_tax
        pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + TAX, TAX_PAID, paid_tax)

"""Step 3: operating cost and tax; CFADS is what is left of revenue."""

from __future__ import annotations

from haircut.credit.arrays import SUPPLIERS, TAX, BookArrays, PathState
from haircut.credit.pay import COMMITMENT_PAID, OPERATING_COST, TAX_PAID, pay
from haircut.credit.steps.accrue import accruing_balance, interest_of_month
from haircut.kernels import lean_kernel, step

STEP = 3


@lean_kernel
def pay_commitments(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """Pay for machines ordered; what cash cannot pay is cancelled as far as the order allows, the rest is due.

    The deposit on what is cancelled is lost: it was paid before the as-of date.
    """
    terms, now = book.borrowers[borrower], state.borrowers[borrower]
    for commitment in range(terms.commitment_first, terms.commitment_end):
        order = book.commitments[commitment]
        if order.month != month:
            continue
        free = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
        paid = min(order.due, free)
        short = order.due - paid
        short -= min(short, order.cancellable)
        suppliers = book.rules[0].first_outside + SUPPLIERS
        pay(state.cash, month, STEP, borrower, suppliers, COMMITMENT_PAID, paid)
        now.unpaid_operating += short


@step
def operate(book: BookArrays, state: PathState, month: int) -> None:
    """Pay power, hosting, overhead, tax and orders from cash; what cash cannot pay stays due and is a shortfall.

    Cash tax = rate x max(0, revenue - operating cost - book depreciation - interest).
    """
    suppliers = book.rules[0].first_outside + SUPPLIERS
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        if now.status != 0:
            continue
        terms = book.borrowers[borrower]
        account = state.cash.accounts[borrower]
        cost = now.operating_cost + terms.overhead
        now.operating_cost = cost
        interest = 0.0
        if terms.tax_rate > 0.0:
            for claim in range(terms.claim_first, terms.claim_end):
                debt, plan = state.claims[claim], book.claim_months[claim, month]
                balance = accruing_balance(debt, plan, state.draw_made[claim, month])
                interest += interest_of_month(book.claims[claim], debt, plan, balance, state.now[0].rate)
        taxable = now.revenue - cost - book.depreciation[borrower, month] - interest
        tax = terms.tax_rate * max(0.0, taxable)
        now.tax = tax
        state.cfads_history[borrower, month] = now.revenue - cost - tax
        available = max(account.balance, 0.0)
        due = cost + now.unpaid_operating
        now.operating_due = due + tax
        paid = min(due, available)
        now.unpaid_operating = due - paid
        pay(state.cash, month, STEP, borrower, suppliers, OPERATING_COST, paid)
        paid_tax = min(tax, max(account.balance, 0.0))
        now.unpaid_operating += tax - paid_tax
        pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + TAX, TAX_PAID, paid_tax)
        if terms.commitment_end > terms.commitment_first:
            pay_commitments(book, state, borrower, month)

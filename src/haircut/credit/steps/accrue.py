"""Step 4: interest, undrawn fees and hedge payments accrue."""

from __future__ import annotations

from haircut.credit.arrays import BookArrays, PathState, Record
from haircut.kernels import lean_kernel, step


@lean_kernel
def accruing_balance(debt: Record, plan: Record, drew: int) -> float:
    """Balance that bears interest this month: a draw is made at the month's end and bears it from the next."""
    return float(debt.principal - plan.draws if drew == 1 else debt.principal)


@lean_kernel
def floating_interest(terms: Record, debt: Record, plan: Record, balance: float, rate: float) -> float:
    """Index part of the month's interest, USD; SOFR compounds within a period, the margin does not.

    rate is the money market's, a twelfth of which is the growth of the month; the floor is in the claim's
    day count.
    """
    growth = max(rate / 12.0, terms.floor * plan.accrual)
    return float((balance + debt.compounding) * growth)


@lean_kernel
def interest_of_month(terms: Record, debt: Record, plan: Record, balance: float, rate: float) -> float:
    """Interest of the month, USD: the coupon, or SOFR plus margin; plus a margin step in force."""
    fixed = terms.coupon if terms.fixed == 1 else terms.margin
    interest = balance * (fixed + debt.step_margin) * plan.accrual
    if terms.fixed == 0:
        interest += floating_interest(terms, debt, plan, balance, rate)
    return float(interest)


@step
def accrue(book: BookArrays, state: PathState, month: int) -> None:
    """Accrue on the balance of the month; the hedge pays fixed against floating on the hedged share."""
    rate = state.now[0].rate
    for claim in range(book.claims.shape[0]):
        terms, debt, plan = book.claims[claim], state.claims[claim], book.claim_months[claim, month]
        debt.month_interest = 0.0
        if state.borrowers[terms.borrower].status != 0:
            continue
        balance = accruing_balance(debt, plan, state.draw_made[claim, month])
        interest = interest_of_month(terms, debt, plan, balance, rate)
        debt.month_interest = interest
        debt.accrued += interest
        debt.margin_base += balance * plan.accrual
        if month <= terms.last_draw:
            # What is drawn at the month's end was undrawn during the month.
            drawn = debt.drawn - plan.draws if state.draw_made[claim, month] == 1 else debt.drawn
            if terms.revolving == 1:
                drawn = debt.principal
            debt.fees += max(terms.commitment - drawn, 0.0) * terms.undrawn_fee * plan.accrual
        if terms.fixed == 0:
            floating = floating_interest(terms, debt, plan, balance, rate)
            debt.hedge += terms.hedged_share * (balance * terms.swap_rate * plan.accrual - floating)
            debt.compounding += floating

"""All cash moves here: one payment updates two balances and posts two rows."""

from __future__ import annotations

from haircut.credit.arrays import CashBook
from haircut.kernels import lean_kernel

CAUSES_OF_CASH = (
    "draw", "capital_expenditure", "contract_revenue", "merchant_revenue", "operating_cost", "tax", "hedge",
    "fee", "interest", "principal", "reserve_top_up", "reserve_use", "sweep", "release", "guarantee",
    "voluntary_support", "refinancing", "cash_at_default", "step_in", "machine_sale", "deficiency",
    "stated_recovery", "surplus", "lease_rent", "other_income", "commitment", "revolver_draw", "coin_sale",
    "share_issue", "conversion", "backstop", "unmodelled_business",
    "rent_unpaid",
)  # fmt: skip
(
    DRAW, CAPITAL_EXPENDITURE, CONTRACT_REVENUE, MERCHANT_REVENUE, OPERATING_COST, TAX_PAID, HEDGE_PAID,
    FEE, INTEREST, PRINCIPAL, RESERVE_TOP_UP, RESERVE_USE, SWEEP_PAID, RELEASE, GUARANTEE,
    VOLUNTARY_SUPPORT, REFINANCED, CASH_AT_DEFAULT, STEP_IN, MACHINE_SALE, DEFICIENCY,
    STATED_RECOVERY, SURPLUS, LEASE_RENT, OTHER_INCOME, COMMITMENT_PAID, REVOLVER_DRAW, COIN_SALE,
    SHARE_ISSUE, CONVERTED, BACKSTOP, UNMODELLED,
    RENT_UNPAID,
) = range(len(CAUSES_OF_CASH))  # fmt: skip


@lean_kernel
def pay(cash: CashBook, month: int, step: int, payer: int, payee: int, cause: int, amount: float) -> None:
    """Move `amount` >= 0 USD from one account to another; a negative amount marks the path as faulty."""
    if not amount >= 0.0:
        cash.counters[0].fault = 1
        return
    cash.accounts[payer].balance -= amount
    cash.accounts[payee].balance += amount
    cash.accounts[payer].posted_out += amount
    cash.accounts[payee].posted_in += amount
    row = cash.counters[0].ledger_rows
    if row < cash.ledger.shape[0] and amount > 0.0:
        cash.ledger[row, 0] = month
        cash.ledger[row, 1] = step
        cash.ledger[row, 2] = payer
        cash.ledger[row, 3] = payee
        cash.ledger[row, 4] = cause
        cash.ledger[row, 5] = amount
        cash.counters[0].ledger_rows = row + 1


@lean_kernel
def cash_error(cash: CashBook, first_lender: int) -> float:
    """Largest error of the two identities, USD.

    Account by account: balance = opening + posted in - posted out. Over the book: change of all accounts
    of borrowers = boundary in - boundary out, lenders and outside parties being the boundary.
    """
    worst = 0.0
    change = 0.0
    boundary = 0.0
    for number in range(cash.accounts.shape[0]):
        account = cash.accounts[number]
        posted = account.posted_in - account.posted_out
        worst = max(worst, abs(account.balance - account.opening - posted))
        if number < first_lender:
            change += account.balance - account.opening
        else:
            boundary -= posted
    return max(worst, abs(change - boundary))

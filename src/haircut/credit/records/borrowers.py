"""Records of borrowers: family, accounts, reserves, orders."""

from __future__ import annotations

import numpy as np

from haircut.case.book import Borrower
from haircut.case.case import Case
from haircut.credit.arrays import BORROWER, COMMITMENT, RESERVES, Floats, Record
from haircut.credit.records.buyers import write_buyers
from haircut.credit.records.calendar import Calendar
from haircut.credit.records.indices import Indices, span


def borrower_records(
    case: Case, calendar: Calendar, indices: Indices, service: Floats
) -> tuple[np.ndarray, Floats, Floats, Floats]:
    """Records, reserves today and their targets by month, and book depreciation by month."""
    months = calendar.months
    borrowers = np.zeros(len(indices.borrowers), BORROWER)
    opening = np.zeros((len(borrowers), len(RESERVES)))
    target = np.zeros((len(borrowers), len(RESERVES), months + 1))
    depreciation = np.zeros((len(borrowers), months + 1))
    for position, borrower in enumerate(case.book.borrowers):
        record = borrowers[position]
        _family(case, indices, borrower, record)
        _spans(case, indices, position, record)
        record["exogenous"] = indices.drawn_obligor(borrower.id)
        record["last_maturity"] = max(
            (calendar.maturity(claim) for claim in case.book.claims if claim.borrower == borrower.id),
            default=0,
        )
        record["reserve_account"] = len(indices.borrowers) + position * len(RESERVES)
        record["cash"] = borrower.accounts.cash_usd
        record["minimum_cash"] = borrower.accounts.minimum_cash_usd
        record["overhead"] = borrower.overhead_usd_per_month
        record["tax_rate"] = borrower.tax_rate
        record["other_income"] = borrower.other_income_usd_per_month
        record["coins"] = borrower.accounts.coins_btc
        record["coin_retention"] = borrower.coin_retention_share
        own = [
            k for k, name in enumerate(indices.claims) if indices.claim(case, name).borrower == borrower.id
        ]
        due = service[own].sum(axis=0)
        for reserve in borrower.accounts.reserves:
            number = RESERVES.index(reserve.name)
            opening[position, number] = reserve.balance_usd
            ahead = round(reserve.target_months)
            for month in range(months + 1):
                target[position, number, month] = due[month + 1 : month + 1 + ahead].sum()
        for fleet in case.book.fleets:
            if fleet.borrower == borrower.id:
                age = np.arange(months + 1) / 12.0 + (calendar.as_of - fleet.in_service).days / 365.25
                wearing = (age > 0.0) & (age <= fleet.book_life_years)
                depreciation[position] += (
                    wearing * fleet.units * fleet.cost_usd_per_unit / fleet.book_life_years / 12.0
                )
    write_buyers(case, indices, borrowers)
    return borrowers, opening, target, depreciation


def _family(case: Case, indices: Indices, borrower: Borrower, record: Record) -> None:
    """Who stands behind a borrower: its parent as an obligor and as a borrower, its issuer's shares."""
    issuer = next(issuer for issuer in case.book.issuers if issuer.id == borrower.issuer)
    is_corporate = issuer.corporate == borrower.id
    record["parent"] = -1 if is_corporate else indices.obligor(issuer.id)
    record["corporate"] = -1 if is_corporate else indices.linked.get(issuer.id, -1)
    record["keeps_cash"] = int(is_corporate)
    record["share_row"] = -1
    if is_corporate and issuer.market_cap_usd is not None:
        record["share_row"] = indices.share_row(issuer.id)
        record["market_cap"] = issuer.market_cap_usd
    owners = [item.borrower for item in case.book.fleets] + [item.borrower for item in case.book.leases]
    business = borrower.id in owners or borrower.accounts.coins_btc > 0.0
    record["unmodelled"] = int(is_corporate and borrower.credit is not None and not business)


def _spans(case: Case, indices: Indices, position: int, record: Record) -> None:
    """Where the borrower's claims, fleets, contracts, leases and orders stand."""
    book = case.book
    for name, items in (("claim", book.claims), ("fleet", book.fleets), ("contract", book.contracts),
                        ("lease", book.leases)):  # fmt: skip
        owners = [indices.borrowers.index(item.borrower) for item in items]
        record[f"{name}_first"], record[f"{name}_end"] = span(owners, position)
    counts = [len(borrower.purchase_commitments) for borrower in book.borrowers]
    record["commitment_first"] = sum(counts[:position])
    record["commitment_end"] = sum(counts[: position + 1])


def commitment_records(case: Case, calendar: Calendar, indices: Indices) -> np.ndarray:
    """Orders of machines of all borrowers, in their order; what fell due before the as-of date is not there."""
    rows = [
        (position, order)
        for position, borrower in enumerate(case.book.borrowers)
        for order in borrower.purchase_commitments
    ]
    commitments = np.zeros(len(rows), COMMITMENT)
    for number, (position, order) in enumerate(rows):
        record = commitments[number]
        record["borrower"] = position
        record["month"] = calendar.index(order.date) if order.date > calendar.as_of else -1
        record["due"] = max(order.amount_usd - order.deposit_usd, 0.0)
        record["cancellable"] = order.cancellable_share * order.amount_usd
    return commitments

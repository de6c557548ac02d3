"""The lender's base case as a change of the case: contracts are renewed as the lender assumes."""

from __future__ import annotations

from haircut.case.case import Case
from haircut.curves import add_months


def lender_view(case: Case) -> Case:
    """The case with every contract renewed to the last maturity of its borrower on the lender's terms.

    After the re-let gap `renewal_share_of_units` of the units pay `renewal_share_of_price` of the old price;
    what is not renewed goes to market at `utilisation_after_expiry`.
    """
    terms = case.book.lender_case
    renewed = []
    fleets_under_contract = {contract.fleet for contract in case.book.contracts}
    for contract in case.book.contracts:
        maturities = [
            claim.maturity_date for claim in case.book.claims if claim.borrower == contract.borrower
        ]
        start = add_months(contract.end, terms.re_let_gap_months)
        if not maturities or max(maturities) <= start or terms.renewal_share_of_units <= 0.0:
            continue
        renewed.append(
            contract.model_copy(
                update={
                    "id": f"{contract.id}.renewed",
                    "start": start,
                    "end": max(maturities),
                    "units": contract.units * terms.renewal_share_of_units,
                    "price_usd_per_gpu_hour": contract.price_usd_per_gpu_hour * terms.renewal_share_of_price,
                }
            )
        )
    fleets = tuple(
        fleet.model_copy(update={"utilisation": terms.utilisation_after_expiry})
        if fleet.id in fleets_under_contract
        else fleet
        for fleet in case.book.fleets
    )
    book = case.book.model_copy(update={"contracts": (*case.book.contracts, *renewed), "fleets": fleets})
    return case.model_copy(update={"book": book})

"""A case with its debt written out, so that a change of the world does not change the loan."""

from __future__ import annotations

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook


def with_stated_schedule(compiled: CompiledBook) -> Case:
    """The case whose amounts and schedules are the compiled ones, stated instead of derived.

    Sizing and sculpting read the case's own cash flow; a corner of an attribution or a scenario must meet the
    loan as it stands. A claim with a balloon keeps its kind.
    """
    claims = tuple(_stated(compiled, claim) for claim in compiled.case.book.claims)
    book = compiled.case.book.model_copy(update={"claims": claims})
    return compiled.case.model_copy(update={"book": book})


def _stated(compiled: CompiledBook, claim: Claim) -> Claim:
    plan = compiled.schedules[claim.id]
    position = compiled.claim_ids.index(claim.id)
    maturity = compiled.maturity_months[claim.id]
    update: dict[str, object] = {"drawn_usd": float(compiled.drawn[claim.id]), "sizing": None}
    total = compiled.original_principal[claim.id]
    if claim.commitment_usd is not None:
        update["commitment_usd"] = max(claim.commitment_usd, total)
    payments = compiled.arrays.claim_months["payment"][position]
    start = claim.amortisation.start
    first = 1 if start is None else max(compiled.calendar.index(start), 1)
    if plan.balance[maturity] <= 1e-6 * total and claim.amortisation.kind in ("sculpted", "annuity"):
        dates = [month for month in range(first, maturity + 1) if payments[month]]
        shares = [float(plan.principal[month] / total) for month in dates]
        shares[-1] += 1.0 - sum(shares)
        update["amortisation"] = claim.amortisation.model_copy(
            update={"kind": "given", "shares": tuple(shares)}
        )
    return claim.model_copy(update=update)

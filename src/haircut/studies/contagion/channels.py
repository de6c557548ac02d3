"""The channels of contagion, each switched off by a change of the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from haircut.case.case import Case


def _without_tenants(case: Case) -> Case:
    """A customer that is a borrower of the book fails by its own credit, not when that borrower does."""
    return case.model_copy(update={"settings": case.settings.model_copy(update={"in_book": False})})


def _without_guarantors(case: Case) -> Case:
    """A guarantor's default is no event of default of what it guarantees; what it would have paid is still lost."""
    claims = tuple(
        claim
        if claim.guarantee is None
        else claim.model_copy(
            update={"guarantee": claim.guarantee.model_copy(update={"default_is_event_of_default": False})}
        )
        for claim in case.book.claims
    )
    return case.model_copy(update={"book": case.book.model_copy(update={"claims": claims})})


def _without_common_collateral(case: Case) -> Case:
    """Depth is infinite: seized machines sell without moving a price."""
    liquidation = case.market.liquidation.model_copy(update={"impact": "none"})
    return case.model_copy(update={"market": case.market.model_copy(update={"liquidation": liquidation})})


def _without_refinancing(case: Case) -> Case:
    """Lenders refinance whatever they have lost."""
    lenders = tuple(lender.model_copy(update={"risk_budget_usd": None}) for lender in case.book.lenders)
    return case.model_copy(update={"book": case.book.model_copy(update={"lenders": lenders})})


CHANNELS: Final[dict[str, Callable[[Case], Case]]] = {
    "tenants": _without_tenants,
    "guarantors": _without_guarantors,
    "common_collateral": _without_common_collateral,
    "refinancing": _without_refinancing,
}
"""Name -> the case without the channel."""


def standalone(case: Case) -> Case:
    """The case without the channels through which borrowers of different issuers meet.

    Guarantees stay: they are terms of the claim itself, inside its issuer.
    """
    for name in ("tenants", "common_collateral", "refinancing"):
        case = CHANNELS[name](case)
    return case

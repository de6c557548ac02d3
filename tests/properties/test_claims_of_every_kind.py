"""What holds for a claim of every kind: one suite, a line of constructor a kind.

50 examples each in `make test`, 500 in `make deep`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from haircut.case.book import Claim
from haircut.case.book.claims import KINDS
from haircut.case.case import Case
from haircut.case.yaml_reader import read_text
from haircut.credit import compile_book
from haircut.credit.outcomes import INDEX
from tests.unit.credit import books, issuers
from tests.unit.credit.books import Path, day, walk

Terms = dict[str, Any]


def loan(kind: str) -> Callable[[Terms], Claim]:
    return lambda terms: issuers.note(id="claim", kind=kind, **terms)


def lease(terms: Terms) -> Claim:
    return issuers.note(id="claim", kind="equipment_lease", collateral_fleets=("gpu",), **terms)


def line(terms: Terms) -> Claim:
    amount = max(terms["drawn_usd"], 1.0)
    pledge = issuers.coin_line(pledged_btc=2.0 * amount / issuers.BTC)
    return issuers.line(**{**terms, "id": "claim", "coin_line": pledge})


def revolver(terms: Terms) -> Claim:
    return issuers.note(
        id="claim", kind="revolver", revolving=True, commitment_usd=max(terms["drawn_usd"], 1.0), **terms
    )


def convertible(terms: Terms) -> Claim:
    return issuers.convertible(**{**terms, "id": "claim"})


MAKERS: dict[str, Callable[[Terms], Claim]] = {
    "delayed_draw_term_loan": loan("delayed_draw_term_loan"),
    "project_finance_loan": loan("project_finance_loan"),
    "asset_based_loan": loan("asset_based_loan"),
    "senior_note": loan("senior_note"),
    "equipment_lease": lease,
    "convertible_note": convertible,
    "coin_backed_line": line,
    "revolver": revolver,
}

terms_of_a_claim = st.fixed_dictionaries(
    {
        "drawn_usd": st.floats(1e3, 1e8),
        "maturity_date": st.integers(2, 30).map(day),
        "payment_frequency_months": st.sampled_from([1, 3, 6]),
        "interest": st.floats(0.0, 0.15).map(
            lambda coupon: books.Interest(kind="fixed", coupon=coupon, day_count="30/360")
        ),
        "amortisation": st.sampled_from(["bullet", "straight", "annuity"]).map(
            lambda kind: books.Amortisation(kind=kind)
        ),
    }
)


def book(claims: tuple[Claim, ...], cash: float = 0.0, coins: float = 0.0) -> Case:
    fleets = ()
    if any(claim.collateral_fleets for claim in claims):
        fleets = (books.fleet(id="gpu", borrower="corporate", units=1.0),)
    return issuers.issuer(claims=claims, fleets=fleets, cash=cash, coins=coins)


def run(case: Case) -> Path:
    return walk(compile_book(case))


def rows(path: Path) -> dict[str, dict[str, float]]:
    return {
        claim: {name: float(path.row[position, column]) for name, column in INDEX.items()}
        for position, claim in enumerate(path.compiled.claim_ids)
    }


kinds = pytest.mark.parametrize("kind", list(MAKERS))


def test_every_kind_has_a_constructor_here() -> None:
    assert set(MAKERS) == set(KINDS)


@kinds
@given(terms=terms_of_a_claim)
def test_a_case_written_out_and_read_back_is_itself(kind: str, terms: Terms) -> None:
    case = book((MAKERS[kind](terms),))
    assert Case.model_validate(case.model_dump()) == case
    assert Case.model_validate_json(case.model_dump_json()) == case


@kinds
@given(terms=terms_of_a_claim)
def test_a_claim_written_as_yaml_is_read_back_as_itself(kind: str, terms: Terms) -> None:
    claim = MAKERS[kind](terms)
    document = read_text(yaml.safe_dump(claim.model_dump(exclude_defaults=True)), "claims.yaml")
    assert not document.problems
    assert Claim.model_validate(document.data) == claim


@kinds
@given(
    terms=terms_of_a_claim,
    units=st.floats(0.0, 20.0),
    more=st.floats(0.1, 20.0),
    low=st.floats(1_000.0, 60_000.0),
)
def test_more_collateral_never_raises_the_loss(
    kind: str, terms: Terms, units: float, more: float, low: float
) -> None:
    """Machines, or coins in a month in which they fall; without interest, which makes a later default a larger one."""
    free = {
        **terms,
        "drawn_usd": min(terms["drawn_usd"], 1e6),
        "interest": INTEREST_FREE,
        "maturity_date": day(12),
    }
    small, large = (loss(secured(kind, free, pledged), low) for pledged in (units, units + more))
    assert large <= small + 1e-6 * free["drawn_usd"]


INTEREST_FREE = books.Interest(kind="fixed", coupon=0.0, day_count="30/360")


def secured(kind: str, terms: Terms, pledged: float) -> Case:
    """The claim on that many machines, of a coin line on that many coins, and on nothing else."""
    if kind == "coin_backed_line":
        terms = {**terms, "drawn_usd": max(terms["drawn_usd"], 1.0)}
        pledge = issuers.coin_line(pledged_btc=pledged + 1e-3, call_ltv=0.9, liquidation_ltv=0.95)
        return issuers.issuer(claims=(issuers.line(**{**terms, "id": "claim", "coin_line": pledge}),))
    claim = MAKERS[kind](terms).model_copy(update={"collateral_fleets": ("gpu",)})
    fleet = books.fleet(id="gpu", borrower="corporate", units=pledged + 1e-3)
    return issuers.issuer(claims=(claim,), fleets=(fleet,))


def loss(case: Case, low: float) -> float:
    """On the path on which the coin, where there is one, falls for good in the first month."""
    compiled = compile_book(case)
    block = issuers.coin_falls(compiled, 1, low) if compiled.scenarios.coin_p is not None else None
    return walk(compiled, block).out("loss")


@kinds
@given(terms=terms_of_a_claim, cash=st.floats(0.0, 2e8), coins=st.floats(0.0, 4e3))
def test_cash_and_coins_are_conserved(kind: str, terms: Terms, cash: float, coins: float) -> None:
    assert run(book((MAKERS[kind](terms),), cash, coins)).error < 0.01


@kinds
@given(terms=terms_of_a_claim)
def test_without_interest_a_claim_that_is_paid_is_paid_its_amount(kind: str, terms: Terms) -> None:
    free = {**terms, "interest": books.Interest(kind="fixed", coupon=0.0, day_count="30/360")}
    path = run(book((MAKERS[kind](free),), cash=2e8))
    assert path.cause() == "none"
    assert sum(path.received("principal").values()) == pytest.approx(terms["drawn_usd"], rel=1e-9)


@kinds
@given(terms=terms_of_a_claim)
def test_nothing_drawn_is_nothing_paid_and_nothing_lost(kind: str, terms: Terms) -> None:
    path = run(book((MAKERS[kind]({**terms, "drawn_usd": 0.0}),), cash=1e3))
    assert path.cause() == "none"
    assert path.out("pv") == path.out("loss") == 0.0


@kinds
@given(terms=terms_of_a_claim, cash=st.floats(0.0, 1e8), other=st.floats(1e3, 1e8))
def test_the_order_in_which_claims_are_written_changes_nothing(
    kind: str, terms: Terms, cash: float, other: float
) -> None:
    claims = (MAKERS[kind](terms), issuers.note(drawn_usd=other, rank=2))
    one, two = rows(run(book(claims, cash))), rows(run(book(claims[::-1], cash)))
    assert one == two


@kinds
@given(terms=terms_of_a_claim, cash=st.floats(0.0, 1e8), more=st.floats(1.0, 1e8))
def test_more_cash_never_leaves_the_lender_with_less(
    kind: str, terms: Terms, cash: float, more: float
) -> None:
    """Without interest, which makes a later payment another sum."""
    free = {**terms, "interest": books.Interest(kind="fixed", coupon=0.0, day_count="30/360")}
    poor, rich = (run(book((MAKERS[kind](free),), held)) for held in (cash, cash + more))
    assert money_received(rich) >= money_received(poor) - 1e-6 * terms["drawn_usd"]


def money_received(path: Path) -> float:
    """What all lenders received less what they lent on the path, USD, not discounted."""
    rules = path.compiled.arrays.rules[0]
    lenders = range(int(rules["first_lender"]), int(rules["first_outside"]))
    accounts = path.state.cash.accounts
    return float(sum(accounts[lender]["posted_in"] - accounts[lender]["posted_out"] for lender in lenders))


@kinds
@given(terms=terms_of_a_claim, cash=st.floats(0.0, 1e8), other=st.floats(1e3, 1e8))
def test_a_junior_claim_never_recovers_a_larger_share(
    kind: str, terms: Terms, cash: float, other: float
) -> None:
    """Collateral apart, of which a senior note has none here, rank decides."""
    senior = issuers.note(drawn_usd=other, maturity_date=terms["maturity_date"])
    path = run(book((senior, MAKERS[kind]({**terms, "rank": 2})), cash))
    position = {claim: place for place, claim in enumerate(path.compiled.claim_ids)}
    shares = {
        claim: path.recovered(place) / path.exposure(place)
        for claim, place in position.items()
        if path.default_month(place) == path.default_month(position["note"]) > 0
        and path.exposure(place) > 1.0
    }
    if len(shares) == 2 and KINDS[kind].needs not in (("coin_line",), ("collateral_fleets",)):
        assert shares["claim"] <= shares["note"] + 1e-9
    assert all(np.isfinite(list(shares.values())))

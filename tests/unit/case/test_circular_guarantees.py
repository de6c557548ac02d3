"""Parents that stand for each other's own debts stand for nothing: the book is refused with the circle."""

from typing import Any

import pytest

from haircut.case.book import Book, Borrower, Issuer
from haircut.case.book.claims import Guarantee
from haircut.case.book.references import reference_problems
from tests.unit.credit import books


def parents(**guarantors: str) -> Book:
    """Three parents with one note each; keywords say who guarantees whose note."""
    names = ("alpha", "beta", "gamma")

    def note(name: str) -> Any:
        guarantor = guarantors.get(name)
        behind = None if guarantor is None else Guarantee(guarantor=guarantor, scope="full")
        return books.loan(id=f"{name}-note", borrower=f"{name}-parent", guarantee=behind)

    return Book.model_construct(**{
        **dict.fromkeys(Book.model_fields, ()),
        "issuers": tuple(
            Issuer(id=name, name=name, segment="ai_infrastructure", corporate=f"{name}-parent") for name in names
        ),
        "borrowers": tuple(Borrower(id=f"{name}-parent", name=name, issuer=name) for name in names),
        "claims": tuple(map(note, names)),
        "lender_case": books.LenderCase(),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("guarantors", "expected"),
    [
        ({"alpha": "beta"}, []),
        ({"alpha": "beta", "beta": "gamma"}, []),
        (
            {"alpha": "beta", "beta": "alpha"},
            [
                "claims[0].guarantee.guarantor: found 'beta', for whose own debt 'alpha' stands; expected no circle "
                "of guarantees: alpha -> beta -> alpha",
                "claims[1].guarantee.guarantor: found 'alpha', for whose own debt 'beta' stands; expected no circle "
                "of guarantees: beta -> alpha -> beta",
            ],
        ),
        (
            {"alpha": "beta", "beta": "gamma", "gamma": "alpha"},
            [
                "claims[0].guarantee.guarantor: found 'beta', for whose own debt 'gamma' stands; expected no circle "
                "of guarantees: alpha -> beta -> gamma -> alpha",
                "claims[1].guarantee.guarantor: found 'gamma', for whose own debt 'alpha' stands; expected no circle "
                "of guarantees: beta -> gamma -> alpha -> beta",
                "claims[2].guarantee.guarantor: found 'alpha', for whose own debt 'beta' stands; expected no circle "
                "of guarantees: gamma -> alpha -> beta -> gamma",
            ],
        ),
    ],
    ids=["one stands", "a chain", "two", "three"],
)
def test_a_circle_is_named(guarantors: dict[str, str], expected: list[str]) -> None:
    from haircut.case.findings import dotted

    found = [
        f"{dotted(finding.path)}: found {finding.found}; expected {finding.expected}"
        for finding in reference_problems(parents(**guarantors))
    ]
    assert found == expected


def test_a_parent_behind_its_own_subsidiary_is_no_circle() -> None:
    book = parents(alpha="beta")
    spv = Borrower(id="beta-spv", name="SPV", issuer="beta")
    loan = books.loan(
        id="spv-loan", borrower="beta-spv", guarantee=Guarantee(guarantor="alpha", scope="full")
    )
    wider = book.model_copy(update={"borrowers": (*book.borrowers, spv), "claims": (*book.claims, loan)})
    assert reference_problems(wider) == []

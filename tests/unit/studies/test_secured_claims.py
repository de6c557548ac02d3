"""LTV on paper against realisable LTV, of every secured claim of a book."""

from __future__ import annotations

import functools
import json

import pytest

import haircut as hc
from haircut.credit import base_case, compile_book
from haircut.errors import CannotCompute
from haircut.faces import cli
from haircut.reports.exhibits import secured_ltv
from haircut.studies.liquidate import Secured, secured_claims
from tests.unit.credit import issuers

LOAN = "coreweave-ddtl-3"


@functools.cache
def book() -> Secured:
    return secured_claims("reference-2026-10")


def test_a_loan_reads_as_in_its_base_case() -> None:
    """The first month of the base case has the same five ratios."""
    (row,) = secured_claims(LOAN).rows
    lines = base_case(compile_book(hc.load(LOAN))).claims[row.claim]
    for name in ("book_ltv", "market_ltv", "nolv_ltv", "flv_ltv"):
        assert getattr(row, name) == pytest.approx(lines[name][0], rel=1e-12)
    assert row.months == lines["sale_months"][0]


def test_a_sale_never_brings_more_than_the_mark_nor_a_quick_one_more_than_an_orderly_one() -> None:
    """At psi_sale at most psi_mark: LTV rises from paper to an orderly sale to one of a month, and in stress."""
    for row in book().rows:
        assert row.market_ltv is not None and row.nolv_ltv is not None and row.flv_ltv is not None
        assert row.market_ltv <= row.nolv_ltv * (1.0 + 1e-9) <= row.flv_ltv * (1.0 + 2e-9), row.claim
        assert row.stress_nolv_ltv is None or row.stress_nolv_ltv >= row.nolv_ltv * (1.0 - 1e-9), row.claim
        assert row.stress_flv_ltv is None or row.stress_flv_ltv >= row.flv_ltv * (1.0 - 1e-9), row.claim


def test_every_secured_claim_has_a_row_or_a_reason() -> None:
    """Loans on machines move with the state of the market, loans on halls and coins alone do not."""
    case = hc.load("reference-2026-10")
    secured = {
        claim.id
        for claim in case.book.claims
        if claim.collateral_fleets or claim.collateral_leases or claim.coin_line is not None
    }
    assert {row.claim for row in book().rows} | set(book().left_out) == secured
    on_machines = {claim.id for claim in case.book.claims if claim.collateral_fleets}
    moved = {row.claim for row in book().rows if row.stress_flv_ltv != row.flv_ltv}
    assert moved and moved <= on_machines


def test_the_sentence_counts_and_the_exhibit_prints_the_numbers() -> None:
    found = book()
    under = sum(1 for row in found.rows if row.flv_ltv is None or row.flv_ltv > 1.0)
    assert f"{under} more than a sale of one month" in found.sentence()
    exhibit = secured_ltv.build(found)
    assert exhibit.table is not None and len(list(exhibit.table.rows())) == len(found.rows)


def test_a_book_without_collateral_is_refused() -> None:
    with pytest.raises(CannotCompute, match="no claim has collateral"):
        secured_claims(issuers.issuer(claims=(issuers.note(drawn_usd=1e6),), corporate={}))


def test_the_command_prints_json_and_refuses_what_does_not_belong(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["liquidate", "--secured", LOAN, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"][0]["claim"] == "ddtl-3" and printed["rows"][0]["nolv_ltv"] > 0.0
    assert cli.main(["liquidate", "--secured", LOAN, "--units", "10"]) == 2
    assert cli.main(["liquidate", "--secured", LOAN, "--table"]) == 2

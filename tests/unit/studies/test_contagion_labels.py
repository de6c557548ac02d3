"""Both labels of every measure: equal to the bit where borrowers do not meet, apart where a tenant is in the book."""

from __future__ import annotations

import functools
import json

import pytest

from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.faces import cli
from haircut.reports.exhibits import contagion_labels
from haircut.runs.executor import evaluate
from haircut.studies.contagion import Labels, labels, standalone
from tests.unit.credit import books
from tests.unit.studies.test_contagion import landlord

PATHS = 64


def failing_tenant(tenant_borrower: str | None = "corporate") -> Case:
    """The corporate that rents the hall fails by a hazard of its own; as a customer outside the book it never would."""
    case = landlord(tenant_borrower=tenant_borrower)
    borrowers = tuple(
        each.model_copy(update={"credit": books.hazard(0.4)}) if each.id == "corporate" else each
        for each in case.book.borrowers
    )
    return case.model_copy(update={"book": case.book.model_copy(update={"borrowers": borrowers})})


@functools.cache
def found() -> Labels:
    return labels(failing_tenant(), paths=PATHS)


def test_a_tenant_in_the_book_is_systemic_for_its_landlord() -> None:
    row = next(each for each in found().rows if (each.claim, each.measure) == ("hall-loan", "pd_maturity"))
    assert row.standalone == 0.0 and row.in_book > 0.2 and row.systemic == row.in_book
    loss = next(each for each in found().rows if (each.claim, each.measure) == ("hall-loan", "el_bp"))
    # Alone no path defaults, which gives no error there, and so none to the difference.
    assert loss.systemic > 0.0 and loss.in_book_error is not None and loss.systemic_error_at_most is None
    margin = next(each for each in found().rows if (each.claim, each.measure) == ("note", "el_bp"))
    assert margin.systemic_error_at_most == pytest.approx(2.0 * (margin.in_book_error or 0.0))
    assert all(
        each.systemic == 0.0 for each in found().rows if (each.claim, each.measure) == ("note", "el_bp")
    )


def test_each_side_is_what_reprice_says() -> None:
    case = failing_tenant()
    case = case.model_copy(update={"settings": case.settings.model_copy(update={"paths": PATHS})})
    for name, world in (("in_book", case), ("standalone", standalone(case))):
        said = {(each.claim, each.measure): each.number for each in evaluate(world).measures()}
        assert all(getattr(row, name) == said[row.claim, row.measure] for row in found().rows)


def test_every_measure_with_a_number_has_both_labels_or_says_which_is_missing() -> None:
    measures = {row.measure for row in found().rows} | {measure for _, measure, _ in found().one_label}
    assert {"pd_1y", "el_bp", "fair_margin_bp", "ead_usd"} <= measures
    assert len(measures) >= 40
    assert ("hall-loan", "lgd") in {(claim, measure) for claim, measure, _ in found().one_label}


def test_where_borrowers_do_not_meet_nothing_differs_bit_for_bit() -> None:
    apart = labels(failing_tenant(None), paths=PATHS)
    assert apart.rows and all(row.systemic == 0.0 for row in apart.rows)
    assert "0 measures differ" in contagion_labels.build(apart).title


def test_the_exhibit_and_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    shown = contagion_labels.build(found())
    assert "hall-loan moves most in fair margin" in shown.title and shown.table is not None
    assert cli.main(["contagion", "coreweave-ddtl-3", "--labels", "--paths", "64", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["paths"] == 64 and all(row["in_book"] == row["in_book"] for row in printed["rows"])
    assert cli.main(["contagion", "coreweave-ddtl-3", "--labels", "--channels"]) == 2


def test_one_path_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 2"):
        labels(failing_tenant(), paths=1)

"""Every field of a case that is not descriptive is read by a calculation; a descriptive one is read by none.

Twice: by text, for every field and every door; and by watching the models while real and small cases are compiled,
run and priced, which tells `Contract.start` from `Amortisation.start`. Run with ``-s`` to see the tables.
"""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import haircut as hc
from haircut.case import schema_fields
from haircut.case.book import Book, Reserve
from haircut.case.book.claims import (
    Amortisation,
    Covenant,
    Draw,
    DrawConditions,
    Guarantee,
    Quote,
    Refinancing,
    Sizing,
)
from haircut.case.case import Case
from haircut.case.fields import is_descriptive, model_of
from haircut.case.provenance import Frozen
from haircut.case.settings import Settings
from haircut.credit import base_case, compile_book, simulate
from haircut.pricing.underwriting import underwriting
from haircut.pricing.value import value
from tests.unit.credit import books, issuers

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "haircut"
CREDIT = ("compile.py", "machines_in_place.py", "lender_view.py")
DOORS = [
    *(PACKAGE / "credit" / name for name in CREDIT),
    *sorted((PACKAGE / "credit" / "records").glob("*.py")),
    *(
        path
        for room in ("scenarios", "machines", "pricing")
        for path in sorted((PACKAGE / room).rglob("*.py"))
    ),
]
CALCULATIONS = [
    path
    for room in ("credit", "scenarios", "machines", "pricing")
    for path in sorted((PACKAGE / room).rglob("*.py"))
    if "view" not in path.relative_to(PACKAGE).parts  # pages of a market print what no run reads
]

ELSEWHERE = {
    ("Case", "name"): ("runs/", "labels a run"),
    ("Case", "claim"): ("runs/", "the claim that the verdict is about"),
    ("Case", "overlays"): ("case/", "labels a run; with overlays later dated values are allowed"),
    ("Settings", "control_variates"): ("runs/", "which sums a simulation keeps"),
    ("Settings", "sensitivities"): ("runs/", "which further runs are made"),
    ("Settings", "until_error_bp"): ("runs/", "how many paths a run takes"),
    ("Claim", "closing_date"): ("case/", "bounds the dates of the claim; its past is drawn_usd"),
    ("Lender", "id"): ("case/", "named by claims' shares"),
    ("Launch", "applies_to"): ("case/", "read by Launch.takes_from, which value and paths call"),
    **{("ByRegime", name): ("case/", "read together by values()") for name in ("glut", "balanced", "scarce")},
}
"""Fields whose reader is another room by design: where, and what for."""

READ_ALTHOUGH_DESCRIPTIVE = {
    ("ComputeMarket", "reference_device"): "the device whose rent the pull to the entry rent compares",
    ("Claim", "lenders"): "whose loss it is; matters only to a lender that states a budget",
    ("RentQuote", "date"): "the latest of several quotes counts",
}
"""Descriptive fields that a calculation reads nevertheless, with the reason."""

SAME_WORD = {
    "name", "kind", "source", "sources", "note", "unit", "mark", "range", "date", "title", "description",
    "lenders", "segment", "tier", "panel", "cooling",
}  # fmt: skip
"""Words that other objects carry as attributes too: a text search says nothing about them."""


def readers(files: list[Path]) -> dict[str, list[str]]:
    """Attribute name -> places that read it: ``.name``, or ``"name"`` in a getattr or in a tuple of names for one."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in files:
        text = path.read_text()
        named = "getattr(" in text
        for number, line in enumerate(text.splitlines(), start=1):
            code = line.split("  #")[0]
            words = set(re.findall(r"(?<=\.)([a-z_][a-z0-9_]*)", code))
            if named:
                words |= set(re.findall(r"\"([a-z_][a-z0-9_]*)\"", code))
            for word in words:
                found[word].append(f"{path.relative_to(PACKAGE)}:{number}")
    return found


def models() -> dict[str, type[Frozen]]:
    """Every model that a case holds, descriptive parts included."""
    found: dict[str, type[Frozen]] = {}
    waiting: list[type[Frozen]] = [Case]
    while waiting:
        model = waiting.pop()
        if model.__name__ in found:
            continue
        found[model.__name__] = model
        inner = (model_of(info.annotation) for info in model.model_fields.values())
        waiting += [each for each in inner if each is not None]
    return found


def test_every_field_that_matters_is_read() -> None:
    places = readers(DOORS)
    unread, table = [], []
    for model, field in schema_fields():
        where = places.get(field, [])
        if (model, field) in ELSEWHERE:
            room, reason = ELSEWHERE[model, field]
            table.append(f"{model}.{field}: {room} ({reason})")
        elif where:
            table.append(f"{model}.{field}: {where[0]}")
        else:
            unread.append(f"{model}.{field}")
    print("\n" + "\n".join(table))
    assert unread == []


def watched_cases() -> Iterator[Case]:
    """Cases that between them use every feature."""
    for name in ("coreweave-ddtl-3", "coreweave-ddtl-4", "ten-year-model"):
        yield hc.load(ROOT / "examples" / name)
    ten = hc.load(ROOT / "examples" / "ten-year-model")
    yield hc.overlay(ten, "observed-rents")
    yield hc.overlay(ten, "deflation-30")
    market = books.quiet_market(liquidation=books.liquidation(impact="power"))
    claim = books.loan(
        commitment_usd=3e6, draws=(Draw(date=books.day(6), amount_usd=1e6),), undrawn_fee_bp=50.0,
        draw_conditions=DrawConditions(minimum_projected_dscr=1.1, last_draw_date=books.day(7)),
        interest=books.floating(300.0, hedged_share=0.5, floor=0.01), cash_sweep_share=0.2,
        amortisation=Amortisation(kind="straight", start=books.day(12)), collateral_fleets=("fleet",),
        guarantee=Guarantee(guarantor="parent", scope="completion", completion_date=books.day(9)),
        refinancing=Refinancing(advance_rate=0.5, target_dscr=1.3), stated_recovery=books.recovery(0.4),
        covenants=(
            Covenant(test="ltv", maximum=0.8, basis="market", first_test=books.day(3)),
            Covenant(test="dscr", minimum=1.2, consequence="margin_step", margin_step_bp=25.0),
        ),
        quote=Quote(kind="secondary", date=books.AS_OF, price=97.0),
    )  # fmt: skip
    second = books.fleet(
        id="second", funded_by_draw=books.day(6), in_service=books.day(6), maximum_age_years=8.0, utilisation=0.7,
        failure_hazard_per_year=0.02, other_cash_cost_usd_per_hour=0.1, power_kw=1.0, economic_life_years=5.0,
    )  # fmt: skip
    yield books.case(
        claims=(claim,), fleets=(books.fleet(), second), contracts=(books.contract(end=books.day(40)),), market=market,
        parent=books.hazard(0.02), reserves=(Reserve(name="debt_service", target_months=3.0),), tax_rate=0.2,
    )  # fmt: skip
    given = books.loan(
        sizing=Sizing(target_dscr=1.3, advance_rate=0.7), drawn_usd=None,
        amortisation=Amortisation(kind="given", shares=(0.5, 0.5)), maturity_date=books.day(24),
        payment_frequency_months=12,
    )  # fmt: skip
    yield books.case(claims=(given,), market=market)
    yield issuers.everything()


def watch(work: Callable[[Case], None]) -> dict[tuple[str, str], str]:
    """(model, field) -> first place in a calculation that read it while `work` ran on every watched case."""
    found: dict[tuple[str, str], str] = {}
    plain = Frozen.__getattribute__
    rooms = tuple(
        f"{PACKAGE}{os.sep}{room}{os.sep}" for room in ("credit", "scenarios", "machines", "pricing")
    )

    def recording(self: Frozen, name: str) -> Any:
        if not name.startswith("_"):
            frame = sys._getframe(1)
            if frame.f_code.co_filename.startswith(rooms):
                key = (type(self).__name__, name)
                if key not in found:
                    place = Path(frame.f_code.co_filename).relative_to(PACKAGE)
                    found[key] = f"{place}:{frame.f_lineno}"
        return plain(self, name)

    cases = list(watched_cases())
    Frozen.__getattribute__ = recording  # type: ignore[method-assign]
    try:
        for each in cases:
            work(each)
    finally:
        del Frozen.__getattribute__
    return found


def price(of: Case) -> None:
    compiled = compile_book(of)
    p, q = (simulate(compiled, measure, 16, 1) for measure in ("P", "Q"))
    base, lender = base_case(compiled), base_case(compiled, "flat")
    found = {claim.id: underwriting(of, claim, compiled, base, lender) for claim in of.book.claims}
    value(compiled, of, base, p, q, {}, found)


def test_every_field_of_the_book_is_seen_to_be_read() -> None:
    """The models of a book, its settings and its claims: what a user writes changes what is computed."""
    found = watch(price)
    book = _book_models()
    wanted = [(model, field) for model, field in schema_fields() if model in book]
    print("\n" + "\n".join(f"{'.'.join(key)}: {found[key]}" for key in wanted if key in found))
    unseen = [key for key in wanted if key not in found and key not in ELSEWHERE]
    assert unseen == []
    descriptive = [
        f"{name}.{field}: {found[name, field]}"
        for name, model in models().items()
        for field, info in model.model_fields.items()
        if is_descriptive(info) and (name, field) in found and (name, field) not in READ_ALTHOUGH_DESCRIPTIVE
    ]
    assert descriptive == []


def _book_models() -> set[str]:
    """Names of the models below the book and the settings."""
    found: set[str] = set()
    waiting: list[type[Frozen]] = [Book, Settings]
    while waiting:
        model = waiting.pop()
        if model.__name__ not in found:
            found.add(model.__name__)
            inner = (model_of(info.annotation) for info in model.model_fields.values())
            waiting += [each for each in inner if each is not None]
    return found


def test_the_list_of_fields_read_elsewhere_is_true() -> None:
    for (model, field), (room, _) in ELSEWHERE.items():
        assert (model, field) in schema_fields(), (model, field)
        files = sorted((PACKAGE / room).rglob("*.py"))
        assert field in readers(files), f"{model}.{field} is not read in {room}"


def test_descriptive_fields_are_read_by_no_calculation() -> None:
    places = readers(CALCULATIONS)
    words = {field for _, field in schema_fields()}
    read = []
    for name, model in sorted(models().items()):
        for field, info in model.model_fields.items():
            if not is_descriptive(info) or field in SAME_WORD or field in words:
                continue
            if places.get(field) and (name, field) not in READ_ALTHOUGH_DESCRIPTIVE:
                read.append(f"{name}.{field}: {places[field][0]}")
    assert read == []

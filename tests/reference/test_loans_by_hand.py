"""One loan of every kind worked by hand, month by month: the tables and their arithmetic stand in `by_hand/`.

The engine runs the same loan on one stated path and agrees with every figure of the table to the cent.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from haircut.case.book import Claim
from haircut.case.book.claims import KINDS, Amortisation, Conversion, Draw, DrawConditions, Interest
from haircut.case.case import Case
from haircut.credit import compile_book
from haircut.scenarios.block import ScenarioBlock
from tests.unit.credit import books, issuers
from tests.unit.credit.books import Path as Walked
from tests.unit.credit.books import day, walk

TABLES = Path(__file__).parent / "by_hand"
CENT = 0.005
REPAYS = ("principal", "sweep")


def fixed(coupon: float, **changes: Any) -> Interest:
    return Interest(kind="fixed", coupon=coupon, day_count="30/360", **changes)


def of_machines(claim: Claim, *contracts: Any) -> Case:
    """100 units that rent for 1 USD an hour at no cost."""
    return books.case(claims=(claim,), contracts=contracts)


def delayed_draw_term_loan() -> Case:
    claim = books.loan(
        kind="delayed_draw_term_loan", drawn_usd=1e6, commitment_usd=1.5e6, maturity_date=day(6),
        draws=(Draw(date=day(2), amount_usd=5e5),), draw_conditions=DrawConditions(last_draw_date=day(2)),
        undrawn_fee_bp=100.0, interest=books.floating(600.0), payment_frequency_months=3,
        guarantee=books.completion_guarantee(),
    )  # fmt: skip
    return books.case(claims=(claim,), parent=books.NEVER)


def project_finance_loan() -> Case:
    claim = books.loan(
        kind="project_finance_loan", drawn_usd=5e5, maturity_date=day(12), interest=fixed(0.10),
        payment_frequency_months=6, amortisation=Amortisation(kind="sculpted", cash_flow="contract"),
    )  # fmt: skip
    half = books.contract(id="half-a-year", units=50.0, end=day(6))
    year = books.contract(id="a-year", units=50.0, end=day(12))
    return of_machines(claim, half, year)


def asset_based_loan() -> Case:
    claim = books.loan(
        kind="asset_based_loan", drawn_usd=4e5, maturity_date=day(12), interest=fixed(0.12),
        payment_frequency_months=3, amortisation=Amortisation(kind="bullet"), cash_sweep_share=0.5,
        collateral_fleets=("fleet",),
    )  # fmt: skip
    return of_machines(claim)


def equipment_lease() -> Case:
    claim = books.loan(
        kind="equipment_lease", drawn_usd=3e5, maturity_date=day(6), interest=fixed(0.09),
        amortisation=Amortisation(kind="annuity"), collateral_fleets=("fleet",),
    )  # fmt: skip
    return of_machines(claim)


def senior_note() -> Case:
    claim = issuers.note(
        id="loan", maturity_date=day(12), interest=fixed(0.10, payment_in_kind_share=0.4),
        payment_frequency_months=6,
    )  # fmt: skip
    return issuers.issuer(claims=(claim,), cash=2e6)


def convertible(price: float, **changes: Any) -> Case:
    terms = Conversion(conversion_price_usd=price, share_price_usd=10.0, **changes)
    claim = issuers.convertible(
        id="loan", drawn_usd=8e5, maturity_date=day(12), interest=fixed(0.03), payment_frequency_months=6,
        conversion=terms,
    )  # fmt: skip
    return issuers.issuer(claims=(claim,), cash=1e6)


def coin_backed_line() -> Case:
    claim = issuers.line(id="loan", maturity_date=day(6), interest=fixed(0.09), payment_frequency_months=1)
    # Cash at the minimum does not top up the pledge; it pays what falls due.
    idle = {"accounts": issuers.Account(cash_usd=1e6, minimum_cash_usd=1e6)}
    return issuers.issuer(claims=(claim,), corporate=idle)


def revolver() -> Case:
    claim = issuers.note(
        id="loan", kind="revolver", revolving=True, commitment_usd=5e5, drawn_usd=0.0, maturity_date=day(12),
        interest=fixed(0.08), payment_frequency_months=3, undrawn_fee_bp=50.0,
    )  # fmt: skip
    other = issuers.note(maturity_date=day(12), interest=fixed(0.12), payment_frequency_months=3)
    income = {"other_income_usd_per_month": 5_000.0}
    return issuers.issuer(claims=(claim, other), cash=1e4, coins=30.0, corporate=income)


class Loan(NamedTuple):
    """A loan, its path (by default the expected one), and who pays what is left at the end."""

    kind: str
    case: Callable[[], Case]
    block: Callable[[Any], ScenarioBlock] = books.expected
    last_paid_by: str = "principal"


def dips(compiled: Any) -> ScenarioBlock:
    return issuers.coin_falls(compiled, 3, 35_000.0, 50_000.0)


LOANS = {
    "delayed_draw_term_loan": Loan("delayed_draw_term_loan", delayed_draw_term_loan),
    "project_finance_loan": Loan("project_finance_loan", project_finance_loan),
    "asset_based_loan": Loan("asset_based_loan", asset_based_loan, last_paid_by="sweep"),
    "equipment_lease": Loan("equipment_lease", equipment_lease),
    "senior_note": Loan("senior_note", senior_note),
    "convertible_note": Loan("convertible_note", lambda: convertible(8.0), last_paid_by="conversion"),
    "convertible_note_put": Loan("convertible_note", lambda: convertible(20.0, put_dates=(day(6),))),
    "coin_backed_line": Loan("coin_backed_line", coin_backed_line, dips),
    "revolver": Loan("revolver", revolver, last_paid_by="coin_sale"),
}


def table(name: str) -> list[dict[str, float]]:
    """The rows below the arithmetic."""
    lines = [line for line in (TABLES / f"{name}.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    heads = lines[0].split()
    return [dict(zip(heads, map(float, line.split()), strict=True)) for line in lines[1:]]


def engine(path: Walked) -> list[dict[str, float]]:
    """The same figures of the loan as the engine ran it."""
    place = path.compiled.claim_ids.index("loan")
    lender = int(path.compiled.arrays.claims[place]["lender_account"])
    lines = path.claims["loan"]
    rows = []
    for month in range(1, int(path.compiled.arrays.claims[place]["maturity"]) + 1):

        def paid(*causes: str, month: int = month) -> float:
            return sum(
                amount for when, payee, cause, amount in path.ledger
                if when == month and payee == lender and cause in causes
            )  # fmt: skip

        opening, closing = float(lines["balance"][month - 1]), float(lines["balance"][month])
        repaid = paid(*REPAYS)
        row = {"month": float(month), "opening": opening, "closing": closing, "principal": repaid,
               "interest": float(lines["interest"][month]), "paid": paid("interest"), "fee": paid("fee")}  # fmt: skip
        lent = sum(
            amount for when, _, cause, amount in path.ledger
            if when == month and cause in ("draw", "revolver_draw")
        )  # fmt: skip
        rows.append({**row, "draw": lent, "in_kind": closing - opening - lent + repaid})
    return rows


def test_every_kind_has_a_table_and_every_table_a_kind() -> None:
    assert {loan.kind for loan in LOANS.values()} == set(KINDS)
    assert {file.stem for file in TABLES.glob("*.txt")} == set(LOANS)


@pytest.mark.parametrize("name", LOANS)
def test_a_table_adds_up_and_shows_its_arithmetic(name: str) -> None:
    """Opening + draw + in kind - principal = closing, and a month opens where the one before it closed."""
    rows, before = table(name), None
    for row in rows:
        moved = row["opening"] + row["draw"] + row["in_kind"] - row["principal"]
        assert moved == pytest.approx(row["closing"], abs=0.011)
        assert before is None or row["opening"] == before
        before = row["closing"]
    assert rows[-1]["closing"] == 0.0
    # Each payment is rounded to the cent, so the sums differ by at most half a cent a month.
    accrued = sum(row["interest"] - row["paid"] - row["in_kind"] for row in rows)
    assert accrued == pytest.approx(0.0, abs=CENT * len(rows))
    prose = [line for line in (TABLES / f"{name}.txt").read_text("utf-8").splitlines() if line[:1] == "#"]
    assert len(prose) >= 5


@pytest.mark.parametrize("name", LOANS)
def test_the_engine_is_the_table_to_the_cent(name: str) -> None:
    loan = LOANS[name]
    compiled = compile_book(loan.case())
    position = compiled.claim_ids.index("loan")
    assert compiled.case.book.claims[position].kind == loan.kind
    path = walk(compiled, loan.block(compiled))
    assert path.cause(position) == "none" and path.error < 1e-6
    hand, found = table(name), engine(path)
    assert len(found) >= len(hand)
    for row, own in zip(hand, found, strict=False):
        for column, value in row.items():
            assert own[column] == pytest.approx(value, abs=CENT + 1e-9), (name, column, row["month"])
    assert all(abs(own["closing"]) < CENT for own in found[len(hand) :])
    last = int(hand[-1]["month"])
    assert last in path.paid(loan.last_paid_by)


def test_a_line_keeps_the_coins_that_the_sale_left() -> None:
    """40 less 12.3096 sold in month 3; they come back to the borrower with the last payment."""
    path = walk(compiled := compile_book(coin_backed_line()), dips(compiled))
    assert float(path.state.borrowers[0].coins) == pytest.approx(27.6904, abs=5e-5)
    assert path.paid("coin_sale") == {3: pytest.approx(470_642.78, abs=CENT)}

"""What a run leaves open is counted: on paths whose ends are arithmetic."""

import numpy as np
import pytest

from haircut.case.book import Account, Reserve
from haircut.case.book.claims import Amortisation, Draw, DrawConditions, Refinancing
from haircut.credit import compile_book, simulate
from haircut.credit.arrays import Floats
from haircut.credit.health import (
    LATE,
    LEFT_OPEN,
    OPEN,
    TRAPPED,
    UNDRAWN,
    UNPAID,
    mean_and_error,
    tally,
)
from haircut.credit.steps.default import (
    BY,
    CAUSE,
    DEFAULT_MONTH,
    DISCOUNT,
    EXPOSURE,
    FACTS,
    RECOVERED,
    ROOT,
    ROUND,
    SPENT,
    WAITED,
)
from tests.unit.credit import books, issuers
from tests.unit.credit.books import Path, day, run, walk
from tests.unit.credit.issuers import issuer, note


def left(path: Path) -> dict[str, Floats]:
    """By name, (claims,) of one path, USD."""
    found = tally(path.compiled.arrays, books.expected(path.compiled), path.facts[None]).left_open
    return {name: found[:, place, 1] for place, name in enumerate(LEFT_OPEN)}


def test_no_two_facts_share_a_column() -> None:
    """Of a default, of the end of a path and of what recoveries lose on their way: each has its own, none is idle."""
    own = [CAUSE, ROOT, DEFAULT_MONTH, EXPOSURE, DISCOUNT, RECOVERED, ROUND, BY]
    own += [UNPAID, OPEN, UNDRAWN, TRAPPED, LATE, WAITED, SPENT]
    assert sorted(own) == list(range(FACTS))


def test_a_book_that_pays_leaves_nothing_open() -> None:
    found = left(run(issuer(claims=(note(),), cash=2e6)))
    assert all(not each.any() for each in found.values())


def test_a_balloon_that_meets_an_empty_till_is_unpaid_at_maturity() -> None:
    """1 million due, 0.3 million there: the default is dated at maturity and its exposure is what is missing."""
    path = run(issuer(claims=(note(),), cash=3e5))
    assert left(path)["unpaid_at_maturity"][0] == pytest.approx(7e5)
    assert path.default_month() == 24


def test_a_default_before_maturity_is_not_unpaid_at_maturity() -> None:
    """Interest of the first payment date is missing: the loan falls in month 3, not at its end."""
    interest = books.Interest(kind="fixed", coupon=0.1, day_count="30/360")
    found = left(run(issuer(claims=(note(interest=interest),))))
    assert not found["unpaid_at_maturity"].any()


def test_a_refused_draw_is_never_drawn() -> None:
    """Half a million planned for month 13, before a year of debt service that no contract covers."""
    claim = note(
        kind="delayed_draw_term_loan", draws=(Draw(date=day(13), amount_usd=5e5),), commitment_usd=1.5e6,
        amortisation=Amortisation(kind="straight"),
        draw_conditions=DrawConditions(minimum_projected_dscr=1.2),
    )  # fmt: skip
    found = left(run(issuer(claims=(claim,), cash=2e6)))
    assert found["never_drawn"].tolist() == [5e5]


def test_a_reserve_stays_shut_where_a_balloon_is_refinanced_after_the_month_is_distributed() -> None:
    """0.1 million of reserve; lenders replace a balloon of 0.9 million on a hall that is worth more."""
    claim = note(
        id="hall-loan", kind="project_finance_loan", borrower="spv", drawn_usd=9e5,
        amortisation=Amortisation(kind="bullet"), collateral_leases=("hall-lease",),
        refinancing=Refinancing(advance_rate=0.9, target_dscr=1.0, tenor_months=36),
    )  # fmt: skip
    reserve = Reserve(name="liquidity", balance_usd=1e5)
    case = issuer(
        claims=(claim, note()), leases=(issuers.lease(end=day(120)),), spv=True, cash=2e6,
        subsidiary={"accounts": Account(reserves=(reserve,))},
    )  # fmt: skip
    path = run(case)
    found = left(path)
    assert path.cause(path.compiled.claim_ids.index("hall-loan")) == "none"
    assert found["cash_trapped"].sum() == pytest.approx(1e5)
    assert not found["unpaid_at_maturity"].any()


def test_rent_that_reaches_a_closed_parent_does_not_reach_its_lenders() -> None:
    """The parent's note falls in month 6; its hall without debt pays rent up to the end of the run."""
    case = issuer(
        claims=(note(maturity_date=day(6)), note(id="hall-loan", borrower="spv", drawn_usd=1e5)),
        leases=(issuers.lease(),), spv=True,
    )  # fmt: skip
    path = run(case)
    parent = path.compiled.claim_ids.index("note")
    found = left(path)
    assert path.default_month(parent) == 6
    assert found["cash_after_estate"][parent] > 0.0
    assert found["cash_trapped"].sum() == 0.0


def test_rent_beyond_the_grid_of_a_value_is_counted_by_month() -> None:
    """Rent a thousand times today's in three months of a fleet's life."""
    compiled = compile_book(books.case(claims=(books.loan(collateral_fleets=("fleet",)),)))
    block = books.expected(compiled)
    path = walk(compiled, block)
    assert not tally(compiled.arrays, block, path.facts[None]).off_grid.any()
    rent = block.log_rent.copy()
    rent[:, :, 4:7] += np.log(1e3)
    found = tally(compiled.arrays, block._replace(log_rent=rent), path.facts[None]).off_grid
    assert found[0].tolist() == [1.0, 3.0, 9.0]


def test_sums_by_block_are_those_of_the_paths() -> None:
    """Two blocks, the second cut short, of a borrower that fails at a constant hazard."""
    case = books.case(claims=(note(borrower="spv"),), borrower=books.hazard(0.1))
    found = simulate(compile_book(case), "P", 700, 1, threads=1)
    assert found.left_open.shape == (2, 1, len(LEFT_OPEN), 3)
    assert (found.left_open[..., 0] <= found.paths[:, None, None]).all()


def test_errors_are_those_of_the_sample_or_of_blocks() -> None:
    values = np.random.default_rng(1).exponential(2.0, (30, 512))
    sums, squares, paths = values.sum(axis=1), (values**2).sum(axis=1), np.full(30, 512.0)
    mean, error = mean_and_error(paths, sums, squares)
    assert mean == pytest.approx(values.mean())
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(values.size))
    _, by_block = mean_and_error(paths, sums, squares, 20)
    assert by_block == pytest.approx(values.mean(axis=1).std(ddof=1) / np.sqrt(30))
    assert mean_and_error(paths[:19], sums[:19], squares[:19], 20)[1] is None
    assert mean_and_error(np.array([1.0]), np.array([3.0]), np.array([9.0])) == (3.0, None)

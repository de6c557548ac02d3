"""What must hold between two calls of the command line, whatever the numbers are."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import haircut as hc
from haircut.case import MECHANISMS
from haircut.credit import compile_book
from haircut.errors import Reason
from haircut.faces import cli
from haircut.runs import beside, corners
from tests.convergence import test_errors_of_estimates as errors

CASES = {"coreweave-ddtl-3": "ddtl-3", "coreweave-ddtl-4": "ddtl-4", "ten-year-model": "ten-year-loan"}
LOAN, BIGGER, MODEL = CASES
PATHS = 2048
CONTRACT = (
    "pd_1y", "pd_3y", "pd_maturity", "pd_loss_maturity", "lgd", "el_bp", "fair_margin_bp", "fair_model_bp",
    "quoted_margin_bp", "quote_kind", "rich_cheap_bp", "wal_years", "min_dscr", "llcr", "book_ltv", "market_ltv",
    "nolv_ltv", "flv_ltv",
)  # fmt: skip
TEXTS = ("quote_kind", "quote_date")
UNITS = {"bp", "share", "x", "years", "months", "usd"}
RATIOS = {"bp", "share", "x", "years"}
PROBABILITIES = ("pd_1y", "pd_3y", "pd_maturity")

Rows = dict[str, dict[str, Any]]
Priced = Callable[..., Rows]


@pytest.fixture(scope="module", autouse=True)
def _alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs go to a temporary folder, without the scenarios beside them: nothing here reads those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIRCUT_RUNS", str(tmp_path_factory.mktemp("runs")))
        patch.setattr(beside, "corners", lambda case, others=(): iter(()))
        yield


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints on stdout; it must end well."""

    def call(*arguments: str) -> str:
        code = cli.main(list(arguments))
        shown = capsys.readouterr()
        assert code == 0, shown.err
        return shown.out

    return call


@pytest.fixture
def priced(said: Callable[..., str], tmp_path: Path) -> Priced:
    """Measures of `reprice --json` by name; a mapping is written as an overlay's file."""

    def call(case: str, *changes: str | dict[str, Any], paths: int = PATHS, seed: int = 1) -> Rows:
        arguments = ["reprice", case, "--json", "--paths", str(paths), "--seed", str(seed)]
        for change in changes:
            arguments += ["--overlay", change if isinstance(change, str) else overlay_file(tmp_path, change)]
        return {row["measure"]: row for row in json.loads(said(*arguments))["measures"]}

    return call


def overlay_file(folder: Path, change: dict[str, Any]) -> str:
    file = folder / f"change-{len(list(folder.iterdir()))}.yaml"
    file.write_text(yaml.safe_dump(change), encoding="utf-8")
    return str(file)


# --- a change whose answer is known


@pytest.mark.parametrize("case", [LOAN, BIGGER])
def test_a_quote_of_100_bp_more_is_100_bp_cheaper(priced: Priced, case: str) -> None:
    claim = hc.load(case).book.claims[0]
    assert claim.quote is not None and claim.quote.margin_bp is not None
    change = {"quote": {"margin_bp": claim.quote.margin_bp + 100.0}}
    before, after = priced(case), priced(case, {"book": {"claims": {claim.id: change}}})
    assert after["rich_cheap_bp"]["value"] - before["rich_cheap_bp"]["value"] == pytest.approx(
        100.0, abs=1e-9
    )
    assert after["quoted_margin_bp"]["value"] == before["quoted_margin_bp"]["value"] + 100.0
    moved = {name for name in before if before[name] != after[name]}
    # Risk per basis point is taken at the quoted price.
    assert moved == {
        "rich_cheap_bp", "quoted_margin_bp", "ir01_usd", "rate_duration_years", "spread_duration_years"
    }  # fmt: skip


def doubled(case: str) -> dict[str, Any]:
    """An overlay with twice the machines, the contracts and the debt."""
    book = hc.load(case).book
    claims: dict[str, dict[str, Any]] = {}
    for claim in book.claims:
        amounts = {name: getattr(claim, name) for name in ("drawn_usd", "commitment_usd")}
        claims[claim.id] = {name: 2.0 * usd for name, usd in amounts.items() if usd is not None}
        if claim.draws:
            claims[claim.id]["draws"] = [
                {"date": draw.date, "amount_usd": 2.0 * draw.amount_usd} for draw in claim.draws
            ]
    parts = {
        "fleets": {fleet.id: {"units": 2.0 * fleet.units} for fleet in book.fleets},
        "contracts": {contract.id: {"units": 2.0 * contract.units} for contract in book.contracts},
        "claims": claims,
    }
    assert all(
        not borrower.overhead_usd_per_month and not borrower.accounts.cash_usd for borrower in book.borrowers
    )
    return {"book": {name: part for name, part in parts.items() if part}}


@pytest.mark.parametrize("case", CASES)
def test_twice_the_size_at_infinite_depth_changes_no_ratio(priced: Priced, case: str) -> None:
    deep = {"market": {"liquidation": {"impact": "none"}}}
    one, two = priced(case, deep), priced(case, deep, doubled(case))
    assert list(one) == list(two)
    compared = 0
    for name, row in one.items():
        if row["unit"] in RATIOS and row["value"] is not None:
            assert two[name]["value"] == pytest.approx(row["value"], rel=1e-9, abs=1e-12), name
            if row["std_error"] is not None:
                assert two[name]["std_error"] == pytest.approx(row["std_error"], rel=1e-6, abs=1e-12), name
            compared += 1
        elif row["unit"] != "usd":
            assert two[name] == row
    assert compared > 25
    assert two["drawn_usd"]["value"] == pytest.approx(2.0 * one["drawn_usd"]["value"], rel=1e-12)


def test_twice_the_size_at_finite_depth_sells_for_less(priced: Priced) -> None:
    one, two = priced(LOAN), priced(LOAN, doubled(LOAN))
    for name in ("nolv_ltv", "flv_ltv"):
        assert two[name]["value"] > one[name]["value"]
    assert two["lgd"]["value"] > one["lgd"]["value"]
    assert two["market_ltv"]["value"] == pytest.approx(one["market_ltv"]["value"], rel=1e-9)


# --- a world that is worse does not default less


WORSE = {
    "power": ("power_price_factor", (1.0, 2.0, 4.0)),
    "deflation": ("rent_drift_shift", (0.0, -0.10, -0.30)),
    "customer": ("customer_hazard_factor", (1.0, 1.5, 3.0)),
}
# The ten-year model has neither customers nor a bill for power.
WORLDS = [(case, cause) for case in (LOAN, BIGGER) for cause in WORSE] + [(MODEL, "deflation")]


@pytest.mark.parametrize(("case", "cause"), WORLDS)
def test_a_worse_world_does_not_default_less(priced: Priced, case: str, cause: str) -> None:
    """Same seed, so path by path; of the loan without its covenants, because one of them is a remedy.

    A breach of cover sweeps cash into the loan, and a loan that is repaid sooner can default less by its
    maturity (see the test below).
    """
    field, levels = WORSE[cause]
    plain = {"book": {"claims": {CASES[case]: {"covenants": [], "draw_conditions": None}}}}
    found = [priced(case, plain, {"scenario": {field: level}}) for level in levels]
    for name in PROBABILITIES:
        values = [rows[name]["value"] for rows in found]
        # One path is let off: a customer that fails sooner may fail when the machines still let well.
        assert all(after >= before - 1.0 / PATHS for before, after in pairwise(values)), (name, values)
        assert values[-1] >= values[0], (name, values)


@pytest.mark.parametrize(("case", "cause"), WORLDS)
def test_with_its_covenants_too_within_three_years(priced: Priced, case: str, cause: str) -> None:
    field, levels = WORSE[cause]
    before, after = (priced(case, {"scenario": {field: level}}) for level in levels[:2])
    for name in ("pd_1y", "pd_3y"):
        assert after[name]["value"] >= before[name]["value"], name
    assert after["el_bp"]["value"] >= before["el_bp"]["value"] * (1.0 - 1e-9)


def test_a_sweep_is_what_lets_dearer_power_lower_the_probability_by_maturity(priced: Priced) -> None:
    """Of DDTL 3.0: cover below 1.40x sweeps, so that less is owed when the customer fails."""
    dear = {"scenario": {"power_price_factor": 4.0}}
    swept = priced(LOAN)["pd_maturity"]["value"] - priced(LOAN, dear)["pd_maturity"]["value"]
    plain = {"book": {"claims": {"ddtl-3": {"covenants": []}}}}
    free = priced(LOAN, plain)["pd_maturity"]["value"] - priced(LOAN, plain, dear)["pd_maturity"]["value"]
    assert swept > 0.0 >= free


# --- errors, bytes, bases


def test_four_times_the_paths_halve_the_errors(priced: Priced) -> None:
    few, many = priced(LOAN, paths=4096), priced(LOAN, paths=16_384)
    for name in ("pd_3y", "pd_maturity", "lgd", "el_bp", "fair_margin_bp", "fair_model_bp"):
        assert few[name]["std_error"] / many[name]["std_error"] == pytest.approx(2.0, rel=0.2), name


def test_over_40_seeds_the_intervals_cover_a_longer_run() -> None:
    """The short form of tests/convergence/test_errors_of_estimates.py, on fewer seeds and wider bounds."""
    case = hc.load(errors.CASE)
    compiled = compile_book(case)
    truth = errors.answer(case, compiled, 64_000, 987_654_321)
    found = [errors.answer(case, compiled, errors.PATHS, seed) for seed in range(1, 41)]
    for name in errors.MEASURES:
        hits = sum(abs(one[name][0] - truth[name][0]) <= errors.WIDTH * one[name][1] for one in found)
        assert hits >= 34, (name, hits)


def test_the_same_call_gives_the_same_bytes_whatever_the_threads(said: Callable[..., str]) -> None:
    call = ("reprice", LOAN, "--paths", "1024", "--seed", "9", "--json", "--fresh", "--threads")
    assert len({said(*call, threads) for threads in ("1", "2", "3")}) == 1


def test_every_basis_of_rent_in_turn_and_the_spread(said: Callable[..., str]) -> None:
    found = json.loads(said("reprice", LOAN, "--paths", "1024", "--rent-basis", "all", "--json"))
    bases = {quote.basis for quote in hc.load(LOAN).market.rents}
    assert {row["rent_basis"] for row in found["bases"]} == bases
    values = [row["value"] for row in found["bases"]]
    assert found["spread_bp"] == max(values) - min(values) > 0.0


# --- the contract of --json


@pytest.mark.parametrize("case", CASES)
def test_rows_are_those_of_the_contract(priced: Priced, case: str) -> None:
    rows = priced(case)
    assert set(CONTRACT) <= set(rows)
    for name, row in rows.items():
        assert list(row) == ["claim", "measure", "value", "std_error", "unit", "exact", "reason"]
        assert row["claim"] == CASES[case]
        assert (row["value"] is None) == (row["reason"] in Reason.__args__), name
        if isinstance(row["value"], str) or name in TEXTS:
            assert row["unit"] is None and row["std_error"] is None and row["exact"] is True, name
        elif row["value"] is not None:
            assert row["unit"] in UNITS, name
            assert row["exact"] is False or row["std_error"] is None, name
            assert row["exact"] is True or row["std_error"] is None or row["std_error"] >= 0.0, name


def test_a_loan_without_a_quote_says_so(priced: Priced) -> None:
    rows = priced(LOAN, {"book": {"claims": {"ddtl-3": {"quote": None}}}})
    for name in ("quoted_margin_bp", "rich_cheap_bp", "quote_kind"):
        assert (rows[name]["value"], rows[name]["reason"]) == (None, "no_quote"), name


def test_too_few_defaults_give_no_lgd(priced: Priced) -> None:
    row = priced(LOAN, {"scenario": {"customer_hazard_factor": 0.0}}, paths=64)["lgd"]
    assert (row["value"], row["reason"]) == (None, "too_few_defaults")


def test_the_lender_s_answer_of_the_ten_year_model(said: Callable[..., str]) -> None:
    found = json.loads(said("underwrite", MODEL, "--overlay", "deflation-30", "--json"))
    assert round(found["over_lending_multiple"], 3) == 2.744
    assert round(found["over_lending_same_tenor"], 3) == 2.485
    assert found["first_dscr_breach"] == "2026-12-31"
    for name in ("min_dscr", "implied_payback_years"):
        assert isinstance(found[name], float)
    assert [row["date"] for row in found["ltv"]] == sorted(row["date"] for row in found["ltv"])
    assert all(list(row) == ["date", "book", "market", "nolv", "flv"] for row in found["ltv"])
    kept = json.loads(said("underwrite", MODEL, "--overlay", "tenor-5-true-cash", "--json"))
    assert kept["min_dscr"] == pytest.approx(1.40, abs=1e-9)
    assert kept["first_dscr_breach"] is None
    assert found["drawn_usd"] / kept["drawn_usd"] == pytest.approx(2.744, abs=5e-4)


# --- a mechanism that is off changes the world, not the loan


@pytest.mark.parametrize("case", CASES)
def test_a_corner_keeps_the_loan_s_schedule(case: str) -> None:
    from haircut.credit import with_stated_schedule

    compiled = compile_book(hc.load(case))
    claim = CASES[case]
    loan = with_stated_schedule(compiled)
    for corner in corners.corners(loan):
        if corner.name == corners.BUILDING or corner.name.startswith(corners.WITHOUT):
            other = compile_book(corner.case)
            assert other.drawn[claim] == pytest.approx(compiled.drawn[claim], rel=1e-12)
            life = slice(compiled.maturity_months[claim] + 1)
            for line in ("principal", "balance"):
                there = getattr(other.schedules[claim], line)[life]
                here = getattr(compiled.schedules[claim], line)[life]
                assert there == pytest.approx(here, abs=0.01), (corner.name, line)
    assert len(MECHANISMS) == 4

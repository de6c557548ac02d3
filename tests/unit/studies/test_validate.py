"""The validation pack: what it reads, what it finds wrong, and that misses come first."""

import datetime
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.errors import InputRefused
from haircut.studies.backtest import Backtest
from haircut.studies.backtest.controls import Controls, controls, order
from haircut.studies.bands import BandStudy
from haircut.studies.bands.score import Score
from haircut.studies.validate import Pack
from haircut.studies.validate import convergence as measuring
from haircut.studies.validate import sensitivity as moving
from haircut.studies.validate.checks import Check, by_file, read_checks
from haircut.studies.validate.failures import failures
from haircut.studies.whole_book.rich_or_cheap import Value
from tests.unit.studies.waves import small_wave

CHECKS = (
    Check("tests/reference/test_a.py::one", "Hull.", "passed", 3, 1.0, 1.001, 0.001, 0.01, 0.1),
    Check("tests/reference/test_a.py::two", "", "failed", 1, 1.0, 2.0, 1.0, 0.5, 2.0),
    Check("tests/reference/test_b.py::bits", "Same bits.", "passed", 0),
)


def score(**change: Any) -> Score:
    levels = {0.5: 0.5, 0.8: 0.8, 0.95: 0.95}
    made = Score("BTC", "jumps", 6, 100, 20, levels, dict.fromkeys(levels, 0.02), dict.fromkeys(levels, 1.0),
                 dict.fromkeys(levels, (1.0, 0.02)), ())  # fmt: skip
    return replace(made, **change)


@pytest.fixture(scope="module")
def wave() -> Backtest:
    return small_wave()


@pytest.fixture(scope="module")
def against() -> Controls:
    return controls("coreweave-ddtl-3", paths=512)


@pytest.fixture(scope="module")
def pack(wave: Backtest, against: Controls) -> Pack:
    loan = hc.load("coreweave-ddtl-3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "PATHS", (512, 1_024, 2_048))
        patch.setattr(measuring, "SEEDS", 8)
        patch.setattr(moving, "PATHS", 512)
        every = moving.ranges(loan, moving.PARTS)
        few = {path: every[path] for path in ("market.compute.theta", "market.liquidation.depth")}
        patch.setattr(moving, "ranges", lambda case, parts: few)
        measured, moved = measuring.convergence(loan), moving.sensitivity(loan)
    banded = BandStudy((), (score(),), (), (), (("rents", "no file"),), ())
    marks = {"a": {"observed": 1, "estimated": 1, "assumed": 2}}
    found = failures(CHECKS, measured, wave, against, banded)
    day = datetime.date(2026, 11, 25)
    return Pack(
        day, "c" * 64, "here", {"numpy": "2"}, marks, CHECKS, measured, moved, wave, against, banded, found
    )


# --- checks


def test_checks_are_read_in_order_and_bad_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "checks.json"
    rows = [{"test": "b.py::x", "said": "", "outcome": "passed", "comparisons": 0, "seconds": 1.0}]
    rows += [
        {"test": "a.py::x", "said": "s", "outcome": "passed", "comparisons": 2, "used": 0.5, "seconds": 1.0}
    ]
    file.write_text(json.dumps({"checks": rows}))
    found = read_checks(file)
    assert [check.test for check in found] == ["a.py::x", "b.py::x"] and found[0].used == 0.5
    for text in ("", "{}", '{"checks": [{"test": "a"}]}'):
        file.write_text(text)
        with pytest.raises(InputRefused, match="HAIRCUT_CHECKS"):
            read_checks(file)
    with pytest.raises(InputRefused):
        read_checks(tmp_path / "absent.json")


def test_files_sum_up_their_tests() -> None:
    first, second = by_file(CHECKS)
    assert (first["tests"], first["comparisons"], first["not_passed"], first["largest_used"]) == (
        2,
        4,
        1,
        2.0,
    )
    assert second["largest_used"] is None and second["not_passed"] == 0


# --- failures are found


def kinds(rows: Any, part: str) -> list[str]:
    return [row.kind for row in rows if part in row.what]


def test_a_failed_check_leads_the_list(pack: Pack) -> None:
    assert pack.failures[0].kind == "failed" and pack.failures[0].made_by == "tests/reference/test_a.py::two"
    order_ = [("failed", "miss", "worse", "untested").index(row.kind) for row in pack.failures]
    assert order_ == sorted(order_)


def test_checks_that_were_not_run_are_told(pack: Pack) -> None:
    found = failures(None, pack.measured, pack.wave, pack.against, pack.banded)
    assert kinds(found, "not run") == ["untested"]


def test_errors_that_are_not_true_are_a_miss(pack: Pack) -> None:
    wrong = replace(pack.measured, spread_bp=3.0 * pack.measured.stated_bp)
    assert kinds(failures(CHECKS, wrong, pack.wave, pack.against, pack.banded), "Stated errors") == ["miss"]
    right = replace(pack.measured, spread_bp=pack.measured.stated_bp)
    assert kinds(failures(CHECKS, right, pack.wave, pack.against, pack.banded), "Stated errors") == []


def test_every_better_rule_and_missed_recovery_is_told(pack: Pack) -> None:
    own = pack.wave.variants["knowable"][-1]["auc"]
    better = [rule for rule in pack.wave.rules if rule["auc"] > own]
    assert len(kinds(pack.failures, "ranks with AUC")) == len(better) > 0
    missed = [row for row in pack.wave.recoveries if row["inside"] is False]
    assert len(kinds(pack.failures, "recovery of")) == len(missed) > 0


def test_bands_that_hold_too_little_or_lose_to_a_walk_are_told(pack: Pack) -> None:
    levels = {0.5: 0.5, 0.8: 0.8, 0.95: 0.80}
    bad = score(coverage=levels, against_walk=dict.fromkeys(levels, (1.2, 0.05)))
    banded = BandStudy((), (bad, score(model="random walk", coverage=levels)), (), (), (), ())
    found = failures(CHECKS, pack.measured, pack.wave, pack.against, banded)
    assert sorted(kinds(found, "Bands of BTC")) == ["miss", "worse"]
    assert kinds(failures(CHECKS, pack.measured, pack.wave, pack.against, pack.banded), "Bands of") == []


def test_a_model_that_cries_wolf_is_rejected(pack: Pack) -> None:
    wolf = replace(pack.against, rejected=True, nothing_p_value=0.01)
    assert kinds(
        failures(CHECKS, pack.measured, pack.wave, wolf, pack.banded), "No default on accelerators"
    ) == ["miss"]
    assert kinds(pack.failures, "No default on accelerators") == ["untested"]


# --- negative controls


def test_the_probability_of_nothing_is_the_product_over_loans(against: Controls) -> None:
    [loan] = against.survivors
    assert loan.claim == "ddtl-3" and loan.years == pytest.approx(337 / 365.25)
    assert loan.pd_exposure == pytest.approx(1.0 - (1.0 - loan.pd_1y) ** loan.years)
    assert against.nothing_p_value == pytest.approx(1.0 - loan.pd_exposure)
    assert (1.0 - against.smallest_power) ** against.loan_years == pytest.approx(0.05)


def value(claim: str, quoted: float, fair: float) -> Value:
    return Value(claim, "i", "s", "k", 1.0, quoted, "contract", None, None, None, fair, 1.0, fair, 0.0, 0.0, None, None,
                 {}, 0.0, True, None)  # fmt: skip


def test_quotes_in_the_model_s_order_have_the_least_p_value() -> None:
    rows = [value(f"c{n}", 100.0 + n, 10.0 * n) for n in range(6)]
    few = order("few", rows)
    assert (few.correlation, few.p_value, few.exact) == (1.0, 1.0 / math.factorial(6), True)
    many = order("many", [value(f"c{n}", 100.0 + n, 10.0 * n) for n in range(12)], orders=2_000)
    assert (
        many.correlation == pytest.approx(1.0)
        and many.p_value == pytest.approx(1.0 / 2_001)
        and not many.exact
    )
    assert order("one", rows[:2]).p_value is None


def test_drawn_orders_agree_with_counted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    from haircut.studies.backtest import controls as module

    rows = [
        value(f"c{n}", quoted, fair)
        for n, (quoted, fair) in enumerate([(1, 2), (2, 1), (3, 5), (4, 3), (5, 4), (6, 6)])
    ]
    exact = order("exact", rows)
    monkeypatch.setattr(module, "MOST_PAIRS", 3)
    drawn = order("drawn", rows, orders=40_000)
    assert drawn.p_error is not None and exact.p_value is not None and drawn.p_value is not None
    assert abs(drawn.p_value - exact.p_value) < 4.0 * drawn.p_error


# --- convergence, sensitivity, the page


def test_errors_fall_with_the_root_of_paths(pack: Pack) -> None:
    found = pack.measured
    assert [step.paths for step in found.steps] == [512, 1_024, 2_048]
    assert 0.2 < found.order < 0.9 and found.low < 1.0 < found.high
    assert found.ratio == found.spread_bp / found.stated_bp


def test_an_input_moves_the_answer_by_its_range(pack: Pack) -> None:
    assert {row.path for row in pack.moved.moved} == {"market.compute.theta", "market.liquidation.depth"}
    theta = next(row for row in pack.moved.moved if row.path.endswith("theta"))
    assert (theta.low, theta.high) == (0.2, 0.4)
    assert theta.at_low_bp is not None and theta.at_high_bp is not None and theta.at_low_bp < theta.at_high_bp
    spans = [row.span(pack.moved.base_bp) for row in pack.moved.moved]
    assert spans == sorted(spans, reverse=True)


def test_the_hash_is_that_of_the_content_and_not_of_the_day(pack: Pack) -> None:
    assert replace(pack, made=datetime.date(2027, 1, 1)).digest == pack.digest
    assert replace(pack, code="d" * 64).digest != pack.digest
    assert pack.as_dict()["made"] == "2026-11-25"
    assert {"purpose", "assumptions", "limits", "data", "known_failures", "checks", "convergence", "sensitivity",
            "wave_2022", "negative_controls", "bands"} <= set(pack.as_dict())  # fmt: skip


def test_the_page_shows_misses_first_and_every_link_leads_somewhere(pack: Pack) -> None:
    from haircut.reports.validation_page import page, summary

    text = page(pack)
    assert text == page(pack) and "<script" not in text and pack.digest in text
    assert (
        text.index("x-validation_failures") < text.index('id="x-validation_checks"') < text.index("Purpose.")
    )
    for row in pack.failures:
        assert row.what.split(":")[0].split("'")[0] in text
    ids = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links and links <= ids
    assert text.count("Made by: ") >= 10
    told = summary(pack, Path("pack.html"))
    assert max(map(len, told.splitlines())) <= 110 and "failed" in told


def test_a_pack_without_checks_says_so(pack: Pack) -> None:
    from haircut.reports.validation_page import page

    text = page(replace(pack, checks=None))
    assert "they were not run for this pack" in text

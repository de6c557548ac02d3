"""Two runs compared: parts sum exactly, and each change lands in its own part."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.case import overlay
from haircut.errors import UsageError
from haircut.reports.exhibits import run_comparison
from haircut.runs import beside
from haircut.studies.compare import Comparison, compare

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(beside, "corners", lambda case, others=(): iter(()))


def run(change: Mapping[str, Any] | None = None, **settings: Any) -> hc.Run:
    case = hc.load(EXAMPLES / "coreweave-ddtl-3")
    return hc.reprice(case if change is None else overlay(case, change), **{"paths": 512, **settings})


def parts(found: Comparison) -> dict[str, float]:
    values = {part.cause: part.bp for part in found.parts}
    assert sum(values.values()) == pytest.approx(found.after_bp - found.before_bp, abs=1e-9)
    return values


def observed(value: float) -> dict[str, Any]:
    theta = {
        "value": value,
        "mark": "estimated",
        "source": "a later reading",
        "date": datetime.date(2026, 10, 1),
    }
    return {"market": {"compute": {"theta": theta}}}


def test_a_run_against_itself_has_not_moved() -> None:
    same = run()
    found = compare(same, same)
    assert set(parts(found).values()) == {0.0}
    assert "nothing moved" in run_comparison.build(found).title


def test_an_estimate_is_data_and_an_assumption_is_not() -> None:
    first = run()
    data = parts(compare(first, run(observed(0.6))))
    assert data["data"] != 0.0 and data["assumption"] == data["simulation"] == data["code"] == 0.0
    assumed = parts(compare(first, run({"book": {"customers": {"openai": {"credit": {"rating": "CCC"}}}}})))
    assert assumed["assumption"] > 50.0 and assumed["data"] == assumed["time"] == 0.0


def test_another_seed_is_simulation() -> None:
    found = parts(compare(run(), run(seed=9)))
    assert found["simulation"] != 0.0
    assert all(value == 0.0 for cause, value in found.items() if cause != "simulation")


def test_headroom_that_falls_below_ten_per_cent_is_named() -> None:
    first = run()
    found = compare(first, run({"market": {"power": {"price": 0.16}}}))
    (cover,) = found.headroom
    assert cover.test == "dscr" and cover.level == 1.40
    assert cover.before == pytest.approx(1.50294 / 1.40 - 1.0, abs=1e-4)
    assert cover.after is not None and cover.before is not None and cover.after < cover.before
    assert not cover.low  # it was below ten per cent before


def test_a_covenant_whose_headroom_passes_below_ten_per_cent_is_low() -> None:
    """At a level of 1.30x the cover of 1.50x leaves 15.6 %; dearer power takes it below 10 %."""
    case = hc.load(EXAMPLES / "coreweave-ddtl-3")
    claim = case.book.claims[0]
    tests = tuple(
        each.model_copy(update={"minimum": 1.30}) if each.test == "dscr" else each for each in claim.covenants
    )
    book = case.book.model_copy(update={"claims": (claim.model_copy(update={"covenants": tests}),)})
    before = case.model_copy(update={"book": book})
    after = overlay(before, {"market": {"power": {"price": 0.16}}})
    found = compare(hc.reprice(before, paths=512), hc.reprice(after, paths=512))
    (cover,) = found.headroom
    assert cover.before is not None and cover.after is not None and cover.before >= 0.10 > cover.after
    assert cover.low and "dscr 1.30" in str(run_comparison.build(found))
    parts(found)


def test_runs_of_different_claims_are_refused() -> None:
    other = hc.reprice(EXAMPLES / "ten-year-model", paths=16)
    with pytest.raises(UsageError, match="two runs of one claim"):
        compare(run(), other)

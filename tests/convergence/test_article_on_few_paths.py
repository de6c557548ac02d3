"""The register of claims on few paths says what its page says."""

import json
from pathlib import Path
from typing import Any

import pytest

from haircut.studies.article import article

KEPT = Path(__file__).resolve().parents[2] / "docs" / "cases" / "article.json"
FEW_PATHS = 512


def numbers(register: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for claim in register["claims"] for each in claim["numbers"]}


@pytest.mark.deep
def test_few_paths_say_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within four errors of both, and of what needs no paths to rounding."""
    kept = json.loads(KEPT.read_text("utf-8"))
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path))
    was, now = numbers(kept), numbers(article(kept["case"], paths=FEW_PATHS).as_dict())
    assert was.keys() == now.keys()
    for name in ("over_lent", "debt_wave", "peak_of_2021", "two_dates", "forced_sale"):
        assert now[name]["value"] == (
            None if was[name]["value"] is None else pytest.approx(was[name]["value"], rel=1e-6)
        )
    for name in ("underpaid", "underpaid_ai", "underpaid_miners", "deflation", "illiquidity"):
        # One block has no error of its own: four times as few paths, twice the error of the page.
        assert abs(now[name]["value"] - was[name]["value"]) <= 4.0 * 2.3 * was[name]["std_error"], name

"""The notebook of docs/cases runs from top to bottom and shows what its sentences say."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from haircut.runs import beside

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "cases").glob("*.py"))


def test_there_is_a_notebook() -> None:
    assert [file.stem for file in NOTEBOOKS] == ["what_the_customer_hides"]


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the scenarios beside each run, which it does not show, so that it costs seconds."""
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path))
    monkeypatch.setattr(beside, "corners", lambda case, others=(): iter(()))
    spec = importlib.util.spec_from_file_location("notebook", NOTEBOOKS[0])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, found = module.app.run()
    margins = dict(zip(found["ratings"]["customer"], found["ratings"]["fair margin, bp"], strict=True))
    assert margins["BB"] < margins["B"] < margins["CCC"]
    assert margins["as the case states"] == found["run"].row("fair_margin_bp")["value"]
    for shown in ("case", "run", "picture", "arose"):
        assert "<" in found[shown]._repr_html_(), shown
    assert "<svg" in found["picture"]._repr_html_()
    assert found["picture"].title in found["picture"]._repr_html_()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_one_that_marimo_would_write(notebook: Path) -> None:
    """Its own check finds no cell that shares a name, no cycle and no syntax that it would change."""
    command = [sys.executable, "-m", "marimo", "check", "--strict", str(notebook)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

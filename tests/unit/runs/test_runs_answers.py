"""Answers of studies: written whole, found by question, an earlier code's answer only where today's is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import haircut as hc
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.kept_exhibits import KeptExhibits, write_exhibits
from haircut.runs import answers
from haircut.runs.answers import Question, answer_named, find_answer, keep_answer, kept_answers

CASE = "coreweave-ddtl-3"


def kept(question: Question, root: Path, beside: Any = lambda folder: None) -> answers.Kept:
    return keep_answer(question, {"x": 1.5}, "a verdict", 0.5, beside, root=root)


def test_the_id_is_that_of_study_arguments_and_inputs() -> None:
    case = hc.load(CASE)
    question = Question("sector", {"paths": 512, "seed": 1}, case)
    assert question.id == Question("sector", {"seed": 1, "paths": 512}, hc.load(CASE)).id
    moved = hc.overlay(case, {"scenario": {"rent_drift_shift": -0.1}})
    others = [Question("sector", {"paths": 513, "seed": 1}, case), Question("sector", {"paths": 512, "seed": 1}, moved),
              Question("contagion", {"paths": 512, "seed": 1}, case)]  # fmt: skip
    assert len({question.id, *(other.id for other in others)}) == 4


def test_an_answer_is_found_again_with_what_it_was_asked(tmp_path: Path) -> None:
    question = Question("sector", {"paths": 512}, hc.load(CASE))
    assert find_answer(question, tmp_path) is None
    kept(question, tmp_path)
    found = find_answer(question, tmp_path)
    assert found is not None and found.of_today
    assert found.answer == {"x": 1.5}
    assert found.manifest["asked"] == {"paths": 512}
    assert [each.id for each in kept_answers(tmp_path)] == [question.name]


def test_an_earlier_code_answers_until_todays_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = Question("replay", {"run": "abcd"})
    with monkeypatch.context() as patch:
        patch.setattr(answers, "code_hash", lambda: "0" * 64)
        old = kept(question, tmp_path)
    found = find_answer(question, tmp_path)
    assert found is not None and not found.of_today and found.id == old.id
    kept(question, tmp_path)
    found = find_answer(question, tmp_path)
    assert found is not None and found.of_today


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    question = Question("replay", {"run": "abcd"})

    def fails(folder: Path) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        kept(question, tmp_path, fails)
    assert list(kept_answers(tmp_path)) == []
    assert list((tmp_path / "studies" / "replay").iterdir()) == []


@pytest.mark.parametrize(
    ("study", "name"), [("..", "x"), ("sector", ".."), ("sector", "../sector/x"), ("a/b", "c")]
)
def test_a_name_leads_nowhere_else(tmp_path: Path, study: str, name: str) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "answer.json").write_text("{}")
    assert answer_named(study, name, tmp_path) is None


def test_exhibits_are_read_as_they_were_built(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"what": ["a", "b"], "value": [1.5, None], "error": [0.1, None], "reason": ["", "no_quote"]}
    )
    table = Table(
        frame, (Column("what", "what"), Column("value", "margin", "bp", "error", "reason")), "base", 512, True
    )
    spec = {
        "data": {"values": [{"x": 1}]},
        "mark": "point",
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    built = Exhibit("one", "A sentence.", table, spec, None, ("note",), ("a part, because.",))
    write_exhibits([built, Exhibit("two", "No table.")], tmp_path)
    found = KeptExhibits(tmp_path)
    assert list(found.index) == ["one", "two"]
    read = found.exhibit("one")
    assert read.table is not None and built.table is not None
    assert list(read.table.rows()) == list(built.table.rows())
    assert read.table.frame.equals(frame)
    assert (read.title, read.chart, read.notes, read.not_calculated) == (
        built.title, json.loads(json.dumps(spec)), built.notes, built.not_calculated,
    )  # fmt: skip
    assert '<div class="wide"><svg' in found.drawn(read) and "narrow" not in found.drawn(read)
    assert found.exhibit("two").table is None

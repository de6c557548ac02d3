"""A case from its folder: names, origins, identity, and files that are only ever read."""

import datetime
import pathlib
import pickle
import shutil
import subprocess
import sys

import pytest

import haircut as hc
from haircut.case import check, content_hash, load, overlay, overlay_names
from haircut.errors import InputRefused

GOOD = pathlib.Path(__file__).parent / "good_case"


def contents(folder: pathlib.Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_good_case(good):
    assert good.market.as_of == datetime.date(2026, 10, 1)
    assert [claim.id for claim in good.book.claims] == ["term-loan"]
    assert good.book.claims[0].draws[1].amount_usd == 6e6
    assert good.overlays == ()


def test_a_folder_its_file_and_text_are_the_same(good):
    for way in (GOOD / "loan", str(GOOD / "loan"), GOOD / "loan" / "case.yaml"):
        assert load(way) == good


def test_a_name_is_looked_up_among_examples(tmp_path, monkeypatch, good):
    shutil.copytree(GOOD, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    assert load("loan") == good
    with pytest.raises(InputRefused, match="nearest valid spelling: 'loan'"):
        load("laon")


def test_a_folder_that_is_no_case(tmp_path):
    with pytest.raises(InputRefused, match=r"a folder without case\.yaml"):
        load(tmp_path)
    (tmp_path / "other.yaml").write_text("a: 1")
    with pytest.raises(InputRefused, match=r"expected the folder of a case, or its case\.yaml"):
        load(tmp_path / "other.yaml")


def test_the_same_case_elsewhere_is_the_same(tmp_path, good):
    shutil.copytree(GOOD, tmp_path / "elsewhere")
    other = load(tmp_path / "elsewhere" / "loan")
    assert other == good
    assert content_hash(other) == content_hash(good)
    assert str(tmp_path) not in other.model_dump_json()


def test_the_origin_survives_copies_and_pickles(good):
    for copy in (good.model_copy(), good.model_copy(deep=True), pickle.loads(pickle.dumps(good))):
        assert overlay_names(copy) == ["power-spike", "rent-fall"]
        assert overlay(copy, "power-spike").overlays == ("power-spike",)


def test_json_round_trip(good):
    assert type(good).model_validate_json(good.model_dump_json()) == good


def test_files_are_never_written(tmp_path):
    shutil.copytree(GOOD, tmp_path / "copy")
    before = contents(tmp_path)
    case = check(tmp_path / "copy" / "loan")
    hc.without(overlay(case, "power-spike", {"settings": {"paths": 10}}), {"deflation"})
    with pytest.raises(InputRefused):
        overlay(case, {"settings": {"pths": 10}})
    assert contents(tmp_path) == before


def test_check_tries_each_overlay(tmp_path):
    shutil.copytree(GOOD, tmp_path / "copy")
    folder = tmp_path / "copy" / "loan"
    (folder / "overlays" / "broken.yaml").write_text("market:\n  power: {prise: 0.1}\n")
    load(folder)
    with pytest.raises(InputRefused) as refused:
        check(folder)
    (problem,) = refused.value.problems
    assert problem.file.endswith("overlays/broken.yaml")
    assert problem.line == 2
    assert str(problem).endswith(
        "market.power.prise: found the unknown field 'prise'; "
        "expected a field; nearest valid spelling: 'price'"
    )


def test_light_import():
    code = (
        "import sys, time; t = time.perf_counter(); import haircut.case; "
        "print(time.perf_counter() - t); assert 'numpy' not in sys.modules; assert 'numba' not in sys.modules"
    )
    seconds = min(
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    )
    assert seconds < 1.0  # about 0.2 on an idle machine


def test_repr(good):
    text = repr(good)
    assert text.splitlines()[0] == "Case loan"
    assert "claim term-loan  Delayed-draw term loan, $40.0m, matures 31-Jan-2031" in text
    assert "stale            1 value, the oldest market.rents[1] (30 days)" in text
    assert len(text.splitlines()) < 10
    assert "<th" in good._repr_html_()
    assert "Delayed-draw term loan" in good._repr_html_()

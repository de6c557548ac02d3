"""Properties of cases: identity, round trips, and files that may hold any bytes."""

import datetime
import pathlib
import random
import shutil

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from haircut.case import Case, canonical, content_hash, load, overlay, without
from haircut.case.yaml_reader import Unread, read_text
from haircut.errors import InputRefused

GOOD = pathlib.Path(__file__).parents[1] / "unit" / "case" / "good_case"
CASE = load(GOOD / "loan")
FILES = sorted(str(file.relative_to(GOOD)) for file in GOOD.rglob("*.yaml"))

numbers = st.floats(min_value=0.01, max_value=0.99)
changes = st.fixed_dictionaries(
    {},
    optional={
        "settings": st.fixed_dictionaries({"paths": st.integers(1, 10_000), "seed": st.integers(0, 99)}),
        "market": st.fixed_dictionaries(
            {"power": st.fixed_dictionaries({"price": numbers})},
            optional={"liquidation": st.fixed_dictionaries({"depth": numbers})},
        ),
        "book": st.fixed_dictionaries(
            {
                "claims": st.fixed_dictionaries(
                    {"term-loan": st.fixed_dictionaries({"cash_sweep_share": numbers})}
                )
            }
        ),
        "scenario": st.fixed_dictionaries({"rent_drift_shift": st.floats(-0.5, 0.5)}),
    },
)
mechanisms = st.sets(st.sampled_from(["deflation", "revenue_risk", "convergence", "illiquidity"]))


@settings(max_examples=30, deadline=None)
@given(changes)
def test_an_overlay_of_nothing_is_the_identity(change):
    case = overlay(CASE, change)
    assert overlay(case, {}) is case
    assert (case is CASE) == (change == {})


@settings(max_examples=30, deadline=None)
@given(changes)
def test_an_overlay_again_changes_only_the_list_of_overlays(change):
    once, twice = overlay(CASE, change), overlay(CASE, change, change)
    assert twice.model_copy(update={"overlays": ()}) == once.model_copy(update={"overlays": ()})


@settings(max_examples=30, deadline=None)
@given(changes, mechanisms, mechanisms)
def test_without_commutes(change, first, second):
    case = overlay(CASE, change)
    together = content_hash(without(case, first | second))
    assert content_hash(without(without(case, first), second)) == together
    assert content_hash(without(without(case, second), first)) == together


def save(case: Case, folder: pathlib.Path) -> pathlib.Path:
    """Writes a case as files: only a test does this."""
    data = case.model_dump()
    home, market = folder / "loan", folder / "market"
    for place in (home / "book", market):
        place.mkdir(parents=True)
    head = {key: data["market"].pop(key) for key in ("as_of", "name", "default_rent_basis")}
    files = {market / "market.yaml": head}
    files |= {home / "book" / f"{name}.yaml": part for name, part in data.pop("book").items()}
    files |= {market / f"{name}.yaml": part for name, part in data.pop("market").items()}
    del data["overlays"]
    files[home / "case.yaml"] = {**data, "market": "../market"}
    for file, part in files.items():
        file.write_text(yaml.dump(lists(part), Dumper=Exact, allow_unicode=True, sort_keys=True))
    return home


class Exact(yaml.SafeDumper):
    """Writes no anchors, which the reader refuses."""

    def ignore_aliases(self, data):
        return True


def lists(value):
    if isinstance(value, dict):
        return {key: lists(item) for key, item in value.items()}
    return [lists(item) for item in value] if isinstance(value, tuple) else value


@settings(max_examples=15, deadline=None)
@given(changes)
def test_a_case_written_to_files_and_read_again_is_the_same(tmp_path_factory, change):
    case = overlay(CASE, change).model_copy(update={"overlays": ()})
    again = load(save(case, tmp_path_factory.mktemp("round")))
    assert canonical(again) == canonical(case)
    assert content_hash(again) == content_hash(case)


PIECES = (
    *(b"&a ", b"*a ", b"!!python/object:x ", b"[", b"{", b"]", b": ", b"- ", b"'", b'"', b"\n", b"\t", b"#"),
    *(b"? ", b"| ", b"---\n", b"%YAML 9.9\n", b"\x00", b"\xff", b".nan", b"1e999", b"null", b"-1"),
    *(b"9999-12-31", b"0001-01-01", b"123456789012345678901234567890"),
)


def corrupted(raw: bytes, source: random.Random) -> bytes:
    """One to four edits of a file: flip, insert, delete, double, or a piece of markup."""
    text = bytearray(raw)
    for _ in range(source.randint(1, 4)):
        place = source.randrange(len(text) + 1)
        kind = source.randrange(5)
        if kind == 0 and place < len(text):
            text[place] = source.randrange(256)
        elif kind == 1:
            text[place:place] = source.choice(PIECES)
        elif kind == 2:
            del text[place : place + source.randint(1, 40)]
        elif kind == 3:
            text[place:place] = text[place : place + source.randint(1, 200)]
        else:
            text[place : place + source.randint(1, 12)] = source.choice(PIECES)
    return bytes(text)


def loads_or_is_refused(folder: pathlib.Path, name: str, seed: int) -> None:
    shutil.copytree(GOOD, folder, dirs_exist_ok=True)
    file = folder / name
    file.write_bytes(corrupted(file.read_bytes(), random.Random(seed)))
    problems = ()
    try:
        case = load(folder / "loan")
        for overlay_file in sorted((folder / "loan" / "overlays").glob("*.yaml")):
            overlay(case, overlay_file)
        without(case, {"deflation", "revenue_risk", "convergence", "illiquidity"})
    except InputRefused as refused:
        problems = refused.problems or ("no problem named",)
    for problem in problems:
        assert problem.found
        assert problem.expected
        assert "pydantic" not in str(problem)
    shutil.rmtree(folder)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_any_bytes_load_or_are_refused(tmp_path_factory, name, seed):
    loads_or_is_refused(tmp_path_factory.mktemp("fuzz"), name, seed)


@pytest.mark.deep
@settings(max_examples=3000, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_any_bytes_load_or_are_refused_at_length(tmp_path_factory, name, seed):
    loads_or_is_refused(tmp_path_factory.mktemp("fuzz"), name, seed)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    document = read_text(text, "any")
    assert isinstance(document.problems, list)
    assert isinstance(document.data, str | int | float | dict | tuple | datetime.date | Unread | None)

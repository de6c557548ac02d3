"""Each way of spoiling a good case, and exactly what the user is told."""

import pathlib
import shutil

import pytest

from haircut.case import load
from haircut.errors import InputRefused
from tests.unit.case.mutations_of_agreement import OF_AGREEMENT
from tests.unit.case.mutations_of_fields import OF_FIELDS

GOOD = pathlib.Path(__file__).parent / "good_case"
MUTATIONS = [*OF_FIELDS, *OF_AGREEMENT]


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A copy of the good case, as the current folder, so that messages name short paths."""
    copy = tmp_path / "copy"
    shutil.copytree(GOOD, copy)
    monkeypatch.chdir(copy)
    return copy


def spoil(file: pathlib.Path, old: str | None, new: str | bytes | None) -> None:
    if new is None:
        file.unlink()
    elif isinstance(new, bytes):
        file.write_bytes(new)
    elif old is None:
        file.write_text(new)
    else:
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS]
)
def test_a_spoilt_case_is_refused_with_exactly_these_words(folder, file, old, new, expected):
    spoil(folder / file, old, new)
    with pytest.raises(InputRefused) as refused:
        load("loan")
    assert [str(problem) for problem in refused.value.problems] == list(expected)


def test_there_are_at_least_forty_mutations():
    assert len({row[0] for row in MUTATIONS}) == len(MUTATIONS) >= 40


def test_every_problem_of_every_file_comes_at_once(folder):
    picked = (
        "negative count",
        "bad enum",
        "dangling issuer",
        "negative volatility",
        "unknown rating",
        "not a number",
    )
    expected = []
    for name, file, old, new, problems in MUTATIONS:
        if name in picked:
            spoil(folder / file, old, new)
            expected += problems
    with pytest.raises(InputRefused) as refused:
        load("loan")
    assert sorted(map(str, refused.value.problems)) == sorted(expected)
    assert str(refused.value).startswith("6 problems found")


def test_nothing_in_a_file_is_executed(folder):
    spoil(
        folder / "loan/book/sites.yaml",
        "name: Hall one",
        "name: !!python/object/apply:os.system [touch executed]",
    )
    with pytest.raises(InputRefused):
        load("loan")
    assert not (folder / "executed").exists()

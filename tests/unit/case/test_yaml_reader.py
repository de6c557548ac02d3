"""YAML 1.2 core scalars and nothing more."""

import datetime
import os

import pytest

from haircut.case.yaml_reader import MAXIMUM_PROBLEMS, UNREAD, read_text, read_yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e9", 1e9), ("2.6e9", 2.6e9), ("1.", 1.0), (".5", 0.5), ("-3", -3), ("+3", 3), ("012", 12),
        ("0x1F", 31), ("0o17", 15), ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("1_000", "1_000"), ("1:30", "1:30"),
        ("'1'", "1"), ('"true"', "true"), ("nan", "nan"), ("2026-10-01", datetime.date(2026, 10, 1)),
        ("'2026-10-01'", "2026-10-01"), ("2026-10-01 10:00:00", "2026-10-01 10:00:00"), ("<<", "<<"),
        ("[1, [2]]", (1, (2,))), ("{a: 1}", {"a": 1}), ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)  # fmt: skip
def test_scalars(written, value):
    document = read_text(f"key: {written}", "demo")
    assert document.problems == []
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)


def test_every_path_has_its_line():
    lines = read_text("a:\n  - b: 1\n    c:\n      d: 2\n  - 7\n", "demo").lines
    assert lines["a",] == 1
    assert lines["a", 0, "b"] == 2
    assert lines["a", 0, "c", "d"] == 4
    assert lines["a", 1] == 5


def test_an_unreadable_value_is_marked_and_the_rest_is_read():
    document = read_text("a: .nan\nb: !t 1\nc: 3\n", "demo")
    assert document.data == {"a": UNREAD, "b": UNREAD, "c": 3}
    assert [problem.line for problem in document.problems] == [1, 2]


def test_an_alias_bomb_is_cut_short():
    document = read_text("a: &a x\nb: [" + "*a," * 100_000 + "]", "demo")
    assert document.data is UNREAD
    assert len(document.problems) == MAXIMUM_PROBLEMS + 1
    assert document.problems[-1].found == "more problems below"


def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    document = read_yaml(tmp_path / "pipe.yaml")
    assert [problem.found for problem in document.problems] == ["something that is no regular file"]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    file = tmp_path / "bom.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(file).data == {"a": 1}

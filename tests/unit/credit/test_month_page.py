"""The page of the month shows the steps as they are: ``python tests/unit/credit/test_month_page.py`` rewrites it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from haircut.credit.month import STEPS

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "methods" / "month.md"
START, END = "<!-- steps -->\n", "<!-- /steps -->"


def first_line(step: Callable[..., Any]) -> str:
    text = getattr(step, "py_func", step).__doc__ or ""
    return " ".join(text.strip().split("\n\n")[0].split())


def table() -> str:
    rows = ["| step | file | what happens |", "| --- | --- | --- |"]
    for number, step in enumerate(STEPS, start=1):
        plain = getattr(step, "py_func", step)
        module = sys.modules[plain.__module__].__name__.rsplit(".", 1)[-1]
        rows.append(f"| {number} | `steps/{module}.py` | {first_line(step)} |")
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    before, rest = page.split(START)
    return before + START + table() + END + rest.split(END, 1)[1]


def test_the_table_of_steps_is_the_one_in_code() -> None:
    page = PAGE.read_text()
    assert page == written(page), f"run: python {Path(__file__).relative_to(ROOT)}"


def test_there_are_twelve_steps_and_each_says_what_it_does() -> None:
    assert len(STEPS) == 12
    assert all(first_line(step).endswith((".", "month")) for step in STEPS)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))

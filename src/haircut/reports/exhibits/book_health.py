"""What a simulation of a whole book left open: the claim that shows most of each line, or all lines of one issuer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits.health import NOTE, WORDS, table, title_of
from haircut.runs.health import WHATS, Health
from haircut.studies.whole_book import BookPage, IssuerPage


def build(found: BookPage) -> Exhibit:
    """One row a line of health: where it is largest, and how many others there are."""
    if found.simulation is None:
        return Exhibit("health", "The book was not simulated, so nothing says what its paths leave open.")
    rows = []
    for what in WHATS:
        lines = [line for line in found.simulation.health if line.what == what]
        if not lines:
            continue
        worst = max(lines, key=_size)
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        rows.append({**asdict(worst), "of": f"{worst.of}{more}"})
    title = f"{title_of(rows, 'the book')[:-1]}, of {print_.count(found.simulation.paths)}."
    return _exhibit(title, rows, found.simulation.paths, "Shown: where the share of paths is largest.")


def build_of(page: IssuerPage, found: BookPage) -> Exhibit:
    """Every line of one issuer."""
    if found.simulation is None:
        return Exhibit("health", "The book was not simulated, so nothing says what its paths leave open.")
    rows = [asdict(line) for line in page.health]
    return _exhibit(title_of(rows, page.name), rows, found.simulation.paths)


def _exhibit(title: str, rows: Iterable[dict[str, Any]], paths: int, *notes: str) -> Exhibit:
    lines = list(rows)
    assert all(row["what"] in WORDS for row in lines)
    return Exhibit("health", title, table(lines, paths), notes=(*notes, NOTE) if lines else ())


def _size(line: Health) -> float:
    return line.share if line.share is not None else 0.0

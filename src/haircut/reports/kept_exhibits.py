"""Exhibits in a folder: what an answer shows, kept with it, so that a page is read and not drawn again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.picture import svg

FOLDER: Final = "exhibits"
INDEX: Final = "index.json"
WIDTHS: Final = ("wide", "narrow")


def write_exhibits(exhibits: Iterable[Exhibit], folder: Path) -> None:
    """Write exhibits below a folder: an index, a Parquet file a table, an SVG a picture.

    Args:
        exhibits: names are unique.
        folder: of the answer.
    """
    target = folder / FOLDER
    target.mkdir()
    index = []
    for exhibit in exhibits:
        table = exhibit.table
        if table is not None:
            table.frame.write_parquet(target / f"{exhibit.name}.parquet")
        for width, spec in zip(WIDTHS, (exhibit.chart, exhibit.chart_narrow), strict=True):
            if spec is not None:
                drawn = svg(spec, name=f"{exhibit.name}-{width}", title=exhibit.title)
                (target / f"{exhibit.name}-{width}.svg").write_text(drawn, "utf-8", newline="\n")
        index.append(
            {
                "name": exhibit.name,
                "title": exhibit.title,
                "chart": exhibit.chart,
                "chart_narrow": exhibit.chart_narrow,
                "notes": exhibit.notes,
                "not_calculated": exhibit.not_calculated,
                "table": table
                and {
                    "columns": [asdict(column) for column in table.columns],
                    "scenario": table.scenario,
                    "paths": table.paths,
                    "beside": table.beside,
                },
            }
        )
    text = json.dumps(index, ensure_ascii=False, allow_nan=False)
    (target / INDEX).write_text(text + "\n", "utf-8")


@dataclass(frozen=True)
class KeptExhibits:
    """The exhibits of a folder, read when asked for."""

    folder: Path

    @cached_property
    def index(self) -> dict[str, dict[str, Any]]:
        """By name, in their order."""
        rows = json.loads((self.folder / FOLDER / INDEX).read_text("utf-8"))
        return {row["name"]: row for row in rows}

    def exhibit(self, name: str) -> Exhibit:
        """One exhibit as it was built; the caller has checked the name."""
        row = self.index[name]
        return Exhibit(
            row["name"], row["title"], self._table(name, row["table"]), row["chart"], row["chart_narrow"],
            tuple(row["notes"]), tuple(row["not_calculated"]),
        )  # fmt: skip

    def _table(self, name: str, row: dict[str, Any] | None) -> Table | None:
        if row is None:
            return None
        frame = pl.read_parquet(self.folder / FOLDER / f"{name}.parquet")
        columns = tuple(Column(**column) for column in row["columns"])
        return Table(frame, columns, row["scenario"], row["paths"], row["beside"])

    def drawn(self, exhibit: Exhibit) -> str:
        """The pictures of an exhibit as `html_parts.pictures` writes them, read instead of drawn."""
        parts = []
        for width in WIDTHS:
            file = self.folder / FOLDER / f"{exhibit.name}-{width}.svg"
            if file.is_file():
                parts.append(f'<div class="{width}">{file.read_text("utf-8")}</div>')
        return "".join(parts)

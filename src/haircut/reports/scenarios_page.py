"""The drivers of a case: every exhibit of its portrait, and the page that the terminal prints."""

from __future__ import annotations

import textwrap
from pathlib import Path

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit, Table
from haircut.reports.exhibits import scenario_correlation, scenario_fan, scenario_joint_stress
from haircut.reports.terminal import WIDTH, text_table
from haircut.scenarios.portrait import Portrait


def exhibits(portrait: Portrait) -> tuple[Exhibit, ...]:
    """Joint stress first, since it is the answer; then correlations; then a fan for each driver."""
    return (
        scenario_joint_stress.build(portrait),
        scenario_correlation.build(portrait),
        *(scenario_fan.build(portrait, fan) for fan in portrait.fans),
    )


def text(portrait: Portrait) -> str:
    """The page in 100 columns."""
    head = " · ".join(
        [
            f"drivers of {portrait.case}",
            *portrait.overlays,
            f"as of {print_.date(portrait.as_of)}",
            f"{portrait.paths:,} paths",
            f"seed {portrait.seed}",
        ]
    )
    return "\n\n".join([textwrap.fill(head, WIDTH), *(_section(each) for each in exhibits(portrait))])


def _section(exhibit: Exhibit) -> str:
    parts = [textwrap.fill(exhibit.title, WIDTH)]
    if exhibit.table is not None:
        parts.append(_table(exhibit.table))
    notes = [*exhibit.notes, *(f"not calculated: {each}" for each in exhibit.not_calculated)]
    parts += [textwrap.fill(note, WIDTH) for note in notes if note]
    return "\n".join(parts)


def _table(table: Table) -> str:
    rows = [
        [f"{cell.text} ± {cell.error}" if cell.error else cell.text for cell in row] for row in table.rows()
    ]
    heads = [column.heading for column in table.columns]
    units = {column.unit for column in table.columns if column.numeric}
    if len(units) == 1:  # one unit throughout stands once, over the dates
        suffix = print_.HEADER_UNITS.get(units.pop(), "")
        heads = [column.header for column in table.columns]
        heads[0] += f", {suffix}" if suffix else ""
    return text_table(heads, rows, tuple(column.numeric for column in table.columns))


def write_charts(portrait: Portrait, folder: Path | str) -> list[Path]:
    """Write every chart as SVG into a folder and return the files."""
    from haircut.reports.picture import svg

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for exhibit in exhibits(portrait):
        if exhibit.chart is not None:
            path = target / f"{exhibit.name}.svg"
            drawn = svg(exhibit.chart, name=exhibit.name, title=exhibit.title)
            path.write_text(drawn + "\n", encoding="utf-8", newline="\n")
            written.append(path)
    return written

"""An exhibit in the terminal: what the pages without a run print."""

from __future__ import annotations

import textwrap

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit, Table
from haircut.reports.terminal import WIDTH, text_table


def section(exhibit: Exhibit) -> str:
    """Sentence, table, notes and what is not calculated, in 100 columns."""
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

"""Pages of a market in the terminal."""

from __future__ import annotations

import datetime
import textwrap

from haircut.machines.view.explain import MarketValue
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.terminal import WIDTH, text_table


def exhibit_text(exhibit: Exhibit, as_of: datetime.date) -> str:
    """Sentence, table, notes, within 100 columns where the table allows."""
    parts = [f"market as of {print_.date(as_of)}", "\n".join(textwrap.wrap(exhibit.title, WIDTH))]
    if exhibit.table is not None:
        rows = [[cell.text for cell in row] for row in exhibit.table.rows()]
        heads = [column.heading for column in exhibit.table.columns]
        parts.append(text_table(heads, rows, [column.numeric for column in exhibit.table.columns]))
    parts += ["\n".join(textwrap.wrap(note, WIDTH)) for note in exhibit.notes]
    parts += ["\n".join(textwrap.wrap(f"not calculated: {why}", WIDTH)) for why in exhibit.not_calculated]
    return "\n\n".join(parts)


def origins_text(found: MarketValue) -> str:
    """Each value with its unit, date, mark, source, range and note."""
    blocks = []
    for item in found.origins:
        numbers = ", ".join(f"{name} {value}" for name, value in item.value.items() if name != "value")
        head = f"{item.path} = {item.value['value']}" if "value" in item.value else item.path
        lines = [f"{head} {item.unit}", f"{item.mark}, {print_.date(item.date)} ({item.age_days} days old)"]
        lines += [numbers] if numbers else []
        lines += [f"range {item.range[0]:g} to {item.range[1]:g}"] if item.range else []
        lines += [f"source: {item.source}"]
        lines += [f"note: {item.note}"] if item.note else []
        blocks.append(
            "\n  ".join("\n    ".join(textwrap.wrap(line, WIDTH, break_on_hyphens=False)) for line in lines)
        )
    return f"market as of {print_.date(found.as_of)}\n\n" + "\n\n".join(blocks)

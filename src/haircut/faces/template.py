"""`haircut template`, and what every command says about a case that came from a workbook."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.errors import UsageError

if TYPE_CHECKING:
    from haircut.case.case import Case

MOST_SHOWN = 20


def template(chosen: Namespace) -> None:
    """Write a workbook of a case's fields, or a blank one."""
    from haircut.case import load
    from haircut.case.excel.template import template as write

    if (chosen.case is None) != bool(chosen.blank):
        raise UsageError("template: give the name of a case, or --blank for a workbook without one")
    case = None if chosen.blank else load(chosen.case)
    name = "deal" if case is None else case.name
    written = write(case, Path(chosen.output or f"{name}.xlsx"))
    if chosen.json:
        print(json.dumps({"path": str(written), "format": chosen.to}, indent=1))
    else:
        print(f"wrote {written}; haircut check {written} says what is wrong with it", file=sys.stderr)


def ignored_cells(case: Case) -> list[dict[str, str]]:
    """The cells of a case's workbook that no field reads, for JSON."""
    return [cell._asdict() for cell in case.origin.ignored]


def say_ignored(case: Any) -> None:
    """List on stderr the cells that were not read, where the case is a workbook.

    Args:
        case: a loaded case, or the argument of a command, which is loaded again where it names a workbook.
    """
    from haircut.case import load
    from haircut.case.case import Case
    from haircut.case.excel.safe_file import is_workbook

    if not isinstance(case, Case):
        if not is_workbook(Path(case)):
            return
        case = load(case)
    cells = case.origin.ignored
    if not cells:
        return
    print(f"not read: {len(cells)} cell{'' if len(cells) == 1 else 's'}", file=sys.stderr)
    for cell in cells[:MOST_SHOWN]:
        text = cell.value if len(cell.value) <= 60 else f"{cell.value[:57]}..."
        print(f"  {cell.sheet}!{cell.cell}  {' '.join(text.split())}", file=sys.stderr)
    if len(cells) > MOST_SHOWN:
        print(
            f"  and {len(cells) - MOST_SHOWN} more: haircut check FILE --json has them all", file=sys.stderr
        )

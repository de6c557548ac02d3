"""`haircut contagion`: who takes whom down in a book."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from haircut.faces.progress import Progress


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("case", metavar="BOOK", help="name of an example, a case folder, or a workbook (.xlsx)")
    made.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="NAME",
        help="lay this overlay over the case; may be repeated",
    )
    made.add_argument(
        "--month", type=int, default=6, metavar="M", help="month of the forced default (default: 6)"
    )
    made.add_argument(
        "--paths", type=int, default=1_000, metavar="N", help="simulated paths (default: 1,000)"
    )
    made.add_argument("--seed", type=int, metavar="N", help="seed of the random numbers")
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")
    made.add_argument(
        "--channels", action="store_true", help="switch each channel off in turn; five times the time"
    )
    made.add_argument(
        "--labels",
        action="store_true",
        help="every measure standalone and in the book, instead of the matrix",
    )
    made.add_argument("--svg", metavar="FILE", help="draw the costliest chains here")


def contagion(chosen: Namespace) -> None:
    """Run the matrix and print it, as pages or as JSON."""
    if chosen.labels:
        _labels(chosen)
        return
    from haircut.studies.contagion import contagion as forced

    with Progress("forcing defaults") as progress:
        found = forced(
            chosen.case,
            month=chosen.month,
            paths=chosen.paths,
            overlays=chosen.overlay,
            seed=chosen.seed,
            threads=chosen.threads,
            channels=chosen.channels,
            progress=progress.tell,
        )
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        print(_text(found), file=sys.stderr)
    if chosen.svg:
        print(f"wrote {_draw(found, Path(chosen.svg))}", file=sys.stderr)


def _labels(chosen: Namespace) -> None:
    from haircut.errors import UsageError
    from haircut.studies.contagion import labels

    if chosen.channels or chosen.svg:
        raise UsageError(
            "contagion --labels: found --channels or --svg too; expected neither, nobody is forced here"
        )
    with Progress("pricing") as progress:
        found = labels(chosen.case, chosen.paths, chosen.overlay, chosen.seed, chosen.threads, progress.tell)
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
        return
    from haircut.reports import numbers_in_print as print_
    from haircut.reports.exhibit_text import section
    from haircut.reports.exhibits import contagion_labels

    head = [f"labels of {found.case}", *found.overlays, f"as of {print_.date(found.as_of)}"]
    print(f"{' · '.join(head)}\n\n{section(contagion_labels.build(found))}", file=sys.stderr)


def _text(found: Any) -> str:
    from haircut.reports import numbers_in_print as print_
    from haircut.reports.exhibit_text import section
    from haircut.reports.exhibits import contagion_chains, contagion_cliff, contagion_matrix, contagion_tables

    shown = [contagion_matrix.build(found), contagion_chains.build(found), contagion_tables.lenders(found)]
    if found.channels:
        shown.append(contagion_tables.channels(found))
    shown += [contagion_tables.standalone(found), contagion_cliff.build(found)]
    head = [f"contagion in {found.case}", *found.overlays, f"as of {print_.date(found.as_of)}"]
    return "\n\n".join([" · ".join(head), *map(section, shown)])


def _draw(found: Any, target: Path) -> Path:
    from haircut.errors import CannotCompute
    from haircut.reports.exhibits import contagion_chains
    from haircut.reports.picture import svg

    exhibit = contagion_chains.build(found)
    if exhibit.chart is None:
        raise CannotCompute(
            "contagion --svg: no default of one borrower costs another anything; nothing to draw"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        svg(exhibit.chart, name=exhibit.name, title=exhibit.title) + "\n", "utf-8", newline="\n"
    )
    return target

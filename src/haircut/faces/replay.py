"""`haircut replay`: a recorded run again, and whether its bits are the same."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from haircut.faces.progress import Progress

if TYPE_CHECKING:
    from haircut.runs.replaying import Change, Difference, Replay

SHOWN = 20
"""Differences in the text; --json has every one."""


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes beyond the run."""
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")


def replay(chosen: Namespace) -> None:
    """Run a recorded run again; bits that differ without a reason are a defect."""
    from haircut.errors import Defect
    from haircut.runs import replay as replayed

    with Progress("replaying") as progress:
        found = replayed(chosen.run, threads=chosen.threads, progress=progress.tell)
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(replay_text(found), file=sys.stderr)
    if found.unexplained:
        raise Defect(
            f"replay: found other bits in run {found.run}; expected the same, since code, platform class and versions "
            "are those of the recording"
        )


def replay_text(found: Replay) -> str:
    """The answer in words: first whether it is the same, then on what it differs, then what has changed since."""
    from haircut.reports import numbers_in_print as print_

    head = " · ".join(
        [f"replay of run {found.run}", found.case, found.claim, f"as of {print_.date(found.as_of)}",
         f"{found.paths:,} paths", f"seed {found.seed}"]
    )  # fmt: skip
    parts = [head, _answer(found)]
    if found.differences:
        parts.append(_table(found.differences))
    if found.tables:
        parts.append(f"tables that differ: {', '.join(found.tables)}")
    if found.not_replayed:
        parts.append(f"not replayed, since their inputs are not recorded: {', '.join(found.not_replayed)}")
    if found.changes:
        parts.append("changed since the recording:\n" + "\n".join(map(_change, found.changes)))
    return "\n\n".join(parts)


def _answer(found: Replay) -> str:
    if found.same:
        return f"every one of {found.measures:,} measures, and every table, is the same bit for bit"
    differ = len({(each.scenario, each.claim, each.measure) for each in found.differences})
    why = "; see what has changed since" if found.changes else ""
    return f"{differ:,} of {found.measures:,} measures differ{why}"


def _table(differences: tuple[Difference, ...]) -> str:
    from haircut.reports.terminal import text_table

    rows = [
        [each.scenario, each.claim, each.measure, each.field, _full(each.recorded), _full(each.replayed)]
        for each in differences[:SHOWN]
    ]
    heads = ["scenario", "claim", "measure", "of it", "recorded", "replayed"]
    table = text_table(heads, rows, (False, False, False, False, True, True))
    more = len(differences) - SHOWN
    return table + (f"\nand {more:,} more: --json has every one" if more > 0 else "")


def _full(value: Any) -> str:
    """A value with every digit, since the difference may be in the last."""
    return "null" if value is None else repr(value) if isinstance(value, float) else str(value)


def _change(change: Change) -> str:
    ends = [text[:12] if change.what == "code_hash" else text for text in (change.recorded, change.now)]
    return f"  {change.what.replace('_', ' ')}: {ends[0]} then, {ends[1]} now"

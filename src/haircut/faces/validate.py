"""`haircut validate`: the validation pack, made from code."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from haircut.faces.progress import Progress


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument(
        "--checks",
        metavar="FILE",
        help="what the reference tests reached (make validate runs them and says where)",
    )
    made.add_argument(
        "--output", metavar="FILE", help="the page (default: validation/pack.html below the runs)"
    )
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")
    made.add_argument(
        "--draws", type=int, default=32, metavar="N", help="draws of the backtest's assumptions (default: 32)"
    )


def validate(chosen: Namespace) -> None:
    """Make the pack, write its page and its JSON, print the answer."""
    from haircut.reports.validation_page import summary, write_page
    from haircut.runs.folder import runs_root
    from haircut.studies.validate import validation_pack

    with Progress("validating") as progress:
        pack = validation_pack(chosen.checks, chosen.threads, chosen.draws, progress.tell)
    target = Path(chosen.output) if chosen.output else runs_root() / "validation" / "pack.html"
    written = write_page(pack, target)
    text = json.dumps(pack.as_dict(), indent=1, ensure_ascii=False, allow_nan=False)
    written.with_suffix(".json").write_text(text + "\n", "utf-8", newline="\n")
    if chosen.json:
        print(text)
    else:
        print(summary(pack, written), file=sys.stderr)

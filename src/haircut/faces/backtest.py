"""`haircut backtest`: what would have been said about a wave of defaults, and what came."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from haircut.faces.progress import Progress


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument(
        "case", metavar="WAVE", help="name of an example with outcomes, or its folder: wave-2022"
    )
    made.add_argument("--paths", type=int, metavar="N", help="simulated paths")
    made.add_argument("--seed", type=int, metavar="N", help="seed of the random numbers")
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")
    made.add_argument(
        "--draws",
        type=int,
        default=32,
        metavar="N",
        help="draws of all assumptions from their ranges (default: 32)",
    )
    made.add_argument("--svg", metavar="FILE", help="draw the names here")


def backtest(chosen: Namespace) -> None:
    """Predict, seal, open the outcomes, and print both, as pages or as JSON."""
    from haircut.studies.backtest import backtest as tested

    with Progress("backtesting") as progress:
        found = tested(
            chosen.case,
            paths=chosen.paths,
            seed=chosen.seed,
            threads=chosen.threads,
            draws_of_inputs=chosen.draws,
            progress=progress.tell,
        )
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        from haircut.reports.backtest_text import backtest_text

        print(backtest_text(found), file=sys.stderr)
    if chosen.svg:
        from haircut.reports.exhibits import backtest_names
        from haircut.reports.picture import svg

        exhibit = backtest_names.build(found)
        assert exhibit.chart is not None
        target = Path(chosen.svg)
        target.parent.mkdir(parents=True, exist_ok=True)
        drawn = svg(exhibit.chart, name=exhibit.name, title=exhibit.title)
        target.write_text(drawn + "\n", "utf-8", newline="\n")
        print(f"wrote {target}", file=sys.stderr)

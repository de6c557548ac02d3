"""The command line: `haircut COMMAND`. Data on stdout, everything else on stderr.

Exit codes: 0 done, 2 usage, 3 input refused, 4 cannot be computed, 5 defect.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from haircut.faces.article import add_arguments as add_article
from haircut.faces.backtest import add_arguments as add_backtest
from haircut.faces.book import add_arguments as add_book
from haircut.faces.calibrate import add_arguments as add_calibrate
from haircut.faces.contagion import add_arguments as add_contagion
from haircut.faces.liquidate import add_arguments as add_liquidate
from haircut.faces.market import add_arguments as add_market
from haircut.faces.replay import add_arguments as add_replay
from haircut.faces.studies import add_breakeven, add_mismatch, add_stress
from haircut.faces.validate import add_arguments as add_validate

PROGRAM = "haircut"
WIDTH = 100


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help of one width, whatever the terminal, so that it can be compared."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=WIDTH)
        self._action_max_length = 18  # argparse forgets to count the indent of a command's name


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    top = argparse.ArgumentParser(
        prog=PROGRAM, formatter_class=_Help, description="Reprices compute-backed credit.", epilog=_EPILOG
    )
    top.add_argument("--version", action="store_true", help="print the version and stop")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, sentence: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=sentence,
            description=sentence,
            epilog=f"example:\n  {PROGRAM} {example}",
            formatter_class=_Help,
        )
        made.add_argument("--json", action="store_true", help="print JSON on stdout")
        return made

    check = command(
        "check", "Say whether a case is sound, and what is wrong with it.", "check coreweave-ddtl-3"
    )
    _case(check)
    underwrite = command(
        "underwrite",
        "Cover, LTV by date and over-lending of the base case, without simulation.",
        "underwrite ten-year-model --overlay deflation-30",
    )
    _case(underwrite)
    _scenario(underwrite, "rent basis in place of the market's own")
    reprice = command(
        "reprice",
        "Price every claim of a case by simulation and record the run.",
        "reprice coreweave-ddtl-3 --paths 20000 --seed 7",
    )
    _case(reprice)
    _scenario(
        reprice, "rent basis in place of the market's own; all: each in turn, and the spread of the answers"
    )
    _simulation(reprice)
    reprice.add_argument(
        "--until-error",
        type=_basis_points,
        metavar="BP",
        help="add paths until the fair margin is known to this standard error, such as 1bp",
    )
    reprice.add_argument(
        "--sensitivities",
        action="store_true",
        help="also rent01, resid01, util01, BTC delta, self-consistent margin, fair advance rate",
    )
    reprice.add_argument("--parquet", metavar="FILE", help="write the measures to this file")
    reprice.add_argument("--fresh", action="store_true", help="compute even if the same run is recorded")
    reprice.add_argument("--why", metavar="TEXT", help="the reason, recorded with the run")
    attribute = command(
        "attribute",
        "Which mechanism makes the margin what it is: shares that sum exactly.",
        "attribute coreweave-ddtl-3 --paths 10000",
    )
    _case(attribute)
    _scenario(attribute, "rent basis in place of the market's own")
    _simulation(attribute)
    attribute.add_argument("--claim", metavar="ID", help="another claim than that of the case")
    attribute.add_argument("--fresh", action="store_true", help="compute even if the corners are kept")
    breakeven = command(
        "breakeven",
        "The level of an input, or of two, at which the base case stops working.",
        "breakeven ten-year-model --pair deflation utilisation",
    )
    _case(breakeven)
    _scenario(breakeven, "rent basis in place of the market's own")
    add_breakeven(breakeven)
    mismatch = command(
        "mismatch",
        "The loan's life beside that of its contracts and its machines.",
        "mismatch coreweave-ddtl-3",
    )
    _case(mismatch)
    _scenario(mismatch, "rent basis in place of the market's own")
    add_mismatch(mismatch)
    stress = command(
        "stress",
        "Named scenarios, or the nearest joint move that breaks the loan.",
        "stress named coreweave-ddtl-3",
    )
    stress.add_argument(
        "kind",
        choices=["named", "reverse"],
        metavar="KIND",
        help="named: overlays; reverse: what it would take",
    )
    _case(stress)
    _scenario(stress, "rent basis in place of the market's own")
    add_stress(stress)
    contagion = command(
        "contagion",
        "Force each borrower of a book into default: who falls with it, and who loses how much.",
        "contagion reference-2026-10 --month 6 --paths 1000",
    )
    add_contagion(contagion)
    compare = command(
        "compare", "What moved from one run to another, by cause, summing exactly.", "compare 7f3a 9b1c"
    )
    _run(compare)
    compare.add_argument("other", metavar="RUN", help="the later run")
    explain = command("explain", "How one number of a run arose.", "explain 7f3a fair_margin_bp")
    _run(explain)
    explain.add_argument("measure", metavar="MEASURE", help="name of a measure, such as fair_margin_bp")
    explain.add_argument("--claim", metavar="ID", help="another claim than that of the verdict")
    report = command("report", "Write the memo of a run.", "report 7f3a --to html --output memo.html")
    _run(report)
    report.add_argument(
        "--to", choices=["html", "pdf", "xlsx", "parquet"], default="html", help="format (default: html)"
    )
    report.add_argument("--output", metavar="FILE", help="where to write it (default: the run's folder)")
    runs = command("runs", "List the recorded runs, the latest first.", "runs --case coreweave-ddtl-3 --json")
    runs.add_argument("--case", metavar="NAME", help="runs of the case of this name only")
    runs.add_argument(
        "--history", action="store_true", help="every recording, also those computed again since or removed"
    )
    replay = command(
        "replay",
        "Run a recorded run again and say whether every bit is the same.",
        "replay 7f3a",
    )
    _run(replay)
    add_replay(replay)
    template = command(
        "template",
        "Write a workbook of a case's fields to fill in; haircut reads it back.",
        "template --blank --to xlsx --output deal.xlsx",
    )
    template.add_argument("case", nargs="?", metavar="CASE", help="case whose values are filled in")
    template.add_argument("--blank", action="store_true", help="no values: the fields of any case")
    template.add_argument("--to", choices=["xlsx"], default="xlsx", help="format (default: xlsx)")
    template.add_argument(
        "--output", metavar="FILE", help="a new file (default: the case's name, or deal.xlsx)"
    )
    serve = command(
        "serve",
        "Serve the workbench: pages of claims, books, runs and jobs, on this machine.",
        "serve coreweave-ddtl-3 --port 8765",
    )
    serve.add_argument("case", nargs="*", metavar="CASE", help="cases to serve (default: every example)")
    serve.add_argument("--port", type=int, default=8765, metavar="N", help="port (default: 8765)")
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help="address (default: 127.0.0.1); one that is not loopback needs HAIRCUT_TOKEN",
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer under this name too, as behind a proxy; may be repeated",
    )
    serve.add_argument(
        "--behind-tls", action="store_true", help="a proxy speaks TLS: the session's cookie is for TLS alone"
    )
    add_calibrate(
        command(
            "calibrate",
            "Fit a part of the market to the shipped history, or score bands out of sample.",
            "calibrate funding --write overlays",
        )
    )
    add_backtest(
        command(
            "backtest",
            "Predict a wave of defaults from what was known before it, then open what came.",
            "backtest wave-2022",
        )
    )
    add_validate(
        command(
            "validate",
            "How wrong is it: checks, convergence, sensitivity, backtests and failures, on one page.",
            "validate --checks haircut-runs/validation/checks.json",
        )
    )
    add_book(
        command(
            "book",
            "Issuers of a whole book, rich and cheap claims, and the real spread of the sector.",
            "book sector reference-2026-10",
        )
    )
    add_article(
        command(
            "article",
            "Twelve claims about compute debt against a book: number, error, verdict.",
            "article reference-2026-10 --out pages",
        )
    )
    add_market(
        command(
            "market",
            "Open a page of a market: rents, residual values, sources, the hash market.",
            "market rents h100-sxm",
        )
    )
    add_liquidate(
        command(
            "liquidate",
            "Sell any number of a device into today's market: schedule, prices, haircuts.",
            "liquidate h100-sxm --units 10000",
        )
    )
    return top


_EPILOG = """exit codes:
  0 done, 2 usage, 3 input refused, 4 cannot be computed, 5 defect

A command prints data on stdout (--json, --parquet) and tables and progress on stderr.
HAIRCUT_RUNS names the folder of runs, HAIRCUT_TRACEBACK=1 shows where an error was raised."""


def _case(made: argparse.ArgumentParser) -> None:
    made.add_argument("case", metavar="CASE", help="name of an example, a case folder, or a workbook (.xlsx)")


def _run(made: argparse.ArgumentParser) -> None:
    made.add_argument("run", metavar="RUN", help="folder of a run, or the first digits of its id")


def _simulation(made: argparse.ArgumentParser) -> None:
    made.add_argument("--paths", type=int, metavar="N", help="simulated paths")
    made.add_argument("--seed", type=int, metavar="N", help="seed of the random numbers")
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")


def _basis_points(text: str) -> float:
    """A number of bp, above 0, with or without its unit."""
    try:
        found = float(text.removesuffix("bp").strip())
    except ValueError:
        found = 0.0
    if not 0.0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a number of bp above 0, such as 1bp")
    return found


def _scenario(made: argparse.ArgumentParser, rent_basis: str) -> None:
    made.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="NAME",
        help="lay this overlay over the case; may be repeated",
    )
    made.add_argument("--rent-basis", metavar="NAME", help=rent_basis)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # Loading makes some hundred thousand objects that stay; looking for cycles among them costs a tenth of a second.
    gc.set_threshold(200_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal or pipe of another encoding still gets ±
            stream.reconfigure(encoding="utf-8")
    made = parser()
    try:
        chosen = made.parse_args(arguments)
    except SystemExit as stop:  # argparse has printed why
        return int(stop.code or 0)
    if chosen.version:
        from haircut import __version__

        print(f"{PROGRAM} {__version__}")
        return 0
    if chosen.command is None:
        made.print_help(sys.stderr)
        return 2
    return _run_command(chosen)


def _run_command(chosen: argparse.Namespace) -> int:
    from haircut.errors import Defect, HaircutError

    try:
        from haircut.faces.commands import COMMANDS

        COMMANDS[chosen.command](chosen)
        return 0
    except BrokenPipeError:  # the reader of our output has left, which is its right
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"{PROGRAM}: stopped; nothing was recorded", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("HAIRCUT_TRACEBACK") == "1":
            raise
        known = isinstance(error, HaircutError)
        code = error.exit_code if isinstance(error, HaircutError) else Defect.exit_code
        text = str(error) if known else f"{type(error).__name__}: {error}"
        lines = text.splitlines() or [type(error).__name__]
        print("\n".join([f"{PROGRAM}: {_HEADS[code]}: {lines[0]}", *lines[1:]]), file=sys.stderr)
        if code == Defect.exit_code:
            print("  HAIRCUT_TRACEBACK=1 shows where; please report it with the case", file=sys.stderr)
        return code


_HEADS = {2: "usage", 3: "input refused", 4: "cannot be computed", 5: "defect"}

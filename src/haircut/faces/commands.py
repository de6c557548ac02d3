"""Each command: read the arguments, call the Python interface, print. None is longer than twenty lines."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import haircut as hc
from haircut.faces.article import article
from haircut.faces.attribute import attribute
from haircut.faces.backtest import backtest
from haircut.faces.book import book
from haircut.faces.calibrate import calibrate
from haircut.faces.contagion import contagion
from haircut.faces.liquidate import liquidate
from haircut.faces.market import market
from haircut.faces.progress import Progress
from haircut.faces.replay import replay
from haircut.faces.studies import breakeven, compare, mismatch, stress
from haircut.faces.tables import runs_table, spread, spread_table, underwriting_text
from haircut.faces.template import ignored_cells, say_ignored, template
from haircut.faces.validate import validate


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=str))


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def check(chosen: Namespace) -> None:
    """Say whether a case is sound."""
    from haircut.case import summary

    case = hc.check(chosen.case)
    found = summary(case)
    if chosen.json:
        _print_json({"ok": True, **found.as_dict(), "ignored_cells": ignored_cells(case)})
    else:
        _say(f"{found}\n\nnothing is wrong with it")
        say_ignored(case)


def underwrite(chosen: Namespace) -> None:
    """Answer the lender's questions of the base case."""
    say_ignored(chosen.case)
    with Progress("underwriting"):
        found = hc.underwrite(chosen.case, overlays=chosen.overlay, rent_basis=chosen.rent_basis)
    if chosen.json:
        _print_json(found.as_dict())
    else:
        _say(underwriting_text(found))


def reprice(chosen: Namespace) -> None:
    """Price a case and record the run, on one rent basis or on each."""
    say_ignored(chosen.case)
    if chosen.rent_basis == "all":
        return reprice_on_each_basis(chosen)
    run = _priced(chosen, chosen.rent_basis)
    if chosen.parquet:
        run.measures.write_parquet(chosen.parquet)
        _say(f"wrote {chosen.parquet}")
    if chosen.json:
        return _print_json(_answer(run))
    from haircut.reports import summary

    memo = run.folder / "memo.html"
    _say(summary(run, memo if memo.exists() else run.report(to="html"), chosen.case))


def reprice_on_each_basis(chosen: Namespace) -> None:
    """Repeat the run on each basis of rent and show how far the answers lie apart."""
    case = hc.load(chosen.case)
    bases = list(dict.fromkeys(rent.basis for rent in case.market.rents))
    runs = {basis: _priced(chosen, basis) for basis in bases}
    apart = spread(runs)
    if chosen.json:
        _print_json({**apart, "runs": [{"rent_basis": basis, **_answer(run)} for basis, run in runs.items()]})
    else:
        _say(spread_table(apart))


def start_renderer() -> None:
    """Load what draws the memo."""
    from haircut.reports.picture import start

    start()


def _priced(chosen: Namespace, rent_basis: str | None) -> Any:
    # The renderer of the memo's pictures takes most of a second to start, on a core that loading leaves idle.
    with Progress("repricing", None if chosen.json else start_renderer) as progress:
        run = hc.reprice(
            chosen.case,
            paths=chosen.paths,
            seed=chosen.seed,
            threads=chosen.threads,
            rent_basis=rent_basis,
            overlays=chosen.overlay,
            progress=progress.tell,
            fresh=chosen.fresh,
            why=chosen.why,
            until_error_bp=chosen.until_error,
            sensitivities=chosen.sensitivities,
        )
    _say_how(chosen, run)
    return run


def _say_how(chosen: Namespace, run: Any) -> None:
    """Whether a run was found, and what a wanted error took."""
    if run.found:
        unsaid = "; --why is recorded with a run that is computed" if chosen.why else ""
        _say(f"found run {run.id}, computed earlier; --fresh repeats it{unsaid}\n")
    if chosen.until_error is not None and not chosen.json:
        used, worth = (f"{run.manifest[name]:,}" for name in ("paths", "effective_paths"))
        _say(f"reached {chosen.until_error:g} bp with {used} paths, worth {worth} without control variates\n")


def _answer(run: Any) -> dict[str, Any]:
    found = run.as_dict()
    return {name: found[name] for name in ("run", "case", "as_of", "seed", "paths", "measures")}


def explain(chosen: Namespace) -> None:
    """Say how one number arose."""
    found = hc.Run.load(chosen.run).explain(chosen.measure, chosen.claim)
    if chosen.json:
        _print_json(found.as_dict())
    else:
        _say(repr(found))


def report(chosen: Namespace) -> None:
    """Write the memo of a run."""
    written = hc.Run.load(chosen.run).report(to=chosen.to, path=chosen.output)
    if chosen.json:
        _print_json({"path": str(Path(written)), "format": chosen.to})
    else:
        _say(f"wrote {written}")


def runs(chosen: Namespace) -> None:
    """List the recorded runs."""
    ask: Any = hc.runs  # a module that is a call, decision 5
    found = ask(case=chosen.case, history=chosen.history)
    if chosen.json:
        _print_json({"runs": found.to_dicts()})
    else:
        _say(runs_table(found, chosen.case))


def serve(chosen: Namespace) -> None:
    """Serve the claim pages until stopped."""
    from haircut.faces.serve import serve as start

    start(chosen)


COMMANDS: Final[dict[str, Callable[[Namespace], None]]] = {
    "check": check,
    "underwrite": underwrite,
    "reprice": reprice,
    "attribute": attribute,
    "breakeven": breakeven,
    "mismatch": mismatch,
    "stress": stress,
    "contagion": contagion,
    "compare": compare,
    "explain": explain,
    "report": report,
    "runs": runs,
    "replay": replay,
    "template": template,
    "serve": serve,
    "calibrate": calibrate,
    "backtest": backtest,
    "validate": validate,
    "market": market,
    "book": book,
    "article": article,
    "liquidate": liquidate,
}

"""The backtest of the miners' wave: predict, seal, open, score; and what is in sample is called so."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from haircut.case import load, overlay
from haircut.case.case import Case
from haircut.case.marks import marks_by_owner, share_assumed
from haircut.errors import InputRefused, UsageError
from haircut.runs.choice import chosen_case
from haircut.runs.folder import runs_root
from haircut.runs.identity import run_id
from haircut.studies.backtest.coin import coin_given
from haircut.studies.backtest.known import read_ledger, require_foresight
from haircut.studies.backtest.predict import HORIZONS, predict
from haircut.studies.backtest.propagate import draws, ranges
from haircut.studies.backtest.rigs import rig_fans
from haircut.studies.backtest.rolling import has_monitor, rolling
from haircut.studies.backtest.rules import simple_rules
from haircut.studies.backtest.seal import Outcomes, Sealed, open_outcomes, seal
from haircut.studies.backtest.verdicts import (
    funding_seen,
    monitored,
    priced,
    recovered,
    rules_scored,
    scored,
    timed,
)

IN_SAMPLE: Final = "chosen-knowing-2022"
"""The overlay of parameters that were chosen by people who knew the outcome."""
SENSITIVITIES: Final = ("parents-support", "shares-shut")
DRAWS: Final = 32
PATHS_OF_A_DRAW: Final = 1_024
FOLDER: Final = "backtest"
"""Below the folder of runs."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What was predicted, what happened, and how they compare; plain data but for the outcomes.

    Attributes:
        case, as_of: of the predictions.
        predictions: what was sealed.
        sealed: the file and its hash.
        outcomes: as they were opened afterwards.
        variants: name -> scores by horizon: `knowable` and the in-sample overlay.
        spread: quantiles of AUC and of probabilities by name over the draws.
        rules, timing, recoveries, prices: beside what happened.
        given: probabilities once the coin's path is given: no forecast.
        monitor: by name, when the monitor rang; empty where it was not asked for.
        funding: the highest spread of the year that came beside the one that counts as stress.
    """

    case: str
    as_of: str
    predictions: dict[str, Any]
    sealed: Sealed
    outcomes: Outcomes
    variants: dict[str, list[dict[str, Any]]]
    spread: dict[str, Any]
    rules: list[dict[str, Any]]
    timing: list[dict[str, Any]]
    recoveries: list[dict[str, Any]]
    prices: list[dict[str, Any]]
    given: list[dict[str, Any]]
    monitor: list[dict[str, Any]]
    funding: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut backtest --json` prints."""
        return {
            "case": self.case,
            "as_of": self.as_of,
            "sealed": {"file": str(self.sealed.file), "sha256": self.sealed.digest},
            "predictions": self.predictions,
            "outcomes": [row._asdict() for row in self.outcomes.names],
            "scores": self.variants,
            "spread": self.spread,
            "rules": self.rules,
            "timing": self.timing,
            "recoveries": self.recoveries,
            "prices": self.prices,
            "given_the_coin": self.given,
            "monitor": self.monitor,
            "funding": self.funding,
        }


def backtest(
    case: Case | str | Path = "wave-2022",
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    draws_of_inputs: int = DRAWS,
    monitor: bool = True,
    progress: Progress | None = None,
) -> Backtest:
    """Predict, write the predictions down, open the outcomes, compare.

    Args:
        case: a case folder with its ledger `known_from.yaml` and its outcomes, or its name.
        paths, seed: of the simulation; by default the case's own.
        threads: that work at once; never changes a number.
        draws_of_inputs: how often all assumptions are drawn from their ranges; 0 for none.
        monitor: look again each quarter, where the folder says what became known.
        progress: told (what, done, total).

    Raises:
        InputRefused: where the case uses what was not known on its as-of date, or has no outcomes.
        UsageError: where an argument is out of range.
    """
    if not 0 <= draws_of_inputs <= 10_000:
        raise UsageError(f"draws: found {draws_of_inputs}; expected 0 to 10,000")
    chosen = chosen_case(load(case) if isinstance(case, (str, Path)) else case, paths, seed)
    folder = chosen.origin.folder
    if folder is None:
        raise InputRefused(
            "backtest: found a case without a folder; expected one with known_from.yaml beside it"
        )
    ledger = read_ledger(folder)
    require_foresight(chosen, ledger)
    say = progress or (lambda what, done, total: None)
    predictions = _predictions(chosen, threads, draws_of_inputs, say)
    predictions["published_later"] = len(ledger.later)
    say("monitor", 0, 1)
    predictions["rolling"] = rolling(chosen, threads) if monitor and has_monitor(chosen) else []
    say("monitor", 1, 1)
    sealed = seal(predictions, runs_root() / FOLDER)
    outcomes = open_outcomes(folder, sealed)
    as_of = chosen.market.as_of
    say("given the coin", 0, 1)
    given = predict(overlay(chosen, coin_given(chosen, max(HORIZONS))), threads)
    say("given the coin", 1, 1)
    simulated = chosen.settings.paths
    named = {"knowable": predictions["names"], **predictions["variants"]}
    return Backtest(
        case=chosen.name,
        as_of=as_of.isoformat(),
        predictions=predictions,
        sealed=sealed,
        outcomes=outcomes,
        variants={name: scored(rows, outcomes, as_of, simulated) for name, rows in named.items()},
        spread=_spread(predictions["draws"], outcomes, chosen),
        rules=rules_scored(predictions["rules"], outcomes, as_of),
        timing=timed(predictions["names"], outcomes, as_of),
        recoveries=recovered(predictions["names"], outcomes),
        prices=priced(predictions["fans"], outcomes, as_of),
        given=given,
        monitor=monitored(predictions["rolling"], outcomes),
        funding=funding_seen(as_of),
    )


def _predictions(case: Case, threads: int | None, count: int, say: Progress) -> dict[str, Any]:
    """Everything that is told before outcomes are opened, as plain data."""
    overlays = (IN_SAMPLE, *SENSITIVITIES)
    total = 1 + len(overlays) + count
    say("predict", 0, total)
    names = predict(case, threads)
    variants = {}
    for done, name in enumerate(overlays, start=1):
        say("predict", done, total)
        variants[name] = predict(overlay(case, name), threads)
    drawn = []
    fewer = min(PATHS_OF_A_DRAW, case.settings.paths)
    for done, draw in enumerate(draws(case, count, case.settings.seed) if count else ()):
        say("predict", 1 + len(overlays) + done, total)
        rows = predict(chosen_case(draw, fewer), threads)
        drawn.append({row["name"]: [row[f"pd_{months}m"] for months in HORIZONS] for row in rows})
    say("predict", total, total)
    marks = marks_by_owner(case).issuers
    return {
        "case": case.name,
        "run": run_id(case),
        "as_of": case.market.as_of.isoformat(),
        "paths": case.settings.paths,
        "seed": case.settings.seed,
        "horizons": list(HORIZONS),
        "names": names,
        "variants": variants,
        "in_sample": [IN_SAMPLE],
        "draws": drawn,
        "drawn_inputs": len(ranges(case)),
        "rules": simple_rules(case),
        "fans": rig_fans(case),
        "assumed": {name: share_assumed(found) for name, found in marks.items()},
    }


def _spread(drawn: list[dict[str, list[float]]], outcomes: Outcomes, case: Case) -> dict[str, Any]:
    """5, 50 and 95 % of AUC and of each probability over the draws of inputs; empty without draws."""
    if not drawn:
        return {"draws": 0, "auc": {}, "names": {}}
    as_of = case.market.as_of
    by_horizon: dict[str, list[float]] = {f"{months}m": [] for months in HORIZONS}
    for draw in drawn:
        rows = [
            {"name": name, **{f"pd_{m}m": value for m, value in zip(HORIZONS, values, strict=True)}}
            for name, values in draw.items()
        ]
        for row in scored(rows, outcomes, as_of, PATHS_OF_A_DRAW):
            by_horizon[f"{row['months']}m"].append(row["auc"])
    return {
        "draws": len(drawn),
        "auc": {name: _three(values) for name, values in by_horizon.items()},
        "names": {
            name: [_three([draw[name][place] for draw in drawn]) for place in range(len(HORIZONS))]
            for name in drawn[0]
        },
    }


def _three(values: list[float]) -> list[float]:
    """5, 50 and 95 %, between order statistics."""
    if len(values) == 1:
        return values * 3
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return [cuts[0], statistics.median(values), cuts[-1]]

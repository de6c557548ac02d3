"""`haircut market scenarios CASE`: fans, dependence by funding state, joint stress."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

import haircut as hc
from haircut.errors import UsageError
from haircut.faces.progress import Progress
from haircut.scenarios.convergence import Estimate, Lift
from haircut.scenarios.portrait import Event, Pair, Portrait, portrait


def scenarios(chosen: Namespace) -> None:
    """Simulate the drivers of a case with its overlays and print how they move; --svg names a folder for pictures."""
    from haircut.reports.scenarios_page import text, write_charts

    events = tuple(Event.parse(text) for text in chosen.event)
    if len(events) not in (0, 2):
        raise UsageError(
            f"--event: found {len(events)}; expected two, the A and the B of the joint stress, or none"
        )
    case = hc.overlay(hc.load(chosen.name), *chosen.overlay)
    with Progress("simulating drivers"):
        found = portrait(case, **_given(paths=chosen.paths, seed=chosen.seed, events=events or None))
    if chosen.json:
        print(json.dumps(as_dict(found), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(text(found), file=sys.stderr)
    if chosen.svg:
        for path in write_charts(found, chosen.svg):
            print(f"wrote {path}", file=sys.stderr)


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def as_dict(found: Portrait) -> dict[str, Any]:
    """The page as plain data: what `--json` prints."""
    return {
        "case": found.case,
        "overlays": list(found.overlays),
        "as_of": found.as_of.isoformat(),
        "paths": found.paths,
        "seed": found.seed,
        "months": found.months,
        "stress_share_of_months": _estimate(found.stress_share),
        "joint_stress": {
            "a": str(found.events[0]),
            "b": str(found.events[1]),
            "coupling_of_the_case": found.coupling,
            "by_coupling": [{"coupling": g, **_lift(lift)} for g, lift in found.lifts.items()],
        },
        "pairs": [_pair(pair) for pair in found.pairs],
        "fans": [
            {
                "driver": fan.driver.name,
                "unit": fan.driver.unit,
                "group": fan.driver.group,
                **{
                    name: [float(value) for value in row]
                    for name, row in zip(("p05", "p25", "p50", "p75", "p95"), fan.quantiles, strict=True)
                },
                "mean": [float(value) for value in fan.mean],
            }
            for fan in found.fans
        ],
    }


def _estimate(found: Estimate) -> dict[str, float | None]:
    return {"value": found.value, "std_error": found.std_error}


def _lift(found: Lift) -> dict[str, Any]:
    return {
        "p_a": _estimate(found.first),
        "p_b": _estimate(found.second),
        "p_both": _estimate(found.both),
        "lift": _estimate(found.lift),
        "paths_with_both": found.joint,
        "paths": found.paths,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "calm": _estimate(pair.calm),
        "stress": _estimate(pair.stress),
        "null_of_conditioning": pair.null,
        "variance_ratio_of_the_first": pair.variance_ratio,
        "lower_tail_5": _estimate(pair.tail),
        "lower_tail_5_of_a_normal_pair": pair.tail_null,
    }

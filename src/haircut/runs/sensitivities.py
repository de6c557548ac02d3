"""What a run is asked beyond one simulation: bumped cases on its own paths, and margins and amounts solved for.

    rent01, resid01, util01, BTC delta = (V(up) - V(down)) / width,   V = E_Q[PV - PV of draws], premium held

Both bumped cases run on the draws of the run, so the error is that of the difference by block. Bumps are five times
the step that is reported, on either side: default is a yes or no on each path, and a small step sees few of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import Outcomes
from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.moments import Moments
from haircut.runs.corners import FEWEST_PAIRED_BLOCKS, SIDE_PATHS
from haircut.runs.executor import Evaluation
from haircut.scenarios.kept_draws import Kept, keeping

STEPS: Final = 5.0
"""Steps of the reported size on either side."""
ONE_PER_CENT: Final = 0.01

Answers = dict[str, dict[str, Estimate]]
"""By claim id, then by measure."""


@dataclass(frozen=True, slots=True)
class Bump:
    """One input and how it is moved.

    Attributes:
        measure: that reports it.
        move: from a case and a number of steps of 1 % or one point to the bumped case.
        room: steps that there are upwards.
    """

    measure: str
    move: Callable[[Case, float], Case]
    room: Callable[[Case], float] = lambda case: math.inf


def sensitivities(whole: Evaluation, threads: int | None = None, kept: Kept | None = None) -> Answers:
    """rent01, resid01, util01 and BTC delta of every claim of a run.

    Args:
        whole: the run; its first 4,096 paths are used, its premium held.
        threads: as for the run.
        kept: raw draws of the run.
    """
    loan = credit.with_stated_schedule(whole.compiled)
    settings = loan.settings.model_copy(update={"paths": min(whole.case.settings.paths, SIDE_PATHS)})
    loan = loan.model_copy(update={"settings": settings})
    found: Answers = {claim: {} for claim in whole.compiled.claim_ids}
    for bump in BUMPS:
        if bump.measure == "btc_delta_usd" and whole.compiled.scenarios.coin_q is None:
            for claim in found:
                found[claim][bump.measure] = missing("not_applicable")
            continue
        up, down = min(STEPS, bump.room(loan)), -STEPS
        runs = [_under_q(bump.move(loan, steps), whole.ell, threads, kept) for steps in (up, down)]
        for position, claim in enumerate(whole.compiled.claim_ids):
            found[claim][bump.measure] = _slope(runs, position, up - down)
    return found


def _under_q(case: Case, ell: Mapping[str, float], threads: int | None, kept: Kept | None) -> Outcomes:
    compiled = credit.compile_book(case)
    compiled = replace(compiled, scenarios=keeping(compiled.scenarios, {} if kept is None else kept))
    return credit.simulate(compiled, "Q", case.settings.paths, case.settings.seed, threads=threads, ell=ell)


_VALUE: Final = {"pv_ell": 1.0, "draws_pv_ell": -1.0}


def _slope(runs: list[Outcomes], position: int, width: float) -> Estimate:
    """Difference of two values per step, with the error of the difference of their blocks."""
    up, down = (Moments(run, position) for run in runs)
    value = sum(weight * (up.mean(name) - down.mean(name)) for name, weight in _VALUE.items()) / width
    blocks = up.blocks
    if blocks < FEWEST_PAIRED_BLOCKS:
        return estimated(value, None)
    gaps = (up.block_deviations(_VALUE) - down.block_deviations(_VALUE)) / width
    return estimated(value, math.sqrt(float(np.sum(gaps**2)) * blocks / (blocks - 1)))


def _times(quantity: Any, steps: float) -> Any:
    return quantity.model_copy(update={"value": quantity.value * (1.0 + ONE_PER_CENT * steps), "range": None})


def _with_market(case: Case, **parts: Any) -> Case:
    return case.model_copy(update={"market": case.market.model_copy(update=parts)})


def with_rents(case: Case, steps: float) -> Case:
    """Every rent of the market `steps` per cent higher; contracts and the entry rent stay."""
    factor = 1.0 + ONE_PER_CENT * steps
    rents = tuple(each.model_copy(update={"value": each.value * factor}) for each in case.market.rents)
    return _with_market(case, rents=rents)


def with_resale(case: Case, steps: float) -> Case:
    """What machines fetch and are marked at (psi_sale, psi_mark) `steps` per cent higher at every date."""

    def moved(machines: Any) -> Any:
        return tuple(
            each.model_copy(
                update={"psi_mark": _times(each.psi_mark, steps), "psi_sale": _times(each.psi_sale, steps)}
            )
            for each in machines
        )

    return _with_market(case, devices=moved(case.market.devices), rigs=moved(case.market.rigs))


def with_utilisation(case: Case, steps: float) -> Case:
    """Utilisation of machines that are not under contract `steps` points higher."""
    points = ONE_PER_CENT * steps
    devices = tuple(
        each.model_copy(
            update={
                "utilisation": each.utilisation.model_copy(
                    update={"value": each.utilisation.value + points, "range": None}
                )
            }
        )
        for each in case.market.devices
    )
    fleets = tuple(
        each
        if each.utilisation is None
        else each.model_copy(update={"utilisation": each.utilisation + points})
        for each in case.book.fleets
    )
    return _with_market(case, devices=devices).model_copy(
        update={"book": case.book.model_copy(update={"fleets": fleets})}
    )


def room_of_utilisation(case: Case) -> float:
    """Points that the busiest machine lacks to full use."""
    stated = [fleet.utilisation for fleet in case.book.fleets if fleet.utilisation is not None]
    return (1.0 - max([device.utilisation.value for device in case.market.devices] + stated)) / ONE_PER_CENT


def with_coin(case: Case, steps: float) -> Case:
    """Bitcoin `steps` per cent dearer today."""
    coin = case.market.btc
    return (
        case
        if coin is None
        else _with_market(case, btc=coin.model_copy(update={"price": _times(coin.price, steps)}))
    )


BUMPS: Final = (
    Bump("rent01_usd", with_rents),
    Bump("resid01_usd", with_resale),
    Bump("util01_usd", with_utilisation, room_of_utilisation),
    Bump("btc_delta_usd", with_coin),
)

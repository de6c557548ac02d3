"""Health after the run: what paths left unpaid, undrawn and shut in, and which values were cut, with errors.

The engine counts (`credit.health`), this file turns counts into shares and dollars and adds what was cut before
any path ran: prices of machines, premiums, amounts that were sized.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.case.market import Device, Rig
from haircut.credit.health import LEFT_OPEN, mean_and_error
from haircut.credit.outcomes import Outcomes
from haircut.credit.records.fleets import HIGHEST_PSI
from haircut.pricing.generic_premium import GenericPremium
from haircut.pricing.moments import FEWEST_BLOCKS
from haircut.pricing.value import premiums
from haircut.runs.executor import Evaluation

Floats = NDArray[np.float64]

OFF_GRID: Final = "rent_off_grid"
CUT: Final = ("price_capped", "premium_floored", "advance_rate_binds")
WHATS: Final = (*LEFT_OPEN, OFF_GRID, *CUT)
"""Every line of health, in the order in which it is printed."""

SIDE_BORROWER: Final = ("cash_trapped", "cash_after_estate")
"""Lines that are about a borrower; the others are about a claim, a fleet or a device."""


@dataclass(frozen=True, slots=True)
class Health:
    """One line of health that is not nothing.

    Attributes:
        what: one of `WHATS`.
        of: id of the claim, borrower, fleet or device.
        measure: P or Q; empty where no path is needed.
        paths: how many paths show it; None where no path is needed.
        share: of all paths; std_error of it None where there is no error.
        value: mean over all paths of dollars, or of months for `rent_off_grid`; of a cut value what it was before,
            of an advance rate that binds the amount that it left.
        value_error: standard error of the mean.
        unit: of `value`: usd, months, x or bp.
    """

    what: str
    of: str
    measure: str
    paths: int | None
    share: float | None
    share_error: float | None
    value: float | None
    value_error: float | None
    unit: str


def health_of(outcomes: Outcomes, case: Case, fleets: tuple[str, ...]) -> tuple[Health, ...]:
    """What one simulation left open.

    Args:
        outcomes: of one measure; without counts there are no lines.
        case: as it ran: independence by shift takes errors from block means.
        fleets: ids in the order of the engine.
    """
    fewest = FEWEST_BLOCKS if case.settings.independence_by_shift else None
    owner = {claim.id: claim.borrower for claim in case.book.claims}
    paths = outcomes.paths.astype(np.float64)
    found = []
    for position, claim in enumerate(outcomes.claims if len(outcomes.left_open) else ()):
        for place, what in enumerate(LEFT_OPEN):
            counts = outcomes.left_open[:, position, place]
            of = owner[claim] if what in SIDE_BORROWER else claim
            found.append(_line(what, of, outcomes.measure, paths, counts, "usd", fewest))
    for position, fleet in enumerate(fleets if len(outcomes.off_grid) else ()):
        counts = outcomes.off_grid[:, position]
        found.append(_line(OFF_GRID, fleet, outcomes.measure, paths, counts, "months", fewest))
    kept = [line for line in found if line is not None]
    return tuple(sorted(kept, key=lambda line: WHATS.index(line.what)))


def _line(
    what: str, of: str, measure: str, paths: Floats, counts: Floats, unit: str, fewest: int | None
) -> Health | None:
    """None where no path shows it."""
    hit = counts[:, 0]
    if not hit.any():
        return None
    share, share_error = mean_and_error(paths, hit, hit, fewest)
    value, error = mean_and_error(paths, counts[:, 1], counts[:, 2], fewest)
    return Health(what, of, measure, int(hit.sum()), share, share_error, value, error, unit)


def health_of_run(run: Evaluation) -> tuple[Health, ...]:
    """Every line of a run: under P, under Q, and what was cut."""
    compiled = run.compiled
    fleets = tuple(fleet.id for fleet in compiled.case.book.fleets)
    cut = cut_values(run.case, compiled.sizing_binding, compiled.drawn, premiums(compiled, run.case, run.p))
    return (*health_of(run.p, run.case, fleets), *health_of(run.q, run.case, fleets), *cut)


def cut_values(
    case: Case,
    binding: Mapping[str, str | None],
    drawn: Mapping[str, float],
    premium_of: Mapping[str, GenericPremium],
) -> tuple[Health, ...]:
    """Values that were cut before any path ran; nothing of it has a sampling error but the premium's level.

    Args:
        case: as it ran.
        binding: by claim id what bound the sized amount (`CompiledBook.sizing_binding`).
        drawn: USD by claim id, as it was sized.
        premium_of: premium of ordinary credit by claim id; one below 0 was floored there.
    """
    used = {fleet.device for fleet in case.book.fleets}
    offered: list[Device | Rig] = [*case.market.devices, *case.market.rigs]
    found = []
    for machine in offered:
        prices = {"psi_mark": machine.psi_mark.value, "psi_sale": machine.psi_sale.value}
        found += [
            Health("price_capped", f"{machine.id}.{name}", "", None, None, None, price, None, "x")
            for name, price in prices.items()
            if machine.id in used and price > HIGHEST_PSI
        ]
    found += [
        Health("premium_floored", claim, "P", None, None, None, premium.raw_bp, None, "bp")
        for claim, premium in premium_of.items()
        if premium.raw_bp < 0.0
    ]
    found += [
        Health("advance_rate_binds", claim, "", None, None, None, drawn[claim], None, "usd")
        for claim, limit in binding.items()
        if limit == "advance_rate"
    ]
    return tuple(found)

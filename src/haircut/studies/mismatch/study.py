"""Tenor, average life and duration of a loan beside its contracts' ends and its machines' lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haircut import credit
from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.curves import month_index
from haircut.errors import UsageError
from haircut.machines.paths import half_life_months, retired_share, retirement_months
from haircut.runs.choice import chosen_case
from haircut.units import MONTHS_PER_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fleet:
    """One pledged fleet.

    Attributes:
        fleet, device, units: which.
        value_half_life_months: until its value on the path of median rents is half of today's; None if never.
        retirement_months: until 25, 50 and 75 % of paths have retired a healthy unit; its maximum age counts.
    """

    fleet: str
    device: str
    units: float
    value_half_life_months: float | None
    retirement_months: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One claim against its contracts and machines. Months count from the as-of date.

    Attributes:
        case, claim, as_of, overlays: what was asked.
        maturity_months: of the claim.
        wal_years: average life of scheduled principal.
        duration_years: Macaulay duration of scheduled debt service at the loan's own rate.
        contract_end_months: of the last contract of the borrower; 0 without one.
        contract_tenor_years: remaining term of its contracts, weighted by units, units without one counting 0.
        median_retirement_months: until half of the pledged units are expected to have retired.
        value_half_life_months: of the pledged fleets' value together, on the paths of median rents.
        owed_at_contract_end_usd: scheduled principal outstanding when the last contract ends.
        owed_when_median_device_retires_usd: the same when the median pledged unit retires; None beyond reach.
        owed_today_usd: drawn on the as-of date.
        fleets: each pledged fleet.
    """

    case: str
    claim: str
    as_of: str
    overlays: tuple[str, ...]
    maturity_months: int
    wal_years: float
    duration_years: float
    contract_end_months: int
    contract_tenor_years: float
    median_retirement_months: float | None
    value_half_life_months: float | None
    owed_at_contract_end_usd: float
    owed_when_median_device_retires_usd: float | None
    owed_today_usd: float
    fleets: tuple[Fleet, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut mismatch --json` prints."""
        found = asdict(self)
        return {**found, "overlays": list(self.overlays), "fleets": list(found["fleets"])}


def mismatch(
    case: Case | str | Path,
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
) -> Mismatch:
    """Hold a loan's life against that of its contracts and machines.

    Machines retire, and lose value, on paths of their own law of rent under P, launches at their expected
    share; an error is not printed because the quantiles are whole months of 4,000 fixed paths.

    Args:
        case: a case, its folder, or the name of an example.
        overlays, rent_basis: as for `haircut.underwrite`.
        claim: id; by default the claim of the case.

    Raises:
        UsageError: where the claim is not known.
        InputRefused, CannotCompute: as `haircut.underwrite`.
    """
    chosen = chosen_case(case, rent_basis=rent_basis, overlays=overlays)
    compiled = credit.compile_book(chosen)
    wanted = claim or chosen.claim
    if wanted not in compiled.claim_ids:
        raise UsageError(f"claim: found {wanted!r}; expected one of {', '.join(compiled.claim_ids)}")
    own = next(each for each in chosen.book.claims if each.id == wanted)
    balance = compiled.schedules[wanted].balance
    end, tenor = _contracts(chosen, own)
    fleets, gone, worth = _machines(compiled, own)
    half = np.flatnonzero(gone >= 0.5)
    retires = float(half[0]) if half.size else None
    return Mismatch(
        case=chosen.name,
        claim=wanted,
        as_of=chosen.market.as_of.isoformat(),
        overlays=chosen.overlays,
        maturity_months=compiled.maturity_months[wanted],
        wal_years=compiled.wal_years[wanted],
        duration_years=_duration(compiled, wanted),
        contract_end_months=end,
        contract_tenor_years=tenor,
        median_retirement_months=retires,
        value_half_life_months=half_life_months(worth) if worth.size else None,
        owed_at_contract_end_usd=_owed(compiled, wanted, balance, end),
        owed_when_median_device_retires_usd=None
        if retires is None
        else _owed(compiled, wanted, balance, int(retires)),
        owed_today_usd=float(compiled.drawn[wanted]),
        fleets=tuple(fleets),
    )


def _owed(compiled: CompiledBook, claim: str, balance: Floats, month: int) -> float:
    """Principal that the schedule leaves after the payments of a month; nothing from maturity on."""
    return 0.0 if month >= compiled.maturity_months[claim] else float(balance[month])


def _duration(compiled: CompiledBook, claim: str) -> float:
    """``sum t CF D / sum CF D`` over scheduled interest and principal, D at the all-in contract rate."""
    plan, last = compiled.schedules[claim], compiled.maturity_months[claim]
    flow = plan.interest + plan.principal
    flow = flow[: last + 1].copy()
    flow[last] += plan.balance[last]
    years = np.arange(last + 1) / MONTHS_PER_YEAR
    worth = flow * np.exp(-np.log1p(compiled.contract_rate[claim]) * years)
    total = float(worth.sum())
    return float(worth @ years) / total if total > 0.0 else 0.0


def _contracts(case: Case, claim: Claim) -> tuple[int, float]:
    """Month in which the borrower's last contract ends, and the mean remaining term by unit, years."""
    as_of = case.market.as_of
    own = [each for each in case.book.contracts if each.borrower == claim.borrower and each.end > as_of]
    units = sum(fleet.units for fleet in case.book.fleets if fleet.borrower == claim.borrower)
    if not own:
        return 0, 0.0
    terms = [
        each.units * max(0, month_index(as_of, each.end) - max(0, _month(as_of, each.start))) for each in own
    ]
    return max(month_index(as_of, each.end) for each in own), sum(terms) / units / MONTHS_PER_YEAR


def _month(as_of: Any, day: Any) -> int:
    return 0 if day <= as_of else month_index(as_of, day)


def _machines(compiled: CompiledBook, claim: Claim) -> tuple[list[Fleet], Floats, Floats]:
    """Each pledged fleet, the share of pledged units retired by month, and their value by month, USD."""
    pledged = credit.pledged_fleets(compiled, claim)
    if not pledged:
        return [], np.zeros(0), np.zeros(0)
    found = [
        Fleet(
            each.fleet.id, each.fleet.device, each.fleet.units, half_life_months(each.worth),
            retirement_months(each.surface, each.paths, each.salvage),
        )
        for each in pledged
    ]  # fmt: skip
    units = sum(each.fleet.units for each in pledged)
    shares = [(each.fleet.units, retired_share(each.surface, each.paths, each.salvage)) for each in pledged]
    longest = max(len(share) for _, share in shares)
    gone = np.zeros(longest)
    for count, share in shares:  # a fleet beyond its maximum age has retired
        gone += count / units * np.concatenate([share, np.ones(longest - len(share))])
    return found, gone, credit.pledged_value(pledged)

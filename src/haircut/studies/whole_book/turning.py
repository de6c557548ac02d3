"""The two dates of a sector: when the credit cycle turns, and when the machines that were pledged are gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Claim
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.machines.cache import solve_once
from haircut.machines.paths import RentPaths, retired_share, simulate_log_rent
from haircut.scenarios.expected import expected_block
from haircut.studies.whole_book.wall import contracted_cash, principal_due
from haircut.units import MONTHS_PER_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turning:
    """The two dates of some issuers together.

    Attributes:
        turns: end of the first quarter in which principal due exceeds contracted cash plus refinancing capacity,
            ISO; None where none does.
        due_usd, contracted_usd, refinancing_usd: of that quarter.
        retires: month end by which half of the pledged machines, by cost, are expected to have retired, ISO; None
            where nothing is pledged or the horizon ends before.
        months_between: from `turns` to `retires`; negative where the machines go first.
        machines: fleets counted; `rigs_left_out`: pledged fleets without a law of rent of their own.
    """

    turns: str | None
    due_usd: float | None
    contracted_usd: float | None
    refinancing_usd: float | None
    retires: str | None
    months_between: int | None
    machines: int
    rigs_left_out: int


def turning(compiled: CompiledBook, base: BaseCase, borrowers: Iterable[str]) -> Turning:
    """Both dates for some borrowers together, on the base case.

    Money is pooled: one issuer's surplus is counted for another's balloon, which makes the first date late.

    Args:
        compiled: the book.
        base: its base case on expected drivers.
        borrowers: ids.
    """
    names = set(borrowers)
    claims = [claim for claim in compiled.case.book.claims if claim.borrower in names]
    months = compiled.months
    due, offered = np.zeros(months + 1), np.zeros(months + 1)
    spread = expected_block(compiled.scenarios.p, coin=compiled.scenarios.coin_p).funding_spread[0]
    for claim in claims:
        owed, balloon = principal_due(compiled, claim.id)
        last = compiled.maturity_months[claim.id]
        due += owed
        offered[last] += min(
            refinancing_capacity(compiled, base, claim, float(spread[last])), float(balloon[last])
        )
    rented, let = contracted_cash(compiled, names)
    cash = rented + let
    turns, row = None, (None, None, None)
    for first in range(1, months + 1, 3):
        quarter = slice(first, min(first + 3, months + 1))
        parts = tuple(float(line[quarter].sum()) for line in (due, cash, offered))
        if parts[0] > parts[1] + parts[2] + 1e-6:
            turns, row = quarter.stop - 1, parts  # type: ignore[assignment]
            break
    retires, counted, left_out = median_retirement(compiled, claims)
    both = None if turns is None or retires is None else retires - turns
    return Turning(
        None if turns is None else compiled.month_dates[turns],
        *row,
        None if retires is None else _date(compiled, retires),
        both,
        counted,
        left_out,
    )


def refinancing_capacity(
    compiled: CompiledBook, base: BaseCase, claim: Claim, funding_spread: float
) -> float:
    """What lenders would put in place of a claim at its maturity in the base case, USD.

    The engine's rule on the expected path: the lower of advance rate times mark and the debt that the last
    twelve months' CFADS carry at the target DSCR over the new tenor; without collateral that debt less what
    else the borrower owes. Nobody's appetite has suffered. Nothing where the claim states no refinancing.
    """
    terms, last = claim.refinancing, compiled.maturity_months[claim.id]
    if terms is None or last < 1:
        return 0.0
    cash = np.nan_to_num(base.borrower[claim.borrower]["cfads"])[max(1, last - 11) : last + 1]
    discount = compiled.discount
    forward = float(discount[last - 1] / discount[last] - 1.0)
    growth, count = forward + funding_spread / MONTHS_PER_YEAR, float(terms.tenor_months)
    annuity = count if growth < 1e-12 else (1.0 - (1.0 + growth) ** -count) / growth
    sized = max(float(cash.mean()) / terms.target_dscr, 0.0) * annuity if cash.size else 0.0
    if claim.collateral_fleets or claim.collateral_leases:
        mark = base.claims[claim.id]["market_value"][last - 1]
        return min(terms.advance_rate * float(np.nan_to_num(mark)), sized)
    others = sum(
        float(compiled.schedules[each.id].balance[last])
        for each in compiled.case.book.claims
        if each.borrower == claim.borrower
        and each.id != claim.id
        and compiled.maturity_months[each.id] > last
    )
    return max(sized - others, 0.0)


def median_retirement(compiled: CompiledBook, claims: Iterable[Claim]) -> tuple[int | None, int, int]:
    """Month by which half of the pledged machines, weighted by cost, have retired; fleets counted and left out.

    On 4,000 paths of each device's own law of rent under P; a fleet beyond its maximum age has retired. Rigs are
    left out: what they earn hangs on the coin.
    """
    pledged = {fleet for claim in claims for fleet in claim.collateral_fleets}
    paths: dict[tuple[str, int], RentPaths] = {}
    parts: list[tuple[float, Floats]] = []
    left_out = 0
    for position, fleet in enumerate(compiled.case.book.fleets):
        if fleet.id not in pledged:
            continue
        if fleet.device not in compiled.machines.gpus:
            left_out += 1
            continue
        law, terms = compiled.machines.laws[fleet.device], compiled.machines.terms[position]
        months = min(max(terms.last_month, 1), law.drift.shape[0])
        surface = solve_once(law, terms, months, 0)
        key = (fleet.device, months)
        if key not in paths:
            paths[key] = simulate_log_rent(law, months)
        parts.append(
            (fleet.units * fleet.cost_usd_per_unit, retired_share(surface, paths[key], terms.salvage))
        )
    if not parts:
        return None, 0, left_out
    total = sum(cost for cost, _ in parts)
    longest = max(len(share) for _, share in parts) + 1
    gone = np.zeros(longest)
    for cost, share in parts:
        gone += cost / total * np.concatenate([share, np.ones(longest - len(share))])
    half = np.flatnonzero(gone >= 0.5)
    return (int(half[0]) if half.size else None), len(parts), left_out


def _date(compiled: CompiledBook, month: int) -> str:
    """Month end of a month, also of one beyond the horizon of the debt."""
    if month < len(compiled.month_dates):
        return compiled.month_dates[month]
    from haircut.curves import add_months

    return add_months(compiled.as_of, month).isoformat()

"""Limits that a loan may reach in the base case: cover, liquidation value, principal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from haircut.credit.outcomes import BaseCase

CENT: Final = 0.01
UNPAID_SHARE: Final = 1e-6
"""Owed after the schedule has ended, as a share of what was owed at most, before it counts as unpaid."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit.

    Attributes:
        name: in files.
        title: for a reader.
        unit: of `level`: x, share or usd.
        level: what the base case shows, None where it has none.
        room: above 0 where the limit is kept, below where it is broken; falls through 0 at the break-even.
    """

    name: str
    title: str
    unit: str
    level: Callable[[BaseCase, str], float | None]
    room: Callable[[BaseCase, str], float | None]


def _owed_until(base: BaseCase, claim: str) -> int:
    """The month in which the schedule has repaid the claim."""
    due = np.flatnonzero(base.claims[claim]["scheduled_principal"] > 0.0)
    last = base.maturity_month[claim]
    return min(int(due[-1]), last) if due.size else last


def lowest_cover(base: BaseCase, claim: str) -> float | None:
    """The least DSCR of any test date to maturity."""
    cover = base.claims[claim]["dscr"][: base.maturity_month[claim] + 1]
    finite = cover[np.isfinite(cover)]
    return float(finite.min()) if finite.size else None


def highest_liquidation_ltv(base: BaseCase, claim: str) -> float | None:
    """The highest LTV on orderly net proceeds while the schedule owes; a fleet worth nothing counts as 100x."""
    series = base.claims[claim]
    months = slice(0, max(_owed_until(base, claim), 1))
    debt, worth = series["debt"][months], series["nolv"][months]
    known = np.isfinite(debt) & np.isfinite(worth) & (debt > 0.0)
    if not known.any():
        return None
    return float((debt[known] / np.maximum(worth[known], 0.01 * debt[known])).max())


def principal_loss(base: BaseCase, claim: str) -> float | None:
    """USD still owed at maturity, nobody having enforced, less what an orderly sale then fetches; at least 0."""
    unpaid, worth = _at_maturity(base, claim)
    return max(0.0, unpaid - worth)


def _at_maturity(base: BaseCase, claim: str) -> tuple[float, float]:
    series, month = base.claims[claim], base.maturity_month[claim]
    most = float(np.nanmax(series["balance"]))
    unpaid = float(np.nan_to_num(series["balance"][month]))
    if unpaid <= max(CENT, UNPAID_SHARE * most):
        return 0.0, 0.0
    return unpaid, float(np.nan_to_num(series["nolv"][month]))


def _cover_room(base: BaseCase, claim: str) -> float | None:
    cover = lowest_cover(base, claim)
    return None if cover is None else cover - 1.0


def _value_room(base: BaseCase, claim: str) -> float | None:
    ltv = highest_liquidation_ltv(base, claim)
    return None if ltv is None else 1.0 / ltv - 1.0


def _principal_room(base: BaseCase, claim: str) -> float | None:
    """Above 0 where all is repaid or the machines cover what is not; in shares of what was owed at most."""
    unpaid, worth = _at_maturity(base, claim)
    most = float(np.nanmax(base.claims[claim]["balance"]))
    if most <= 0.0:
        return None
    return UNPAID_SHARE if unpaid == 0.0 else (worth - unpaid) / most


LIMITS: Final[dict[str, Limit]] = {
    each.name: each
    for each in (
        Limit("min_dscr", "lowest DSCR 1.00x", "x", lowest_cover, _cover_room),
        Limit("nolv_ltv", "LTV (NOLV) 100 %", "share", highest_liquidation_ltv, _value_room),
        Limit("principal_loss", "no principal lost", "usd", principal_loss, _principal_room),
    )
}
"""By name, in the order in which they are printed."""

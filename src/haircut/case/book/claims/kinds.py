"""Kinds of claim: a kind is a label on the one claim type, and says which features it needs and excludes."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

ClaimKind = Literal[
    "delayed_draw_term_loan",
    "project_finance_loan",
    "asset_based_loan",
    "equipment_lease",
    "senior_note",
    "convertible_note",
    "coin_backed_line",
    "revolver",
]


class Kind(NamedTuple):
    """Features, by field of the claim, that a kind must have, and that it cannot have."""

    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


_LOAN = Kind(excludes=("conversion", "coin_line", "revolving"))
KINDS: Final[dict[str, Kind]] = {
    "delayed_draw_term_loan": _LOAN,
    "project_finance_loan": _LOAN,
    "asset_based_loan": _LOAN,
    "equipment_lease": Kind(needs=("collateral_fleets",), excludes=("conversion", "coin_line", "revolving")),
    "senior_note": Kind(excludes=("conversion", "coin_line", "revolving", "sizing")),
    "convertible_note": Kind(needs=("conversion",), excludes=("coin_line", "revolving", "sizing")),
    "coin_backed_line": Kind(needs=("coin_line",), excludes=("conversion", "sizing")),
    "revolver": Kind(needs=("revolving", "commitment_usd"), excludes=("conversion", "sizing", "draws")),
}
"""A new kind is a line here, a word in `ClaimKind`, and the features that it brings."""

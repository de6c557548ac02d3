"""The lender's questions, answered without a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haircut.runs.choice import chosen_case

if TYPE_CHECKING:
    from haircut.case.case import Case
    from haircut.pricing.underwriting import Underwriting


def underwrite(
    case: Case | str | Path,
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
) -> Underwriting:
    """Underwrite a claim of a case: cover, LTV by date, over-lending, payback. Nothing is recorded.

    Args:
        case: a case, its folder, or the name of an example.
        overlays: names of overlays of the case, applied in order.
        rent_basis: which rent of the market to start from.
        claim: id; by default the claim of the case.

    Raises:
        UsageError: where the rent basis or the claim is not known.
        InputRefused: where the case does not load.
        CannotCompute: where the question has no answer.
    """
    from haircut.credit import base_case, compile_book
    from haircut.errors import UsageError
    from haircut.runs.executor import underwrite_all

    chosen = chosen_case(case, rent_basis=rent_basis, overlays=overlays)
    compiled = compile_book(chosen)
    wanted = claim or chosen.claim
    answers = underwrite_all(chosen, compiled, base_case(compiled))
    if wanted not in answers:
        raise UsageError(f"claim: found {wanted!r}; expected one of {', '.join(answers)}")
    return answers[wanted]

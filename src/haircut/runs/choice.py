"""Which case is run: the one asked for, with overlays and settings of the call, and those shown beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.errors import UsageError

if TYPE_CHECKING:
    from haircut.case.case import Case


def chosen_case(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    rent_basis: str | None = None,
    overlays: Sequence[str] = (),
    until_error_bp: float | None = None,
    sensitivities: bool = False,
) -> Case:
    """The case with overlays and settings of a call applied; arguments and errors as `reprice`."""
    from haircut.case import load, overlay

    chosen = load(case) if isinstance(case, str | Path) else case
    for name in overlays:
        chosen = overlay(chosen, name)
    given: dict[str, Any] = {"paths": paths, "seed": seed, "rent_basis": rent_basis}
    if until_error_bp is not None:
        given |= {"until_error_bp": until_error_bp, "control_variates": True}
    if sensitivities:
        given["sensitivities"] = True
    update = {name: value for name, value in given.items() if value is not None}
    if not update:
        return chosen
    known = sorted({rent.basis for rent in chosen.market.rents})
    if rent_basis is not None and rent_basis not in known:
        raise UsageError(f"rent_basis: found {rent_basis!r}; expected one of {', '.join(known)}")
    return chosen.model_copy(update={"settings": _settings(chosen, update)})


def _settings(case: Case, update: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return type(case.settings).model_validate({**dict(case.settings), **update})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{where}: found {first['input']!r}; {first['msg'].lower()}") from None


def compared_cases(case: Case) -> tuple[Case, ...]:
    """The cases that a case wants to be shown beside, as their files stand."""
    from haircut.case import load

    return tuple(load(_beside(case, name)) for name in case.compare_with if name != case.name)


def _beside(case: Case, name: str) -> str:
    folder = case.origin.folder
    if folder is not None and (folder.parent / name / "case.yaml").is_file():
        return str(folder.parent / name)
    return name

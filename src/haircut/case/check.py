"""The whole of a case folder: the case, and each of its overlays applied alone."""

from __future__ import annotations

import os

from haircut.case.case import Case
from haircut.case.load import load
from haircut.case.overlay import overlay, overlay_names
from haircut.errors import InputRefused, Problem


def check(path_or_name: str | os.PathLike[str]) -> Case:
    """Loads a case and tries each overlay beside it; the case is returned without overlays.

    Args:
        path_or_name: as for `load`.

    Raises:
        InputRefused: with everything that is wrong with the case, or else with its overlays.
    """
    case = load(path_or_name)
    problems: list[Problem] = []
    for name in overlay_names(case):
        try:
            overlay(case, name)
        except InputRefused as refused:
            problems += refused.problems
    if problems:
        raise InputRefused(problems)
    return case

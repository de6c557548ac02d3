"""The errors of haircut: what was found, where, what was expected, and the ways out.

Every error that a user can meet is a `HaircutError`. Each kind has the exit code that the command line
returns for it (0 done, 2 usage).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "not_applicable",
    "missing_input",
    "no_quote",
    "too_few_defaults",
    "no_margin_clears",
    "own_benchmark",
    "not_asked",
    "failed",
]
"""Why a measure has no value: the closed list."""


class HaircutError(Exception):
    """Anything that haircut refuses or fails to do, with a sentence that a user can act on."""

    exit_code = 5


class UsageError(HaircutError):
    """A command or function was called with arguments that do not fit."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input.

    Attributes:
        file: path of the file as the user knows it, or "" where the input is not a file.
        line: line in that file, counted from 1; 0 where there is none.
        path: dotted path of the field, such as ``claims[0].maturity``.
        found: what stands there.
        expected: what was expected, with the way out.
    """

    file: str
    line: int
    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{where}: {self.path}" if where and self.path else (where or self.path)
        return f"{head}: found {self.found}; expected {self.expected}"


class InputRefused(HaircutError):
    """An input was refused; `problems` holds everything that is wrong with it, not only the first."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems)
            return
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} found"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class CannotCompute(HaircutError):
    """The input is well formed, but the question has no answer; the sentence says why."""

    exit_code = 4


class Defect(HaircutError):
    """An identity that must hold does not: the run is refused rather than reported."""

    exit_code = 5

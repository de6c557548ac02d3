"""Answers of studies, kept in folders of their own: one question and one code, one folder, written whole.

`<runs>/studies/<study>/<question>-<code>/` holds `manifest.json`, `inputs.json` where the question is about a case,
`answer.json` and whatever the rooms above write beside them. A folder is never changed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haircut.runs.folder import MANIFEST, place_whole, runs_root
from haircut.runs.identity import ID_LENGTH, code_hash

if TYPE_CHECKING:
    from haircut.case.case import Case

FOLDER: Final = "studies"
ANSWER: Final = "answer.json"
INPUTS: Final = "inputs.json"
CODE_LENGTH: Final = 8


@dataclass(frozen=True)
class Question:
    """What a study is asked.

    Attributes:
        study: its name.
        asked: arguments by name, plain values.
        case: what it is about; None where it is about recorded runs or a market alone.
    """

    study: str
    asked: Mapping[str, Any]
    case: Case | None = None

    @cached_property
    def id(self) -> str:
        """Twelve digits that the study, its arguments and the inputs decide; the code does not enter."""
        from haircut.case import content_hash

        digest = hashlib.sha256()
        inputs = "" if self.case is None else content_hash(self.case)
        for part in (self.study, json.dumps(dict(self.asked), sort_keys=True), inputs):
            digest.update(part.encode() + b"\0")
        return digest.hexdigest()[:ID_LENGTH]

    @property
    def name(self) -> str:
        """The folder's name with the code of today."""
        return f"{self.id}-{code_hash()[:CODE_LENGTH]}"


class Kept:
    """One kept answer, read when asked for.

    Attributes:
        folder: where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text("utf-8"))
        return found

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def of_today(self) -> bool:
        """Whether the code that computed it is the code that runs."""
        return self.folder.name.endswith(f"-{code_hash()[:CODE_LENGTH]}")

    @cached_property
    def answer(self) -> Any:
        return json.loads((self.folder / ANSWER).read_text("utf-8"))


def studies_root(root: Path | None = None) -> Path:
    """Where answers are kept."""
    return (runs_root() if root is None else root) / FOLDER


def find_answer(question: Question, root: Path | None = None) -> Kept | None:
    """The answer of today's code; else the latest of an earlier one; None where there is none."""
    place = studies_root(root) / question.study
    exact = place / question.name
    if _is_kept(exact):
        return Kept(exact)
    found = [Kept(folder) for folder in place.glob(f"{question.id}-*") if _is_kept(folder)]
    return max(found, key=lambda each: str(each.manifest["created"]), default=None)


def answer_named(study: str, name: str, root: Path | None = None) -> Kept | None:
    """A kept answer by its folder's name; None where there is none.

    >>> answer_named("sector", "../../etc") is None
    True
    """
    if not (study.isidentifier() and name.replace("-", "").isalnum()):
        return None
    folder = studies_root(root) / study / name
    return Kept(folder) if _is_kept(folder) else None


def kept_answers(root: Path | None = None, study: str | None = None) -> Iterator[Kept]:
    """Every kept answer, by study and name; of one study if wanted."""
    place = studies_root(root)
    if place.is_dir():
        wanted = [each for each in place.iterdir() if each.is_dir() and study in (None, each.name)]
        for folder_of_study in sorted(each for each in wanted if each.name[0] != "."):
            yield from (Kept(folder) for folder in sorted(folder_of_study.iterdir()) if _is_kept(folder))


def keep_answer(
    question: Question,
    answer: Mapping[str, Any],
    verdict: str,
    seconds: float,
    beside: Callable[[Path], None],
    why: str | None = None,
    root: Path | None = None,
) -> Kept:
    """Write an answer whole or not at all; where it is kept already, that one stays.

    Args:
        question: that was asked.
        answer: plain values.
        verdict: the answer in a sentence.
        seconds: that it took.
        beside: writes further files into the folder that it is given.
        why: the reason, one sentence.
        root: folder of all runs.
    """
    from haircut.case import canonical, content_hash
    from haircut.runs.identity import platform_class, versions
    from haircut.runs.recorder import who

    case = question.case
    manifest = {
        "id": question.name,
        "study": question.study,
        "asked": dict(question.asked),
        "case": None if case is None else case.name,
        "title": None if case is None else case.title,
        "as_of": None if case is None else case.market.as_of.isoformat(),
        "overlays": [] if case is None else list(case.overlays),
        "verdict": verdict,
        "input_hash": None if case is None else content_hash(case),
        "code_hash": code_hash(),
        "versions": versions(),
        "platform": platform_class(),
        "who": who(),
        "why": why,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "elapsed_seconds": round(seconds, 3),
    }

    def write(folder: Path) -> None:
        if case is not None:
            (folder / INPUTS).write_text(canonical(case) + "\n", "utf-8")
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False, default=str)
        (folder / ANSWER).write_text(text + "\n", "utf-8")
        beside(folder)
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / MANIFEST).write_text(text + "\n", "utf-8")

    return Kept(place_whole(studies_root(root) / question.study, question.name, write, _is_kept))


def _is_kept(folder: Path) -> bool:
    return folder.name[:1] != "." and (folder / MANIFEST).is_file() and (folder / ANSWER).is_file()

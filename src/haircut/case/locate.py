"""Where a case stands: a folder, its case.yaml, or the name of an example."""

from __future__ import annotations

import os
from pathlib import Path

import haircut
from haircut.case.findings import one_of, show
from haircut.errors import InputRefused, Problem


def example_folders() -> list[Path]:
    """Where a bare name is looked up: `./examples`, then the examples beside the installed source."""
    own = Path(haircut.__file__).resolve().parents[2] / "examples"
    here = Path("examples")
    return [here] if here.exists() and here.resolve() == own else [here, own]


def case_folder(path_or_name: str | os.PathLike[str]) -> Path:
    """The folder of a case.

    Args:
        path_or_name: a case folder, its `case.yaml`, or a bare name among the examples.

    Raises:
        InputRefused: with the nearest valid name where there is no such case.
    """
    given = Path(path_or_name)
    if given.is_file() and given.name == "case.yaml":
        return given.parent
    if (given / "case.yaml").is_file():
        return given
    bare = len(given.parts) == 1 and not given.is_absolute()
    if bare:
        for folder in example_folders():
            if (folder / given / "case.yaml").is_file():
                return folder / given
    if given.is_dir():
        raise InputRefused(
            [Problem(shown(given), 0, "", "a folder without case.yaml", "the folder of a case")]
        )
    if given.exists():
        raise InputRefused([Problem(shown(given), 0, "", "a file", "the folder of a case, or its case.yaml")])
    names = example_names()
    expected = one_of("the folder of a case or the name of an example", given.name, names)
    raise InputRefused([Problem("", 0, "case", show(str(given)), expected)])


def example_names() -> list[str]:
    """The names of the examples that can be loaded by name."""
    found = {entry.parent.name for folder in example_folders() for entry in folder.glob("*/case.yaml")}
    return sorted(found)


def shown(path: Path) -> str:
    """A path as messages name it: from the current folder where it lies below that.

    >>> shown(Path("examples") / "a" / ".." / "markets")
    'examples/markets'
    """
    normal = os.path.normpath(path)
    relative = os.path.relpath(normal)
    return normal if relative.startswith("..") else relative

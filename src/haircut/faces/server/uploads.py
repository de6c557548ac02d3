"""A case that somebody sends: a workbook, or a folder packed as a zip; unpacked within limits, read, and let go."""

from __future__ import annotations

import io
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

import haircut as hc
from haircut.case.case import Case, Origin
from haircut.case.excel.safe_file import BROKEN_ZIP
from haircut.case.findings import one_of, show
from haircut.case.market_folder import market_folder, market_names
from haircut.case.yaml_reader import read_yaml
from haircut.errors import InputRefused, Problem

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 20_000_000
MOST_FILES: Final = 200
DEEPEST: Final = 6
SUFFIXES: Final = (".xlsx", ".zip")
KEPT: Final = (".yaml", ".yml")
"""Files of a case; what else is packed beside them is not unpacked."""
NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}"


def read_upload(name: str, content: bytes) -> Case:
    """The case in a file that somebody sent. Nothing in it is executed, and nothing outside of it is read but the
    markets that come with haircut.

    Args:
        name: of the file; says its kind and nothing about a place.
        content: its bytes.

    Raises:
        InputRefused: with everything that is wrong with it.
    """
    if not re.fullmatch(NAME, name) or not name.lower().endswith(SUFFIXES):
        raise _refused("the upload", f"the name {show(name[:80])}", "a file name that ends in .xlsx or .zip")
    if len(content) > MOST_BYTES:
        raise _refused(name, f"{len(content):,} bytes", f"at most {MOST_BYTES:,}")
    with _place() as place:
        read = _workbook if name.lower().endswith(".xlsx") else _folder
        try:
            case: Case = read(place, name, content)
        except InputRefused as refused:
            raise InputRefused(
                [_hidden(problem, place, name) for problem in refused.problems] or str(refused)
            ) from None
        # Its folder is gone in a moment: neither overlays nor other cases are found beside it.
        return case.from_origin(Origin(None, None, case.origin.ignored))


@contextmanager
def _place() -> Iterator[Path]:
    """A folder of its own, two levels deep, so that `../markets` stays inside."""
    top = Path(tempfile.mkdtemp(prefix="haircut-upload-")).resolve()
    try:
        yield top
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _workbook(place: Path, name: str, content: bytes) -> Case:
    file = place / "sent" / f"{Path(name).stem.lower().replace(' ', '-')}.xlsx"
    file.parent.mkdir()
    file.write_bytes(content)
    case: Case = hc.load(file)
    market = case.origin.market
    shipped = {market_folder(each).resolve() for each in market_names()}
    if market is None or market.resolve() not in shipped:
        raise _refused(name, "the path of a market", one_of("the name of a market", "", market_names()))
    return case


def _folder(place: Path, name: str, content: bytes) -> Case:
    unpack(name, content, place)
    files = sorted(place.rglob("case.yaml"), key=lambda file: (len(file.parts), file))
    if not files:
        raise _refused(name, "no case.yaml", "the folder of a case, packed")
    folder = files[0].parent
    if folder == place:  # packed without its folder: its name is the file's
        folder = place / re.sub(r"[^a-z0-9._-]+", "-", Path(name).stem.lower()).strip("-.")
        folder.mkdir()
        for part in [each for each in place.iterdir() if each != folder]:
            part.rename(folder / part.name)
    _market(folder, place, name)
    case: Case = hc.load(folder)
    return case


def unpack(name: str, content: bytes, place: Path) -> None:
    """Unpack the YAML files of a zip below a folder.

    Args:
        name: of the file, for messages.
        content: its bytes.
        place: an empty folder.

    Raises:
        InputRefused: for what is no zip, leads out of the folder, or grows beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if len(members) > MOST_FILES:
                raise _refused(name, f"{len(members):,} files", f"at most {MOST_FILES}")
            for member in members:
                _check(name, member)
            left = MOST_UNPACKED
            for member in members:
                if member.is_dir() or PurePosixPath(member.filename).suffix not in KEPT:
                    continue
                with packed.open(member) as stream:
                    text = stream.read(left + 1)
                left -= len(text)
                if left < 0:
                    raise _refused(
                        name, f"more than {MOST_UNPACKED:,} bytes when unpacked", "a case of at most 20 MB"
                    )
                file = place.joinpath(*PurePosixPath(member.filename).parts)
                if not file.resolve().is_relative_to(place):
                    raise _refused(
                        name, f"the path {show(member.filename[:80])}", "paths below the folder of the case"
                    )
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text)
    except BROKEN_ZIP:
        raise _refused(name, "a file that is no readable zip", "a .zip without a password") from None


def _check(name: str, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename
    if outside or not path.parts or len(path.parts) > DEEPEST or any(ord(c) < 32 for c in member.filename):
        raise _refused(name, f"the path {show(member.filename[:80])}", "paths below the folder of the case")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(name, f"the link {show(member.filename[:80])}", "files, no links")


def _market(folder: Path, place: Path, name: str) -> None:
    """The market that the case names: one that was packed with it, or one that comes with haircut."""
    data = read_yaml(folder / "case.yaml", "case.yaml").data
    written = data.get("market") if isinstance(data, dict) else None
    if not isinstance(written, str):
        return  # the reader says what is wrong
    target = (folder / written).resolve()
    if not target.is_relative_to(place):
        expected = (
            "a market below the folder that was packed, or ../markets/NAME of one that comes with haircut"
        )
        raise _refused(f"{name}: case.yaml", f"market: {show(written[:80])}", expected)
    if not (target / "market.yaml").is_file() and target.name in market_names() and not target.exists():
        shutil.copytree(market_folder(target.name), target)


def _hidden(problem: Problem, place: Path, name: str) -> Problem:
    """A problem as the sender knows the file: without the place where it was unpacked."""
    file = problem.file
    if str(place) in str(Path(file).absolute()) or place.name in file:
        file = f"{name}: {file.rpartition(place.name + '/')[2]}"
    elif file and not file.startswith(name):
        file = f"{name}: {Path(file).name}"
    return Problem(file, problem.line, problem.path, problem.found.replace(str(place), ""),
                   problem.expected.replace(str(place), ""))  # fmt: skip


def _refused(name: str, found: str, expected: str) -> InputRefused:
    return InputRefused([Problem(name, 0, "", found, expected)])

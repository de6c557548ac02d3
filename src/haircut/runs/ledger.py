"""The ledger of runs: a SQLite index over the folders, which stay the truth.

`runs` has a row for every recording and refuses to change or lose one. `places` says which recording stands in
which folder today; it follows the folders. A run is indexed after its folder has its name, so a process that dies
between the two loses nothing: whoever opens the ledger next reads what is missing from the folders. A ledger that
is missing is made again in the same way.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from haircut.errors import InputRefused
from haircut.runs.folder import MANIFEST, folders, is_complete

LEDGER: Final = "ledger.sqlite"
VERSION: Final = 1
WAIT_SECONDS: Final = 30.0

_TEXTS = ("id", "case", "claim", "as_of", "rent_basis", "input_hash", "code_hash", "platform", "who",
          "created", "why", "verdict")  # fmt: skip
_NUMBERS = ("paths", "seed")
_LISTS = ("overlays", "versions")
_COLUMNS = (*_TEXTS, *_NUMBERS, *_LISTS)

_SCHEMA = (
    "CREATE TABLE runs (entry INTEGER PRIMARY KEY, manifest_hash TEXT NOT NULL UNIQUE, "
    + ", ".join(f'"{name}" {"INTEGER" if name in _NUMBERS else "TEXT"}' for name in _COLUMNS)
    + ", folder TEXT NOT NULL)",
    "CREATE TABLE places (folder TEXT PRIMARY KEY, modified_ns INTEGER NOT NULL, bytes INTEGER NOT NULL, "
    "manifest_hash TEXT NOT NULL)",
    *(
        f"CREATE TRIGGER no_{what.lower()} BEFORE {what} ON runs "
        "BEGIN SELECT RAISE(ABORT, 'the ledger of runs is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes without asking the trigger above, so a row that is there is left alone here.
    "CREATE TRIGGER no_replacement BEFORE INSERT ON runs WHEN EXISTS (SELECT 1 FROM runs "
    "WHERE manifest_hash = NEW.manifest_hash OR entry = NEW.entry) BEGIN SELECT RAISE(IGNORE); END",
    f"PRAGMA user_version = {VERSION}",
)

Row = dict[str, Any]
Found = TypeVar("Found")


class _NotALedger(sqlite3.DatabaseError):
    """A file of that name that this version does not read."""


def record(folder: Path) -> None:
    """Index one run whose folder has its name; where the ledger cannot be written, the next who opens it does.

    Args:
        folder: of the run, below the folder of all runs.
    """
    with suppress(sqlite3.Error, OSError):  # the folder is the truth; the ledger catches up when it is opened
        _with_ledger(folder.parent, lambda ledger: _append(ledger, [folder], []))


def listed(root: Path, history: bool = False) -> list[Row]:
    """Every run that stands below a root, as the ledger has it once it has caught up with the folders.

    Args:
        root: folder of all runs.
        history: every recording ever made, also those whose folder was computed again or is gone.

    Returns:
        A row each: id, case, claim, as_of, paths, seed, rent_basis, overlays, created, verdict, folder (None where
        the recording stands nowhere any more), input_hash, code_hash, versions, platform, who, why.
    """
    if not root.is_dir():
        return []
    try:
        rows = _with_ledger(root, lambda ledger: _caught_up(ledger, root, history))
    except (sqlite3.Error, OSError):
        # A folder of runs that this user may only read, or a disk that is full: the folders themselves answer.
        rows = [seen[2] | {"folder": folder.name} for folder in folders(root) if (seen := _seen(folder))]
    return [row | {"folder": row["folder"] and str(root / row["folder"])} for row in rows]


def _with_ledger(root: Path, work: Callable[[sqlite3.Connection], Found]) -> Found:
    """Work on the ledger below a root, made where it is missing; a damaged one is set aside and made anew."""
    file = root / LEDGER
    try:
        with closing(_connected(file)) as ledger:
            return work(ledger)
    except sqlite3.OperationalError:
        raise  # busy, read-only or a full disk: not damaged
    except sqlite3.DatabaseError:
        with suppress(FileNotFoundError):  # another process was first
            file.rename(root / f"ledger-set-aside-{time.time_ns()}.sqlite")
    with closing(_connected(file)) as ledger:
        return work(ledger)


def _connected(file: Path) -> sqlite3.Connection:
    ledger = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        if _version(ledger) != VERSION:
            _make(ledger)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _make(ledger: sqlite3.Connection) -> None:
    with _writing(ledger):
        found = _version(ledger)  # again, now that nobody else writes: another process may have made it
        if found == VERSION:
            return
        if found or ledger.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise _NotALedger
        for statement in _SCHEMA:
            ledger.execute(statement)


def _version(ledger: sqlite3.Connection) -> int:
    return int(ledger.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _writing(ledger: sqlite3.Connection) -> Iterator[None]:
    """A short transaction that alone writes; others wait for it."""
    ledger.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if ledger.in_transaction:  # a full disk has ended it already
            ledger.execute("ROLLBACK")
        raise
    ledger.execute("COMMIT")


def _caught_up(ledger: sqlite3.Connection, root: Path, history: bool) -> list[Row]:
    """Rows, once what the ledger does not know has been read from the folders and gone places are forgotten."""
    known = {name: (modified, size) for name, modified, size in
             ledger.execute("SELECT folder, modified_ns, bytes FROM places")}  # fmt: skip
    present = {folder.name: folder for folder in folders(root)}
    changed = [folder for name, folder in present.items() if known.get(name) != _state(folder)]
    gone = [root / name for name in known.keys() - present.keys()]
    if changed or gone:
        _append(ledger, changed, gone)
    return _rows(ledger, history)


def _append(ledger: sqlite3.Connection, changed: list[Path], gone: list[Path]) -> None:
    # Manifests are read before others have to wait.
    read = [(folder.name, seen) for folder in changed if (seen := _seen(folder))]
    names = ", ".join(f'"{name}"' for name in ("manifest_hash", *_COLUMNS, "folder"))
    marks = ", ".join("?" * (len(_COLUMNS) + 2))
    with _writing(ledger):
        for name, (state, digest, row) in read:
            values = [_stored(row[column]) for column in _COLUMNS]
            ledger.execute(f"INSERT INTO runs ({names}) VALUES ({marks})", [digest, *values, name])
            ledger.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?)", [name, *state, digest])
        for folder in gone:
            if not is_complete(folder):  # another process may have recorded it meanwhile
                ledger.execute("DELETE FROM places WHERE folder = ?", [folder.name])


def _state(folder: Path) -> tuple[int, int] | None:
    """What tells a manifest from the one before it without reading it; None where it has just gone."""
    try:
        found = os.stat(folder / MANIFEST)
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def _seen(folder: Path) -> tuple[tuple[int, int], str, Row] | None:
    """State of a manifest, hash of its bytes and the row that it makes; None where it has just gone."""
    file = folder / MANIFEST
    try:
        state, text = _state(folder), file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        manifest = json.loads(text)
        row = {name: manifest.get(name) for name in _COLUMNS}
    except (ValueError, AttributeError):
        raise InputRefused(
            f"{file}: found a manifest that is not a JSON object; expected the one that haircut wrote: move the "
            "folder away, or compute the run again with `haircut reprice CASE --fresh`"
        ) from None
    return None if state is None else (state, hashlib.sha256(text).hexdigest(), row)


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _rows(ledger: sqlite3.Connection, history: bool) -> list[Row]:
    names = ", ".join(f'runs."{name}"' for name in _COLUMNS)
    join = "LEFT JOIN" if history else "JOIN"
    found = ledger.execute(
        f"SELECT {names}, places.folder FROM runs {join} places USING (manifest_hash) ORDER BY entry, places.folder"
    )
    rows = [dict(zip((*_COLUMNS, "folder"), row, strict=True)) for row in found]
    for row in rows:
        row.update({name: None if row[name] is None else json.loads(row[name]) for name in _LISTS})
    return rows

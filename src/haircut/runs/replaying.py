"""A recorded run, run again from what it recorded: the same bits, or where they differ."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from haircut.errors import InputRefused
from haircut.runs.corners import CASE
from haircut.runs.folder import BESIDE
from haircut.runs.identity import code_hash, platform_class, versions
from haircut.runs.repricing import computed
from haircut.runs.run import Run

if TYPE_CHECKING:
    from haircut.case.case import Case
    from haircut.runs.executor import Progress

TABLES: Final = ("ladder", "fans", "defaults", "causes", "health")
"""Computed beside the measures. Provenance is not: it restates the inputs, which their hash holds."""
_COMPARED: Final = ("value", "std_error", "unit", "exact", "reason", "text", "paths")


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure that is not the same.

    Attributes:
        scenario, claim, measure: which.
        field: what of it: value, std_error, unit, exact, reason, text, paths; or "row" where one side has no such row.
        recorded, replayed: the two; None also where there is none.
    """

    scenario: str
    claim: str
    measure: str
    field: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class Change:
    """Something that decides the last digits and was another when the run was recorded."""

    what: str
    recorded: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A run beside itself.

    Attributes:
        run, case, claim, as_of, seed, paths: of the recorded run.
        measures: how many measures were held against each other, every scenario counted.
        differences: measures that are not the same bit for bit.
        tables: other tables of the run that are not the same bit for bit.
        not_replayed: scenarios that are recorded without the inputs to compute them again.
        changes: code, platform class and versions that have changed since.
    """

    run: str
    case: str
    claim: str
    as_of: str
    seed: int
    paths: int
    measures: int
    differences: tuple[Difference, ...]
    tables: tuple[str, ...]
    not_replayed: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether every measure and every table that was computed again has the same bits."""
        return not self.differences and not self.tables

    @property
    def unexplained(self) -> bool:
        """Whether bits differ although code, platform class and versions are those of the recording."""
        return not self.same and not self.changes

    def as_dict(self) -> dict[str, Any]:
        """What `haircut replay --json` prints."""
        lists = ("differences", "tables", "not_replayed", "changes")
        found = {name: list(part) if name in lists else part for name, part in asdict(self).items()}
        return {"run": found.pop("run"), "same": self.same, **found}


def replay(run: str | Path | Run, threads: int | None = None, progress: Progress | None = None) -> Replay:
    """Run the recorded inputs, paths and seed of a run again and hold the answer against the recorded one.

    Everything is computed: nothing kept from the recording is read, nothing is recorded. Floats are compared by
    their bits, so 0.0 and -0.0 differ.

    Args:
        run: a run, its folder, or the first digits of its id.
        threads, progress: as for `haircut.reprice`.

    Raises:
        InputRefused: where the run is not recorded, its inputs were changed since, or this version does not read them.
        CannotCompute: where the code of today finds no answer to them.
    """
    recorded = run if isinstance(run, Run) else Run.load(run)
    manifest = recorded.manifest
    case, others = _inputs(recorded)
    with tempfile.TemporaryDirectory(prefix="haircut-replay-") as place:
        folder = Path(place) / "run"
        folder.mkdir()
        computed(case, others, Path(place), recorded.id, threads, progress)(folder)
        again = Run(folder)
        measures = recorded.all_measures
        known = {f"{CASE}{other.name}" for other in others}
        absent = tuple(
            name
            for name in measures["scenario"].unique().sort()
            if name.startswith(CASE) and name not in known
        )
        held = measures.filter(~pl.col("scenario").is_in(absent))
        differences = _differences(held, again.all_measures)
        tables = tuple(
            name for name in TABLES if not _same_bits(getattr(recorded, name), getattr(again, name))
        )
    return Replay(
        recorded.id, str(manifest["case"]), recorded.claim, str(manifest["as_of"]), int(manifest["seed"]),
        int(manifest["paths"]), held.height, differences, tables, absent, _changes(manifest),
    )  # fmt: skip


def _inputs(run: Run) -> tuple[Case, tuple[Case, ...]]:
    """The recorded case and those shown beside it."""
    file = run.folder / "inputs.json"
    text = file.read_text("utf-8").removesuffix("\n")
    found, wanted = hashlib.sha256(text.encode()).hexdigest(), str(run.manifest["input_hash"])
    if found != wanted:
        raise InputRefused(
            f"{file}: found content with hash {found[:12]}; expected {wanted[:12]}, which the manifest states: "
            "the inputs were changed after they were recorded, so there is nothing to replay"
        )
    beside = run.folder / BESIDE
    trees = json.loads(beside.read_text("utf-8")) if beside.is_file() else []
    return _case(text, file), tuple(_case(json.dumps(tree), beside) for tree in trees)


def _case(text: str, file: Path) -> Case:
    from pydantic import ValidationError

    from haircut.case.case import Case

    try:
        return Case.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the case"
        raise InputRefused(
            f"{file}: found inputs that this version does not read ({where}: {first['msg'].lower()}); expected those "
            "of the code that replays them: install the version that recorded the run (`haircut runs --json` names it)"
        ) from None


def _changes(manifest: dict[str, Any]) -> tuple[Change, ...]:
    then, now = manifest["versions"], versions()
    pairs = [
        ("code_hash", manifest["code_hash"], code_hash()),
        ("platform", manifest["platform"], platform_class()),
        *((name, then.get(name, "absent"), now.get(name, "absent")) for name in sorted({*then, *now})),
    ]
    return tuple(Change(what, str(one), str(other)) for what, one, other in pairs if one != other)


def _differences(recorded: pl.DataFrame, replayed: pl.DataFrame) -> tuple[Difference, ...]:
    one, other = _by_key(recorded), _by_key(replayed)
    found = []
    for key in dict.fromkeys([*one, *other]):
        left, right = one.get(key), other.get(key)
        if left is None or right is None:
            ends = ["absent" if row is None else "present" for row in (left, right)]
            found.append(Difference(*key, "row", *ends))
            continue
        found += [
            Difference(*key, name, left[name], right[name])
            for name in _COMPARED
            if _bits(left[name]) != _bits(right[name])
        ]
    return tuple(found)


def _by_key(frame: pl.DataFrame) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = {(row["scenario"], row["claim"], row["measure"]): row for row in frame.iter_rows(named=True)}
    assert len(rows) == frame.height, "a scenario states a measure of a claim once"
    return rows


def _bits(value: Any) -> Any:
    return value.hex() if isinstance(value, float) else value


def _same_bits(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    if one.schema != other.schema or one.height != other.height:
        return False
    return all(_same_column(one[name], other[name]) for name in one.columns)


def _same_column(one: pl.Series, other: pl.Series) -> bool:
    if one.dtype != pl.Float64:
        return one.equals(other, null_equal=True)
    if not one.is_null().equals(other.is_null()):
        return False
    left, right = (each.drop_nulls().to_numpy().view(np.int64) for each in (one, other))
    return bool(np.array_equal(left, right))

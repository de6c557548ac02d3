"""The validation pack: everything that is known about how wrong the model is, made from code, hashed."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from haircut.case import input_marks, load
from haircut.runs.identity import code_hash, platform_class, versions
from haircut.studies.backtest import Backtest, backtest
from haircut.studies.backtest.controls import Controls, controls
from haircut.studies.bands import BandStudy, bands
from haircut.studies.validate.checks import Check, read_checks
from haircut.studies.validate.convergence import Convergence, convergence
from haircut.studies.validate.failures import Failure, failures
from haircut.studies.validate.sensitivity import Sensitivity, sensitivity
from haircut.studies.validate.statement import ASSUMPTIONS, LIMITS, PURPOSE

LOAN: Final = "coreweave-ddtl-3"
CASES: Final = ("coreweave-ddtl-3", "coreweave-ddtl-4", "coreweave-ddtl-5", "reference-2026-10", "wave-2022")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack.

    Attributes:
        made: the day. code: hash of the source. platform, versions: on which it was made.
        marks: by case, inputs observed, estimated, assumed.
        checks: published checks and oracles; None where they were not run.
        measured, moved, wave, against, banded: the parts.
        failures: found in them.
    """

    made: datetime.date
    code: str
    platform: str
    versions: dict[str, str]
    marks: dict[str, dict[str, int]]
    checks: tuple[Check, ...] | None
    measured: Convergence
    moved: Sensitivity
    wave: Backtest
    against: Controls
    banded: BandStudy
    failures: tuple[Failure, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut validate --json` prints: the content without its day, then its hash and the day."""
        wave = self.wave.as_dict()
        wave["sealed"] = {"sha256": self.wave.sealed.digest}
        content = {
            "purpose": list(PURPOSE),
            "assumptions": list(ASSUMPTIONS),
            "limits": list(LIMITS),
            "code": self.code,
            "platform": self.platform,
            "versions": self.versions,
            "data": self.marks,
            "known_failures": [row._asdict() for row in self.failures],
            "checks": None if self.checks is None else [asdict(check) for check in self.checks],
            "convergence": asdict(self.measured),
            "sensitivity": asdict(self.moved),
            "wave_2022": wave,
            "negative_controls": self.against.as_dict(),
            "bands": self.banded.as_dict(),
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        plain: dict[str, Any] = json.loads(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return {**plain, "sha256": digest, "made": self.made.isoformat()}

    @property
    def digest(self) -> str:
        """SHA-256 of the content, the day left out."""
        return str(self.as_dict()["sha256"])


def validation_pack(
    checks: Path | str | None = None,
    threads: int | None = None,
    draws_of_inputs: int = 32,
    progress: Progress | None = None,
) -> Pack:
    """Make the pack: some minutes.

    Args:
        checks: the file that the reference tests wrote (`make validate` runs them); None leaves them out, and says so.
        threads: that work at once; never changes a number.
        draws_of_inputs: of the backtest.
        progress: told (what, done, total).

    Raises:
        InputRefused: where the file of checks cannot be read.
    """
    say = progress or (lambda what, done, total: None)
    read = None if checks is None else read_checks(checks)
    loan = load(LOAN)
    say("convergence", 0, 1)
    measured = convergence(loan, threads)
    moved = sensitivity(loan, threads, say)
    wave = backtest("wave-2022", threads=threads, draws_of_inputs=draws_of_inputs, progress=say)
    against = controls(threads=threads, progress=say)
    say("bands", 0, 1)
    banded = bands()
    say("bands", 1, 1)
    return Pack(
        made=datetime.datetime.now(datetime.UTC).date(),
        code=code_hash(),
        platform=platform_class(),
        versions=versions(),
        marks={name: input_marks(load(name)) for name in CASES},
        checks=read,
        measured=measured,
        moved=moved,
        wave=wave,
        against=against,
        banded=banded,
        failures=failures(read, measured, wave, against, banded),
    )

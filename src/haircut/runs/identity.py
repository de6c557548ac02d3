"""What decides a run's answer, and the name that follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haircut.case.case import Case

PACKAGE = Path(__file__).resolve().parents[1]
ID_LENGTH = 12

_LIBRARIES = ("numpy", "scipy", "numba", "polars", "pydantic", "QuantLib", "PyYAML")
_FEATURES = ("AVX512F", "AVX2", "FMA3", "NEON", "ASIMD", "SVE")


@cache
def code_hash(package: Path = PACKAGE) -> str:
    """SHA-256 over the package's Python sources, names included, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def run_id(case: Case, others: Iterable[Case] = ()) -> str:
    """Name of the run: 12 hexadecimal digits that the inputs, the settings and the code decide.

    Neither the number of threads nor the time of day enters.

    Args:
        case: with the paths, seed and rent basis that are run.
        others: cases that are shown beside it.
    """
    from haircut.case import content_hash

    digest = hashlib.sha256()
    for part in (content_hash(case), *map(content_hash, others), code_hash()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:ID_LENGTH]


def versions() -> dict[str, str]:
    """Versions of haircut, Python and the libraries that decide the last digits."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    import haircut

    found = {"haircut": haircut.__version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def platform_class() -> str:
    """The class of machines on which this run has the same bits: system, machine and vector units.

    >>> len(platform_class().split()) >= 2
    True
    """
    import platform

    import numpy as np

    known = getattr(np._core._multiarray_umath, "__cpu_features__", {})  # type: ignore[attr-defined]
    features = [name for name in _FEATURES if known.get(name)]
    return " ".join([platform.system(), platform.machine(), *features])

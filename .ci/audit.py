"""Known vulnerabilities of everything that is pinned, and how much of it could be asked about.

    python .ci/audit.py

Fails where one is known. A service that cannot be reached, or that does not know a package, fails nothing, and is never
taken for an answer: what was not asked about is counted and named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = ("core.txt", "dev.txt")
SHOWN = 5


def asked(timeout_seconds: int = 10) -> dict[str, Any] | str:
    """What the service says of the pinned packages, or why it could not be asked."""
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place) / "answer.json"
        command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
        command += ["--progress-spinner", "off", "--timeout", str(timeout_seconds), "--output", str(answer)]
        for name in PINNED:
            command += ["--requirement", str(ROOT / "requirements" / name)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        except subprocess.TimeoutExpired:
            return "it did not answer in ten minutes"
        try:
            found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        except (OSError, ValueError):
            return (done.stderr.strip().splitlines() or ["it gave no reason"])[-1][:200]
    return found


def judged(found: dict[str, Any] | str) -> tuple[int, str]:
    """The exit code, and what is said.

    Args:
        found: of `asked`.
    """
    if isinstance(found, str):
        return (
            0,
            f"audit: the service of known vulnerabilities could not be asked ({found}); nothing is known",
        )
    rows = {each["name"]: each for each in found["dependencies"]}
    unasked = sorted(name for name, row in rows.items() if "skip_reason" in row)
    known = [
        f"  {name} {row['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or 'no version'}"
        for name, row in sorted(rows.items())
        for each in row.get("vulns", ())
    ]
    audited = len(rows) - len(unasked)
    lines = [
        f"audit: {audited} of {len(rows)} pinned packages were asked about, {len(known)} vulnerabilities are known"
    ]
    lines += known
    if unasked:
        more = f" and {len(unasked) - SHOWN} more" if len(unasked) > SHOWN else ""
        lines.append(
            f"  nothing is known of {', '.join(unasked[:SHOWN])}{more}: the service does not have them here"
        )
    return (1 if known else 0), "\n".join(lines)


if __name__ == "__main__":
    code, said = judged(asked())
    print(said)
    raise SystemExit(code)

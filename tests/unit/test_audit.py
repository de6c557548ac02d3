"""The audit of what is pinned: a known vulnerability fails, a service that was not reached is never an answer."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def row(name: str, *known: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": "1.0",
        "vulns": [{"id": each, "fix_versions": ["1.1"]} for each in known],
    }


def test_a_known_vulnerability_fails_and_is_named(audit: Any) -> None:
    code, said = audit.judged({"dependencies": [row("good"), row("bad", "CVE-2026-1")]})
    assert code == 1
    assert "2 of 2" in said and "bad 1.0: CVE-2026-1, mended in 1.1" in said


def test_nothing_known_passes(audit: Any) -> None:
    code, said = audit.judged({"dependencies": [row("good")]})
    assert (code, "1 of 1" in said, "0 vulnerabilities" in said) == (0, True, True)


def test_what_was_not_asked_about_is_not_called_sound(audit: Any) -> None:
    skipped = [{"name": f"p{n}", "skip_reason": "not found"} for n in range(9)]
    code, said = audit.judged({"dependencies": skipped})
    assert code == 0
    assert "0 of 9" in said and "nothing is known of p0, p1, p2, p3, p4 and 4 more" in said


def test_a_service_that_is_not_reached_fails_nothing_and_says_so(audit: Any) -> None:
    code, said = audit.judged("no route to host")
    assert (code, "could not be asked (no route to host)" in said) == (0, True)


def test_continuous_integration_makes_the_bill_and_the_audit() -> None:
    assert re.search(r"^make system test sbom audit$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)

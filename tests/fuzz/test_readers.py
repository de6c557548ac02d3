"""No reader crashes, hangs or swallows the memory, whatever it is fed.

In `make test` each reader is fed a few dozen inputs, the same every time; `make fuzz` feeds each for ten minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS, broken

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("HAIRCUT_FUZZ_SECONDS", "0"))
EXAMPLES = 40


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_answers_or_refuses(reader: str, capsys: pytest.CaptureFixture[str]) -> None:
    limits = [str(SECONDS)] if SECONDS else ["120", str(EXAMPLES)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.readers", reader, *limits], cwd=ROOT, capture_output=True, text=True,
        timeout=SECONDS + 240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4_000:]
    found = json.loads(done.stdout)
    with capsys.disabled():
        if SECONDS:
            print(f"\n{found}")
    assert found["examples"] >= min(EXAMPLES, 40)
    assert found["slowest_seconds"] < 5.0
    assert found["grown_megabytes"] < 1024


def test_the_fuzzer_breaks_what_it_is_given() -> None:
    good = b"name: x\nvalue: 1\n"
    changes = [(kind, 0.5, 0.5, b"[") for kind in range(6)]
    assert all(broken(good, [change]) != good for change in changes)

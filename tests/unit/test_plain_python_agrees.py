"""The kernels run as plain Python too, and the base case is then the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
import haircut as hc
from haircut import credit
base = credit.base_case(credit.compile_book(hc.load(sys.argv[1])))
lines = {f"{name}.{line}": values.tolist() for part in (base.claims, base.borrower)
         for name, series in part.items() for line, values in series.items()}
print(json.dumps(lines))
"""


def lines(disabled: bool) -> dict[str, list[float]]:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1" if disabled else "0"}
    call = [sys.executable, "-c", SCRIPT, str(ROOT / "examples" / "ten-year-model")]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def test_the_base_case_in_plain_python_is_the_compiled_one() -> None:
    compiled, plain = lines(disabled=False), lines(disabled=True)
    assert list(compiled) == list(plain) and len(plain) > 20
    for name, values in plain.items():
        np.testing.assert_allclose(compiled[name], values, rtol=1e-9, atol=1e-6, err_msg=name)

"""One small backtest of the wave of 2022, run once in a process."""

import tempfile
from functools import cache

import pytest

from haircut.studies.backtest import Backtest, backtest


@cache
def small_wave() -> Backtest:
    """512 paths, one draw of the assumptions, no monitor; its predictions stay on file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIRCUT_RUNS", tempfile.mkdtemp(prefix="haircut-wave-"))
        return backtest("wave-2022", paths=512, draws_of_inputs=1, monitor=False)

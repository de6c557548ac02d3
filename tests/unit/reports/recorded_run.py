"""A run of an example on few paths, recorded once a session: for tests that need a real base case."""

import os
from functools import cache
from pathlib import Path

import pytest

import haircut as hc

PATHS = 64


@cache
def _recorded(case: str, folder: Path) -> Path:
    before = os.environ.get("HAIRCUT_RUNS")
    os.environ["HAIRCUT_RUNS"] = str(folder)
    try:
        # Cases beside it would only cost time.
        alone = hc.load(case).model_copy(update={"compare_with": (), "customer_ratings": ()})
        return hc.reprice(alone, paths=PATHS).folder.resolve()
    finally:
        os.environ.pop("HAIRCUT_RUNS", None)
        if before is not None:
            os.environ["HAIRCUT_RUNS"] = before


def recorded_run(case: str, factory: pytest.TempPathFactory) -> Path:
    """The folder of the run."""
    return _recorded(case, factory.getbasetemp() / "recorded-runs")

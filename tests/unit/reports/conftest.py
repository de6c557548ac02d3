"""One synthetic run for all tests of print."""

from pathlib import Path

import pytest

from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


@pytest.fixture(scope="session")
def frames(tmp_path_factory: pytest.TempPathFactory) -> RunFrames:
    return RunFrames(synthetic_run.write(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="session")
def page(frames: RunFrames) -> str:
    from haircut.reports.memo import page

    return page(frames)


@pytest.fixture
def copy_of(tmp_path: Path) -> RunFrames:
    """A second run folder of the same numbers, written elsewhere and later."""
    return RunFrames(synthetic_run.write(tmp_path / "elsewhere"))

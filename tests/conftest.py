"""What holds for every test: how many examples a property gets, and when a skip is a failure."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

# The names under which a program of the system may be found.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "soffice": ("soffice", "libreoffice"),
    "pdftoppm": ("pdftoppm",),
    "pdftotext": ("pdftotext",),
}

hypothesis.settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
hypothesis.settings.register_profile("deep", max_examples=500, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def find_program(program: str) -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS[program])), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the long tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    convergence = ROOT / "tests" / "convergence"
    for item in items:
        if convergence in item.path.parents:
            item.add_marker(pytest.mark.deep)
    if config.getoption("--deep"):
        return
    long = [item for item in items if item.get_closest_marker("deep")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("system"):
        for program in marker.args:
            if find_program(program) is None:
                pytest.skip(f"{program} is not installed: `make system` installs it on Debian")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path, for tests marked `system("chromium")`."""
    path = find_program("chromium")
    if path is None:
        pytest.skip("chromium is not installed: `make system` installs it on Debian")
    return path


# --- with CI=true nothing is skipped ------------------------------------------------------------------------


def skips_fail() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")


def skip_as_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that names the test and the reason; an expected failure is not a skip."""
    if not (skips_fail() and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, and with CI=true a skip fails. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skip_as_failure(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    skip_as_failure(report)
    return report

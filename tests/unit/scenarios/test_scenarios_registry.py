"""The registry is true: every driver has its files, every file its driver, every stream that is drawn its line."""

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

from haircut.scenarios import drivers, randomness
from haircut.scenarios.drivers.registry import DRIVERS, Driver
from tests.unit.scenarios import cases

FOLDER = Path(inspect.getfile(drivers)).parent
SHARED = {"exact_step", "student", "registry", "default", "__init__"}
"""Files that are no driver's alone: the exact step, Student's factor, the list, and parties that default."""


def stem(stream: str) -> str:
    return stream.split(":")[0]


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_a_drivers_files_hold_its_parameters_step_group_and_moments(driver: Driver) -> None:
    for name in driver.files:
        module = importlib.import_module(f"haircut.scenarios.drivers.{name}")
        text = module.__doc__ or ""
        group = text.partition("Group:")[2].partition(".")[0]
        assert driver.group in group, f"{name}: {group}"
        assert "Unit:" in text and "Moments:" in text, name
        assert any(inspect.isclass(each) for each in vars(module).values()), name


def test_every_file_is_a_drivers() -> None:
    named = {name for driver in DRIVERS for name in driver.files}
    assert named == {path.stem for path in FOLDER.glob("*.py")} - SHARED


def test_every_stream_that_is_drawn_is_in_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = set()
    real = randomness.child_generator

    def noted(seed: int, driver: str, block: int) -> np.random.Generator:
        drawn.add(stem(driver))
        return real(seed, driver, block)

    monkeypatch.setattr(randomness, "child_generator", noted)
    of = cases.coin_case(correlations=cases.coin_correlations(degrees_of_freedom=4.0))
    cases.coin_set(of, 6).block(0, "P")
    listed = {stem(stream) for driver in DRIVERS for stream in driver.streams}
    assert drawn == listed | {"default", "tail"}

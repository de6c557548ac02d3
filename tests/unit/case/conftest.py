"""The good case of these tests, loaded once."""

import pathlib

import pytest

from haircut.case import Case, load

GOOD = pathlib.Path(__file__).parent / "good_case"


@pytest.fixture(scope="session")
def good() -> Case:
    return load(GOOD / "loan")

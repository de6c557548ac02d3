"""`haircut market scenarios`: overlays, events and JSON from the command line, and what it refuses."""

import json
from typing import Any

import pytest

from haircut.faces import cli

CASE = "coreweave-ddtl-3"


def page(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert cli.main(["market", "scenarios", CASE, "--json", "--paths", "1024", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def fan(found: dict[str, Any], driver: str) -> dict[str, Any]:
    return next(each for each in found["fans"] if each["driver"] == driver)


def test_the_usual_events_and_no_overlay(capsys: pytest.CaptureFixture[str]) -> None:
    found = page(capsys, "--seed", "3")
    assert found["overlays"] == [] and found["paths"] == 1024 and found["seed"] == 3 and found["months"] == 36
    assert found["joint_stress"]["a"] == "btc -50 % within 12 months"
    assert found["joint_stress"]["b"] == "rent -40 % within 12 months"
    assert len(found["joint_stress"]["by_coupling"]) == 3


def test_overlays_lie_over_the_case_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = page(capsys, "--overlay", "crypto-winter-2022", "--overlay", "power-spike-6m")
    assert found["overlays"] == ["crypto-winter-2022", "power-spike-6m"]
    coin = fan(found, "btc")
    # Every path is the winter's: the 5 % and the 95 % quantile are one line, 77 % down after a year.
    assert coin["p05"][:13] == pytest.approx(coin["p95"][:13])
    assert coin["p50"][12] / coin["p50"][0] < 0.35
    plain = fan(page(capsys), "power")
    assert max(fan(found, "power")["p50"]) > 1.5 * max(plain["p50"])


def test_events_may_fall_and_rise_and_stretch_the_horizon(capsys: pytest.CaptureFixture[str]) -> None:
    found = page(capsys, "--event", "btc:-30:48", "--event", "power:+20:6")
    assert found["months"] == 48
    assert found["joint_stress"]["a"] == "btc -30 % within 48 months"
    assert found["joint_stress"]["b"] == "power +20 % within 6 months"
    lift = found["joint_stress"]["by_coupling"][0]
    assert 0.0 < lift["p_b"]["value"] < 1.0 and lift["p_a"]["value"] > 0.3
    steeper = page(capsys, "--event", "btc:-60:48", "--event", "power:+40:6")["joint_stress"]["by_coupling"][
        0
    ]
    assert steeper["p_a"]["value"] < lift["p_a"]["value"] and steeper["p_b"]["value"] < lift["p_b"]["value"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--event", "btc:-50:12"], "found 1; expected two"),
        (["--event", "btc:-50", "--event", "rent:-40:12"], "expected DRIVER:PERCENT:MONTHS"),
        (["--event", "gold:-50:12", "--event", "rent:-40:12"], "one of rent, demand"),
        (["--event", "btc:0:12", "--event", "rent:-40:12"], "a fall of less than 100 % or a rise"),
    ],
)
def test_what_is_no_pair_of_events_is_a_usage_error(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["market", "scenarios", CASE, *options]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_an_unknown_overlay_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["market", "scenarios", CASE, "--overlay", "crypto-winter-2021"]) == 3
    assert "crypto-winter-2022" in capsys.readouterr().err


def test_other_pages_take_none_of_these_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["market", "hash", "--overlay", "crypto-winter-2022"]) == 2
    assert "--overlay is of scenarios only" in " ".join(capsys.readouterr().err.split())

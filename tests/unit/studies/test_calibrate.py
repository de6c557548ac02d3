"""Calibrators: they recover what was simulated, say what they cannot, and write overlays that a market takes."""

import builtins
import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import haircut as hc
from haircut.errors import CannotCompute, UsageError
from haircut.studies.calibrate import CALIBRATORS, Calibration, calibrate, market_text, write_market
from haircut.studies.calibrate.btc import large_jumps
from haircut.studies.calibrate.funding import crossings
from haircut.studies.calibrate.jump_diffusion import fit_jump_diffusion
from haircut.studies.calibrate.network import EPOCHS_A_YEAR, Epochs, response
from haircut.studies.calibrate.regime_switching import two_states


@pytest.fixture(scope="module")
def every() -> dict[str, Calibration]:
    return {name: calibrate(name) for name in CALIBRATORS}


@pytest.mark.parametrize("seed", [1, 2])
def test_jump_diffusion_is_recovered(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n, truth = 12_000, np.array([0.0004, 0.45, 15.0, -0.02, 0.09])
    count = generator.poisson(truth[2] / 365.0, n)
    returns = truth[0] + truth[1] / np.sqrt(365.0) * generator.standard_normal(n)
    returns = returns + count * truth[3] + np.sqrt(count) * truth[4] * generator.standard_normal(n)
    fit = fit_jump_diffusion(returns)
    assert np.all(np.abs(fit.values - truth) < 3.0 * fit.std_errors)
    assert fit.log_likelihood > fit.normal


def test_large_jumps_are_found_and_ordinary_days_are_not() -> None:
    returns = 0.02 * np.random.default_rng(3).standard_normal(2000)
    returns[[500, 900, 1500]] = (-0.2, 0.25, -0.3)
    found, local = large_jumps(returns)
    assert {500, 900, 1500} <= set(found.tolist())
    assert len(found) <= 6
    assert np.nanmean(local) == pytest.approx(0.02, rel=0.05)


def test_the_networks_answer_is_recovered() -> None:
    generator = np.random.default_rng(4)
    n, speed, gain, volatility = 3000, 0.6, 0.12, 0.25
    years = np.arange(n) / EPOCHS_A_YEAR
    hashrate, x = 0.0, np.empty(n)
    price = np.cumsum(0.12 * generator.standard_normal(n) + 0.008)
    growth = np.empty(n)
    for t in range(n):
        x[t] = price[t] - hashrate
        growth[t] = (
            speed * (x[t] + gain * years[t] - 1.0)
            + volatility * np.sqrt(EPOCHS_A_YEAR) * generator.standard_normal()
        )
        hashrate += growth[t] / EPOCHS_A_YEAR
    day = datetime.date(2020, 1, 1)
    dates = tuple(day + datetime.timedelta(days=14 * t) for t in range(n))
    found = response(Epochs(dates, growth, x, x, years))
    for value, truth in ((found.speed, speed), (found.gain, gain), (found.zero, 1.0)):
        assert abs(value[0] - truth) < 3.0 * value[1]
    assert found.volatility[0] == pytest.approx(np.sqrt(volatility**2 - 2.0 / 2016 * EPOCHS_A_YEAR), rel=0.05)


def test_two_states_are_recovered() -> None:
    generator = np.random.default_rng(5)
    n, into, out = 2500, 0.03, 0.12
    state = np.zeros(n, dtype=int)
    for t in range(1, n):
        state[t] = generator.random() < into if state[t - 1] == 0 else generator.random() >= out
    values = np.where(state == 1, 4.0, 1.8) + np.where(state == 1, 1.0, 0.4) * generator.standard_normal(n)
    found = two_states(values)
    assert np.all(np.abs(found.means - (1.8, 4.0)) < 3.0 * found.mean_errors)
    assert abs(found.low_to_high[0] - into) < 3.0 * found.low_to_high[1]
    assert abs(found.high_to_low[0] - out) < 3.0 * found.high_to_low[1]
    assert found.deviations == pytest.approx([0.4, 1.0], rel=0.1)


def test_crossings_are_counted_from_where_they_can_come() -> None:
    stress = np.array([False, False, True, True, False, True])
    assert crossings(stress, into=True) == (2, 3)
    assert crossings(stress, into=False) == (1, 2)


@pytest.mark.parametrize("name", CALIBRATORS)
def test_says_error_sample_and_what_stays_assumed(every: dict[str, Calibration], name: str) -> None:
    found = every[name]
    assert found.start < found.end
    assert found.estimates
    assert found.not_identified
    for each in found.estimates:
        assert np.isfinite(each.value)
        assert each.n > 0
        assert each.method
        assert each.std_error is not None or each.note


@pytest.mark.parametrize("name", CALIBRATORS)
def test_uses_nothing_later(name: str) -> None:
    until = datetime.date(2024, 10, 1)
    assert calibrate(name, until).end <= until


def test_what_cannot_be_identified_is_said(every: dict[str, Calibration]) -> None:
    rents = {each.name: each for each in every["rents"].not_identified}
    assert (
        rents["correlation of rents with Bitcoin"].low,
        rents["correlation of rents with Bitcoin"].high,
    ) == (0.0, 0.5)
    assert "depth in glut" in rents
    assert "drift of c by regime" in rents
    assert not [each for each in every["rents"].estimates if each.field]


@pytest.mark.parametrize("name", CALIBRATORS)
def test_the_overlay_is_taken_by_a_market(every: dict[str, Calibration], name: str, tmp_path: Path) -> None:
    written = write_market(every[name], tmp_path)
    case = hc.load("coreweave-ddtl-3")
    fields = [
        each
        for each in every[name].estimates
        if each.field and f"    {each.field.split('.')[1]}:" in written.read_text()
    ]
    laid = hc.overlay(case, written)
    for each in fields:
        part, field = each.field.split(".")
        value: Any = getattr(getattr(laid.market, part), field)
        assert value.value == pytest.approx(each.value, rel=1e-3)
        assert value.mark == "estimated"
        assert "n = " in value.source
        assert "standard error" in value.note


def test_nothing_is_overwritten_and_nothing_half_written(
    every: dict[str, Calibration], tmp_path: Path
) -> None:
    first = write_market(every["btc"], tmp_path)
    first.write_text("mine")
    with pytest.raises(UsageError, match="none is overwritten"):
        write_market(every["btc"], tmp_path)
    assert first.read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["calibrated-btc.yaml"]


def test_an_assumption_never_turns_into_an_estimate(every: dict[str, Calibration]) -> None:
    for found in every.values():
        text = market_text(found)
        for missing in found.not_identified:
            assert f"# - {missing.name}:" in text


def test_without_statsmodels_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("statsmodels"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(CannotCompute) as stop:
        calibrate("funding")
    assert (
        str(stop.value)
        == "regime models need statsmodels, which is not installed; pip install 'haircut[calibrate]'"
    )
    assert calibrate("network").estimates  # the others do without


def test_another_name_is_refused() -> None:
    with pytest.raises(UsageError, match="expected one of rents, launches, network, funding, btc"):
        calibrate("rent")


def test_too_short_a_past_is_refused() -> None:
    with pytest.raises(CannotCompute, match="52"):
        calibrate("network", datetime.date(2016, 6, 1))
    with pytest.raises(CannotCompute, match="365"):
        calibrate("btc", datetime.date(2014, 6, 1))

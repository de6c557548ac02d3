"""Bands out of sample: what a forecast may know, scores by hand, percentiles of two episodes."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from haircut.reports.calibration_text import bands_text
from haircut.studies.bands import BandStudy, bands, runs_of_misses
from haircut.studies.bands.coin import DRIFT, CoinLaw, coin_law
from haircut.studies.bands.episodes import ENTRY_DRIFT, ENTRY_RENT, PATHS, PULL, REGIMES
from haircut.studies.bands.forecast import (
    Forecast,
    Question,
    band,
    forecast_of,
    month_ends,
    months_later,
    percentile,
)
from haircut.studies.bands.hashprice import hash_law
from haircut.studies.bands.listed import step_draws
from haircut.studies.bands.score import scores
from haircut.studies.calibrate.history import read_series, series

MARKET = Path(__file__).resolve().parents[3] / "examples" / "markets" / "2024-12-31" / "compute.yaml"


@pytest.fixture(scope="module")
def study() -> BandStudy:
    return bands()


def made(
    realised: float, *, low: float = -1.0, high: float = 1.0, month: int = 1, model: str = "walk"
) -> Forecast:
    origin = datetime.date(2020, month, 28)
    return Forecast("s", model, origin, 1, dict.fromkeys((0.5, 0.8, 0.95), (low, high)), realised, 0.5, 9)


def test_interval_score_by_hand() -> None:
    assert made(0.0).score(0.95) == 2.0
    assert made(1.5).score(0.95) == pytest.approx(2.0 + 40.0 * 0.5)
    assert made(-1.25).score(0.5) == pytest.approx(2.0 + 4.0 * 0.25)
    assert made(1.0).covers(0.95)
    assert not made(1.01).covers(0.95)


def test_scores_pool_and_compare() -> None:
    found = [made(0.0, month=m) for m in range(1, 9)] + [made(2.0, month=9)]
    wide = [made(f.realised, low=-3.0, high=3.0, month=f.origin.month, model="random walk") for f in found]
    ours, walk = scores([*found, *wide])
    assert ours.coverage[0.95] == pytest.approx(8 / 9)
    assert ours.against_walk[0.95][0] == pytest.approx((2.0 + 40.0 / 9) / 6.0)
    assert walk.against_walk[0.95] == (1.0, 0.0)
    assert [miss.origin.month for miss in ours.misses] == [9]
    assert runs_of_misses(ours.misses) == [
        ("s", datetime.date(2020, 9, 28), datetime.date(2020, 9, 28), 1, "above")
    ]


def test_a_perfect_forecaster_is_calibrated() -> None:
    generator = np.random.default_rng(1)
    found = [
        forecast_of(
            generator.standard_normal(2000),
            float(generator.standard_normal()),
            Question("s", datetime.date(2020, 1, 1) + datetime.timedelta(days=31 * k), 1),
            "m",
            9,
        )
        for k in range(600)
    ]
    [score] = scores(found)
    for level in (0.5, 0.8, 0.95):
        assert abs(score.coverage[level] - level) < 3.5 * np.sqrt(level * (1 - level) / 600)


def test_what_equals_is_counted_half() -> None:
    assert percentile(np.zeros(10), 0.0) == 0.5
    assert band(np.arange(101.0), 0.5) == (25.0, 75.0)


def test_a_month_that_is_missing_makes_no_forecast() -> None:
    change = months_later(
        month_ends(read_series("s", "v", [("2020-01-30", "1"), ("2020-02-28", "2"), ("2020-04-30", "4")]))
    )
    assert change(0, 1) == pytest.approx(np.log(2.0))
    assert change(0, 2) is None
    early = read_series("s", "v", [("2020-01-26", "2"), ("2020-02-27", "2")])
    assert month_ends(early).dates == (datetime.date(2020, 2, 27),)  # within three days of its end


def test_a_fit_does_not_change_when_the_future_does() -> None:
    origin = datetime.date(2021, 11, 30)
    coin = series("btc_usd_daily.csv", "btc_usd_close_utc").until(origin)
    future = [(str(day), str(value)) for day, value in zip(coin.dates, coin.values, strict=True)] + [
        ("2021-12-01", "1")
    ]
    assert coin_law(read_series("x", "v", future).until(origin)) == coin_law(coin)
    difficulty = series("btc_difficulty_epochs.csv", "difficulty", date="start_date_est").until(origin)
    hashprice = series("btc_hashprice_daily.csv", "hashprice_ex_fees_usd_per_ph_per_day").until(origin)
    law = hash_law(difficulty, hashprice, coin)
    assert law.epochs == 215
    assert law.coin.days == 2891


def test_the_coins_expected_growth_is_what_is_assumed() -> None:
    law = CoinLaw(0.6, 6.0, -0.02, 0.14, 3000)
    yearly = law.draws(12, np.random.default_rng(2), 200_000).sum(axis=1)
    growth = np.exp(yearly)
    error = growth.std() / np.sqrt(len(growth))
    assert abs(growth.mean() - np.exp(DRIFT)) < 4.0 * error
    assert yearly.var() == pytest.approx(0.36 + 6.0 * (0.0004 + 0.0196), rel=0.02)


def test_no_past_step_and_no_past_size_is_no_forecast_of_one() -> None:
    assert not step_draws(0, 10.0, np.array([]), 12, np.random.default_rng(3)).any()
    draws = step_draws(5, 10.0, np.array([-0.4]), 12, np.random.default_rng(3))
    assert np.mean(draws < 0.0) == pytest.approx(1.0 - (10.0 / 11.0) ** 5.5, abs=0.03)


def test_no_episode_is_beyond_its_fan(study: BandStudy) -> None:
    assert not [point for point in study.episodes if point.fails]
    found = {(p.episode, p.fan, p.date.year): p for p in study.episodes}
    collapse = found["hashprice, monthly means", "coin and network", 2022]
    assert np.expm1(collapse.realised) == pytest.approx(-0.82, abs=0.01)
    assert 0.10 < collapse.percentile < 0.35
    assert not collapse.in_sample
    assert collapse.sample == 215
    rigs = found["rig price", "elasticity 1 to hashprice", 2022]
    assert np.expm1(rigs.realised) == pytest.approx(-0.868, abs=0.0005)
    assert not rigs.in_sample
    assert found["rig price", "elasticity 1.15 to hashprice", 2022].in_sample


def test_fans_of_the_h100_say_what_is_behind_them(study: BandStudy) -> None:
    samples = {
        point.fan: (point.sample, point.in_sample)
        for point in study.episodes
        if point.episode.startswith("H100")
    }
    assert samples == {
        "published levels": (3, False),
        "volunteer list": (25, False),
        "three regimes": (0, True),
    }
    printed, alike = study.rebounds
    assert (printed.paths, alike.paths) == (PATHS, PATHS)
    assert printed.probability < 0.001 < alike.probability < 0.05
    assert printed.fails
    assert not alike.fails


def test_the_regime_fan_is_that_of_the_market() -> None:
    market = yaml.safe_load(MARKET.read_text())
    states = ("glut", "balanced", "scarce")
    assert REGIMES["drift"][0].tolist() == [market["drift"][state] for state in states]
    assert REGIMES["volatility"][0].tolist() == [market["volatility"][state] for state in states]
    assert REGIMES["initial"][0].tolist() == [market["initial_state"][state] for state in states]
    for row, state in zip(REGIMES["transition"], states, strict=True):
        assert row.tolist() == [market[f"transition_from_{state}"][each] for each in states]
    assert market["pull_speed"]["value"] == PULL
    assert market["entry_rent"]["value"] == ENTRY_RENT
    assert market["entry_rent_drift"]["value"] == ENTRY_DRIFT
    first = market["launches"][0]
    assert (first["wedge"], first["ramp_months"], first["delay_mean_months"]) == (0.12, 12, 4)


def test_every_miss_is_listed(study: BandStudy) -> None:
    for score in study.scores:
        covered = round(score.coverage[0.95] * score.forecasts)
        assert len(score.misses) == score.forecasts - covered
        assert sum(run[3] for run in runs_of_misses(score.misses)) == len(score.misses)
        assert score.independent <= max(1, score.forecasts)
    assert {(s.series, s.months) for s in study.scores} >= {
        (name, h) for name in ("BTC", "hashprice", "list rents") for h in (3, 6, 12)
    }


def test_it_prints_and_is_json(study: BandStudy) -> None:
    import json

    text = bands_text(study)
    assert "not tested" in text
    assert "in sample" in text
    assert json.loads(json.dumps(study.as_dict(), allow_nan=False))["untested"]

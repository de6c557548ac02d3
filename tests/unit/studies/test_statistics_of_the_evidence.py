"""The statistics of the evidence pages, computed again from the shipped files. Tolerance: their last digit."""

import datetime

import numpy as np
import pytest

from haircut.studies.calibrate import Calibration, calibrate
from haircut.studies.calibrate.history import series
from haircut.studies.calibrate.rents import list_prices, model_cuts, offers_2026


@pytest.fixture(scope="module")
def btc() -> Calibration:
    return calibrate("btc")


@pytest.fixture(scope="module")
def funding() -> Calibration:
    return calibrate("funding")


YEARS = {
    2017: 0.93,
    2018: 0.84,
    2020: 0.80,
    2021: 0.81,
    2022: 0.65,
    2023: 0.44,
    2024: 0.53,
    2025: 0.42,
    2026: 0.47,
}


@pytest.mark.parametrize(("year", "published"), list(YEARS.items()))
def test_volatility_of_bitcoin_by_year(btc: Calibration, year: int, published: float) -> None:
    assert btc[f"volatility {year}"].value == pytest.approx(published, abs=0.0055)


def test_shape_of_bitcoin(btc: Calibration) -> None:
    found = {each.name: each.value for each in btc.diagnostics}
    assert btc["total volatility"].value == pytest.approx(0.68, abs=0.005)
    assert found["excess kurtosis"] == pytest.approx(12.2, abs=0.05)
    assert found["skew"] == pytest.approx(-0.71, abs=0.005)
    assert found["1 % day"] == pytest.approx(-0.106, abs=0.0005)
    assert found["worst day"] == pytest.approx(-0.486, abs=0.0006)


@pytest.mark.parametrize(
    ("first", "last", "fit", "ends"),
    [
        ("2017-01-01", "2026-06-28", -27.7, -29.2),
        ("2020-05-12", "2024-04-18", -22.8, 7.8),
        ("2024-04-20", "2026-06-28", -17.0, -18.9),
    ],
)
def test_hashprice_by_window(first: str, last: str, fit: float, ends: float) -> None:
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    found = series("btc_hashprice_daily.csv", "hashprice_ex_fees_usd_per_ph_per_day").since(start).until(end)
    years, level = found.years(start), np.log(found.values)
    slope = np.polyfit(years, level, 1)[0]
    assert 100 * np.expm1(slope) == pytest.approx(fit, abs=0.6)
    assert 100 * np.expm1((level[-1] - level[0]) / years[-1]) == pytest.approx(ends, abs=1.5)


def test_steps_of_difficulty() -> None:
    found = series("btc_difficulty_epochs.csv", "difficulty", date="start_date_est")
    steps = found.since(datetime.date(2018, 1, 1)).log_changes()
    assert steps.mean() == pytest.approx(0.019, abs=0.0005)
    assert steps.std(ddof=1) == pytest.approx(0.062, abs=0.0005)
    late = found.since(datetime.date(2022, 1, 1))
    slope = np.polyfit(late.years(late.dates[0]), np.log(late.values), 1)[0]
    assert np.expm1(slope) == pytest.approx(0.55, abs=0.005)
    worst = np.diff(np.log(found.since(datetime.date(2014, 1, 1)).values)).min()
    assert np.expm1(worst) == pytest.approx(-0.279, abs=0.0005)


def test_crossings_of_the_spread(funding: Calibration) -> None:
    into, out = funding["calm to stress"], funding["stress to calm"]
    assert (round(into.value, 3), round(out.value, 3)) == (0.028, 0.158)
    assert into.method.startswith("6 crossings in 217")
    assert out.method.startswith("6 crossings in 38")
    assert funding.n == 256
    assert funding["volatility of the log spread, one mean"].value == pytest.approx(0.33, abs=0.005)


def test_spread_of_the_evidence() -> None:
    values = series("us_credit_spread_gz_ebp_monthly.csv", "gz_credit_spread_pct").values
    assert (round(values.mean(), 2), round(values.max(), 2), round(values.min(), 2)) == (2.10, 7.92, 0.89)


def test_the_network_answers_within_its_published_range() -> None:
    found = calibrate("network")["k_up"]
    assert 0.24 <= found.value <= 0.68
    assert found.std_error is not None
    assert found.std_error < found.value


def test_list_cuts_of_the_evidence() -> None:
    cuts = {
        (provider, model): np.expm1(change)
        for provider, _, model, change in model_cuts(list_prices())
        if provider == "aws"
    }
    assert {model: round(change, 2) for (_, model), change in cuts.items()} == {
        "A100 40": -0.33, "A100 80": -0.33, "H100 80": -0.44, "H200 141": -0.25,
    }  # fmt: skip
    assert len(model_cuts(list_prices())) == 7


@pytest.mark.parametrize(
    ("provider", "device", "place", "rise"),
    [
        ("digitalocean", "H100 80", "SXM", 0.30), ("digitalocean", "H200 141", "SXM", 0.30),
        ("datacrunch", "H100 80", "SXM", 0.15), ("datacrunch", "H200 141", "SXM", 0.22),
        ("datacrunch", "B200 180", "SXM", 0.16), ("datacrunch", "B300 288", "SXM", 0.18),
        ("lambda", "H100 80", "SXM", 0.0), ("vastai", "H100 80", "SXM", 0.23), ("vastai", "RTX4090 24", "", 0.32),
    ],
)  # fmt: skip
def test_moves_of_2026(provider: str, device: str, place: str, rise: float) -> None:
    [offer] = [o for o in offers_2026() if (o.provider, o.device, o.place) == (provider, device, place)]
    assert offer.prices[-1][1] / offer.prices[0][1] - 1.0 == pytest.approx(rise, abs=0.0055)

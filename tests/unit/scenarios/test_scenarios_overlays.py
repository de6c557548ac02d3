"""Overlays: each alone and on top of the random drivers, the library, and what is refused."""

import numpy as np
import pytest

from haircut.case import library_names
from haircut.case.imposed import BtcPath, FundingShut, LevelAt, PowerSpike
from haircut.case.overlay import LIBRARY, overlay
from haircut.case.settings import RentPath, Scenario
from haircut.case.yaml_reader import read_yaml
from haircut.errors import InputRefused
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import ScenarioSet
from tests.unit.scenarios import cases

MONTHS = 24
UNTOUCHED = ScenarioBlock._fields


def block(**fields: object) -> ScenarioBlock:
    return recipe(**fields).block(0, "P")


def recipe(**fields: object) -> ScenarioSet:
    return cases.scenario_set(cases.case(scenario=Scenario(**fields)), MONTHS)


def differing(one: ScenarioBlock, other: ScenarioBlock) -> set[str]:
    return {name for name in UNTOUCHED if not np.array_equal(getattr(one, name), getattr(other, name))}


def test_a_power_spike_multiplies_its_window_and_nothing_else() -> None:
    plain, spiked = block(), block(power_spike=PowerSpike(first_month=4, last_month=6, factor=3.0))
    assert differing(plain, spiked) == {"power_price"}
    ratio = spiked.power_price / plain.power_price
    assert np.allclose(ratio[:, 4:7], 3.0) and np.all(ratio[:, :4] == 1.0) and np.all(ratio[:, 7:] == 1.0)


def test_shut_funding_is_stress_in_its_window_and_keeps_every_other_draw() -> None:
    plain = block()
    shut = block(funding_shut=FundingShut(first_month=3, last_month=8, spread_at_least=0.05))
    assert np.all(shut.stress[:, 3:9] == 1)
    assert np.array_equal(shut.stress[:, :3], plain.stress[:, :3])
    assert np.all(shut.funding_spread[:, 3:9] >= 0.05)
    assert np.array_equal(shut.power_price, plain.power_price)
    # In stress the rate into glut doubles: rents are lower in the mean.
    assert shut.log_rent[0, :, 12].mean() < plain.log_rent[0, :, 12].mean()


def test_the_expected_path_knows_the_window() -> None:
    plain, shut = (expected_block(recipe(**fields).p) for fields in ({}, {"funding_shut": SHUT}))
    assert np.all(shut.stress[0, 1:7] == 1) and np.all(plain.stress == 0)
    assert np.all(shut.funding_spread[0, 2:7] > plain.funding_spread[0, 2:7])


SHUT = FundingShut(first_month=1, last_month=6)


def test_a_named_customer_fails_in_its_month_and_no_other_party_moves() -> None:
    plain, failed = block(), block(customer_failures={"acme": 7})
    assert differing(plain, failed) == {"default_month"}
    assert np.array_equal(plain.default_month[1:], failed.default_month[1:])
    earlier = (plain.default_month[0] > 0) & (plain.default_month[0] < 7)
    assert np.all(failed.default_month[0][~earlier] == 7)
    assert np.array_equal(failed.default_month[0][earlier], plain.default_month[0][earlier])


def test_a_rent_path_by_levels_replaces_the_shocks_or_carries_them() -> None:
    levels = (LevelAt(month=6, factor=0.5),)
    replaced = block(rent_path=RentPath(kind="levels", levels=levels, then="market"))
    assert np.allclose(np.exp(replaced.log_rent[0, :, 6]), 2.65 * 0.5, rtol=1e-12)
    assert replaced.log_rent[0, :, 12].std() > 0.0
    kept = block(rent_path=RentPath(kind="levels", levels=levels, shocks="kept", then="market"))
    assert 0.10 < kept.log_rent[0, :, 6].std() < 0.20
    error = kept.log_rent[0, :, 6].std() / np.sqrt(512)
    assert abs(kept.log_rent[0, :, 6].mean() - np.log(2.65 * 0.5)) <= 3.0 * error


def test_a_launch_is_pulled_forward_by_its_date() -> None:
    of = cases.case()
    change = {"market": {"compute": {"launches": {"rubin-ultra": {"launch_date": cases.AS_OF}}}}}
    early = cases.scenario_set(overlay(of, change), MONTHS).block(0, "P")
    plain = cases.scenario_set(of, MONTHS).block(0, "P")
    assert differing(plain, early) == {"log_rent"}
    assert early.log_rent[0, :, 12].mean() < plain.log_rent[0, :, 12].mean()


@pytest.mark.parametrize(
    ("fields", "entry"),
    [
        ({"power_spike": PowerSpike(first_month=4, last_month=25, factor=2.0)}, "power_spike.last_month"),
        ({"funding_shut": FundingShut(first_month=30, last_month=31)}, "funding_shut.first_month"),
        ({"customer_failures": {"bolt": 25}}, "customer_failures.bolt"),
        ({"btc_path": BtcPath(levels=(LevelAt(month=25, factor=0.5),))}, "btc_path.levels[0].month"),
        (
            {"rent_path": RentPath(kind="levels", levels=(LevelAt(month=40, factor=0.5),))},
            "rent_path.levels[0].month",
        ),
    ],
)
def test_a_month_beyond_the_horizon_is_refused_by_name(fields: dict[str, object], entry: str) -> None:
    of = cases.case(btc=cases.btc(), scenario=Scenario(**fields))
    with pytest.raises(InputRefused, match="within the horizon, 1 to 24") as refused:
        cases.scenario_set(of, MONTHS)
    assert any(problem.path == f"scenario.{entry}" for problem in refused.value.problems)


def test_what_is_wrong_with_an_overlay_is_named() -> None:
    of = cases.case()
    for change, words in (
        ({"scenario": {"customer_failures": {"acne": 3}}}, "scenario.customer_failures.acne"),
        ({"scenario": {"btc_path": {"levels": ({"month": 1, "factor": 0.5},)}}}, "a market with btc.yaml"),
        (
            {"scenario": {"power_spike": {"first_month": 5, "last_month": 4, "factor": 2.0}}},
            "scenario.power_spike.last_month",
        ),
        (
            {
                "market": {
                    "correlations": {
                        "calm": {"compute-demand": 0.9, "demand-power": 0.9, "compute-power": -0.9}
                    }
                }
            },
            "market.correlations.calm: found correlations whose smallest eigenvalue",
        ),
        ({"market": {"funding": {"volatility": -0.1}}}, "market.funding.volatility"),
        (
            {"market": {"compute": {"transition_from_glut": {"glut": 0.9}}}},
            "market.compute.transition_from_glut",
        ),
    ):
        with pytest.raises(InputRefused, match=words.replace("(", r"\(")):
            overlay(of, change)


def test_the_coins_correlations_must_hold_together_with_the_others() -> None:
    of = cases.coin_case()
    change = {
        "market": {"correlations": {"calm": {"compute-demand": 0.9, "compute-btc": 0.9, "btc-demand": -0.9}}}
    }
    with pytest.raises(InputRefused, match=r"market\.correlations.calm: found correlations whose smallest"):
        overlay(of, change)


def test_a_negative_volatility_of_the_coin_is_named() -> None:
    with pytest.raises(InputRefused, match=r"market\.btc.volatility_stress"):
        overlay(cases.coin_case(), {"market": {"btc": {"volatility_stress": -0.5}}})


@pytest.mark.parametrize("name", library_names())
def test_each_episode_of_the_library_fits_a_case_and_says_where_it_is_from(name: str) -> None:
    text = read_yaml(LIBRARY / f"{name}.yaml", name).data["description"]
    assert "Source:" in text or "Assumed" in text or "only the statistic" in text or "what-if" in text
    laid = overlay(cases.coin_case(), name)
    assert laid.overlays == (name,)
    found = cases.coin_set(laid, MONTHS).block(0, "P")
    plain = cases.coin_set(cases.coin_case(), MONTHS).block(0, "P")
    assert any(a.tobytes() != b.tobytes() for a, b in zip(found, plain, strict=True))


def test_the_winters_are_the_coin_on_file() -> None:
    import csv
    import datetime
    from importlib.resources import files

    rows = list(csv.DictReader((files("haircut") / "data" / "btc_usd_daily.csv").read_text().splitlines()))
    price = {datetime.date.fromisoformat(row["date"]): float(row["btc_usd_close_utc"]) for row in rows}
    for name, start in (
        ("crypto-winter-2018", datetime.date(2017, 12, 16)),
        ("crypto-winter-2022", datetime.date(2021, 11, 8)),
    ):
        path = overlay(cases.coin_case(), name).scenario.btc_path
        assert path is not None
        for each in path.levels:
            months = start.month - 1 + each.month
            day = start.replace(year=start.year + months // 12, month=months % 12 + 1)
            assert each.factor == pytest.approx(price[day] / price[start], abs=5e-5), (name, day)

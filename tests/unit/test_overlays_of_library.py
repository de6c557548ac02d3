"""The episodes of the library from outside: each changes a real loan's drivers alone and on top of random ones."""

import numpy as np
import pytest

import haircut as hc
from haircut.scenarios.expected import expected_block
from haircut.scenarios.portrait import recipe_of

CASE = "coreweave-ddtl-3"
MONTHS = 24
EPISODES = {
    "crypto-winter-2018": ("btc", 12, 0.10, 0.25),
    "crypto-winter-2022": ("btc", 13, 0.20, 0.30),
    "list-cuts-2025": ("rent", 2, 0.50, 0.62),
    "scarcity-2026": ("rent", 11, 1.30, 1.45),
    "rubin-early": ("rent", 12, 0.0, 0.999),
}
"""Driver, month, and between which shares of today's (rubin-early: of the case without it) it lies then."""


@pytest.mark.parametrize("name", EPISODES)
def test_an_episode_alone_and_on_top_of_random_drivers(name: str) -> None:
    plain, laid = hc.load(CASE), hc.overlay(hc.load(CASE), name)
    driver, month, low, high = EPISODES[name]

    def level(case: hc.Case, alone: bool) -> float:
        recipe = recipe_of(case, MONTHS, 512)
        block = expected_block(recipe.p, coin=recipe.coin_p) if alone else recipe.block(0, "P")
        path = block.btc if driver == "btc" else np.exp(block.log_rent[0])
        return float(np.median(path[:, month]) / np.median(path[:, 0]))

    for alone in (True, False):
        against = level(plain, alone) if name == "rubin-early" else 1.0
        assert low < level(laid, alone) / against < high, alone

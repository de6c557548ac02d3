"""Borrowers that own nothing but coins collapse to the structural models, through the engine.

C1: Hull, Risk Management and Financial Institutions, example 17.4 (equity 3, its volatility 80 %, debt 10, rate
5 %, one year: assets 12.395, their volatility 21.23 %). C2: MathWorks' mertonmodel. C5: first
passage of a lognormal asset, exact.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from haircut.case.book.claims import CoinLine
from haircut.credit import compile_book, simulate
from haircut.credit.outcomes import INDEX
from tests.unit.credit import books, issuers
from tests.unit.credit.books import day

RATE = 0.05


def outcomes(case, paths, measure="Q"):
    result = simulate(compile_book(case), measure, paths, 1)
    rows = result.sums[:, 0, :] / result.paths[:, None]

    def mean(column: str) -> tuple[float, float]:
        blocks = rows[:, INDEX[column]]
        return float(blocks.mean()), float(blocks.std(ddof=1) / math.sqrt(len(blocks)))

    return mean


def market(volatility: float):
    return issuers.coin_market(volatility=volatility, rates=books.rates(rate=RATE))


def test_a_bullet_on_coins_is_merton_s_debt(gap) -> None:
    assets, volatility, debt = 12.39539, 0.212306, 10.0
    note = issuers.note(drawn_usd=debt * 1e6, maturity_date=day(12))
    case = issuers.issuer(claims=(note,), coins=assets * 1e6 / issuers.BTC, market=market(volatility))
    mean = outcomes(case, 40 * 512)
    d2 = (math.log(assets / debt) + RATE - volatility**2 / 2) / volatility
    assert norm.cdf(-d2) == pytest.approx(0.127, abs=5e-4)
    pd, error = mean("default_maturity")
    assert gap(pd, norm.cdf(-d2)) < 3.0 * error
    value, error = mean("pv")
    exact = assets * norm.cdf(-d2 - volatility) + debt * math.exp(-RATE) * norm.cdf(d2)
    assert exact == pytest.approx(9.40, abs=5e-3)
    # What is recovered counts from the middle of the month: at most half a month's interest on a tenth.
    assert gap(value / 1e6, exact) < 3.0 * error / 1e6 + exact * 0.13 * RATE / 24.0


def test_c2_default_under_p_and_spread_under_q() -> None:
    """MathWorks' mertonmodel example, as FinancePy tests it: assets 6.4210 and their volatility 30.10 % (C2)."""
    assets, volatility, debt, drift = 6.4210, 0.3010, 4.0, 0.0306
    coin = market(volatility)
    grown = {"drift_calm": books.quantity(drift), "drift_stress": books.quantity(drift)}
    coin = coin.model_copy(update={"btc": coin.btc.model_copy(update=grown)})
    note = issuers.note(drawn_usd=debt * 1e6, maturity_date=day(12))
    case = issuers.issuer(claims=(note,), coins=assets * 1e6 / issuers.BTC, market=coin)
    pd, error = outcomes(case, 40 * 512, "P")("default_maturity")
    assert abs(pd - 0.063791) < 3.0 * error
    value, error = outcomes(case, 40 * 512)("pv")
    spread, error = 1e4 * (-math.log(value / (debt * 1e6)) - RATE), 1e4 * error / value
    # As above: what is recovered counts from the middle of the month.
    assert abs(spread - 64.69) < 3.0 * error + 1e4 * 0.064 * RATE / 24.0


@pytest.mark.parametrize(("column", "exact"), [("default_1y", 0.137824), ("default_3y", 0.367055),
                                               ("default_maturity", 0.467785)])  # fmt: skip
def test_a_line_without_recourse_is_black_cox(gap, passages, column: str, exact: float) -> None:
    pd, error = passages(column)
    assert gap(pd, exact) < 3.0 * error


@pytest.fixture(scope="module")
def passages():
    """Coins worth 100 against a liquidation level of 70, no interest, five years, volatility 25 %."""
    level = 0.5 / 0.7
    terms = CoinLine(pledged_btc=40.0, initial_ltv=0.5, call_ltv=level, liquidation_ltv=level, recourse=False)
    line = issuers.line(coin_line=terms, maturity_date=day(60))
    return outcomes(issuers.issuer(claims=(line,), market=market(0.25)), 40 * 512)


def test_the_loss_of_a_line_sold_at_its_level_is_nothing(passages) -> None:
    """At 71 % loan-to-value the coins cover the loan unless the month ended far below."""
    assert passages("loss")[0] < 1e4 < passages("ead")[0]


def test_month_ends_alone_miss_one_liquidation_in_seven(passages) -> None:
    """Of a year's first passages, the share that a test at twelve month ends does not see (exact by quadrature)."""
    grid = np.linspace(math.log(0.7), math.log(0.7) + 3.0, 6001)
    step = grid[1] - grid[0]
    drift, deviation = (RATE - 0.25**2 / 2) / 12, 0.25 / math.sqrt(12)
    alive = norm.pdf((grid - drift) / deviation) / deviation
    kernel = norm.pdf((np.arange(-6000, 6001) * step - drift) / deviation) / deviation
    for _ in range(11):
        alive = np.convolve(alive, kernel)[6000:12001] * step
    seen = 1.0 - alive.sum() * step
    missed = 1.0 - seen / 0.137824
    assert 0.1 < missed < 0.35
    assert passages("default_1y")[0] > seen

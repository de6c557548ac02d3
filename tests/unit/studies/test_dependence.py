"""Errors that admit dependence: against closed forms and against simulation."""

import numpy as np
import pytest

from haircut.studies.calibrate.dependence import (
    block_bootstrap,
    clustered_mean,
    exact_rate,
    exact_share,
    mean_with_error,
    regress,
)


def autoregression(n: int, keep: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(n)
    found = np.empty(n)
    found[0] = noise[0] / np.sqrt(1.0 - keep**2)
    for t in range(1, n):
        found[t] = keep * found[t - 1] + noise[t]
    return found


def test_newey_west_is_wider_where_neighbours_agree_and_plain_where_they_do_not() -> None:
    plain = np.random.default_rng(1).standard_normal(4000)
    _, error = mean_with_error(plain)
    assert error == pytest.approx(1.0 / np.sqrt(4000), rel=0.1)
    _, error = mean_with_error(autoregression(4000, 0.8, 2), lags=40)
    assert error == pytest.approx(5.0 / np.sqrt(4000), rel=0.2)  # the long-run deviation is 1 / (1 - 0.8)


def test_block_bootstrap_agrees_with_newey_west() -> None:
    values = autoregression(3000, 0.6, 3)
    _, error = mean_with_error(values, lags=30)
    found = block_bootstrap(lambda rows: float(values[rows].mean()), 3000, block=40)
    assert found == pytest.approx(error, rel=0.2)


def test_no_lags_is_whites_error() -> None:
    generator = np.random.default_rng(4)
    x = generator.standard_normal(500)
    y = 1.0 + 2.0 * x + np.abs(x) * generator.standard_normal(500)
    columns = np.column_stack([np.ones(500), x])
    fit = regress(y, columns, lags=0)
    inverse = np.linalg.inv(columns.T @ columns)
    scores = columns * fit.residuals[:, None]
    white = inverse @ (scores.T @ scores) @ inverse * 500 / 498
    assert fit.covariance == pytest.approx(white, rel=1e-12)
    assert abs(fit.coefficients[1] - 2.0) < 3.0 * fit.std_errors[1]


def test_instruments_remove_the_bias_of_a_noisy_column() -> None:
    generator = np.random.default_rng(5)
    true = generator.standard_normal(20000)
    seen, again = true + generator.standard_normal(20000), true + generator.standard_normal(20000)
    target = 2.0 * true + 0.1 * generator.standard_normal(20000)
    biased = regress(target, seen[:, None], lags=0)
    clean = regress(target, seen[:, None], instruments=again[:, None], lags=0)
    assert biased.coefficients[0] == pytest.approx(1.0, abs=0.05)
    assert abs(clean.coefficients[0] - 2.0) < 3.0 * clean.std_errors[0]


def test_one_cluster_has_no_error() -> None:
    assert clustered_mean([1.0, 3.0], ["a", "a"]) == (2.0, None)


def test_exact_intervals_are_those_of_the_tables() -> None:
    assert exact_share(0, 10)[1] == pytest.approx(1.0 - 0.025 ** (1 / 10))
    assert exact_share(10, 10) == (pytest.approx(0.025 ** (1 / 10)), 1.0)
    assert exact_rate(0, 1.0) == (0.0, pytest.approx(-np.log(0.025)))

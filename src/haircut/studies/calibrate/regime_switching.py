"""Hamilton's regime switching by statsmodels, which is imported here and nowhere else.

statsmodels is an extra, ``pip install 'haircut[calibrate]'``; without it a calibrator that needs it says so in
one line.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.errors import CannotCompute

Floats = NDArray[np.float64]


class Switching(NamedTuple):
    """A two-state fit, states in order of their means.

    Attributes:
        means, deviations: (2,) of each state; mean_errors: (2,).
        low_to_high, high_to_low: probability a period, each with its error.
        log_likelihood: of the fit; one_state: of one normal law on the same data.
        high_probability: (n,) smoothed probability of the higher state.
        converged: whether the optimiser said so.
    """

    means: Floats
    mean_errors: Floats
    deviations: Floats
    low_to_high: tuple[float, float]
    high_to_low: tuple[float, float]
    log_likelihood: float
    one_state: float
    high_probability: Floats
    converged: bool


def statsmodels_regimes() -> Any:
    """The modules of Markov regression and of Markov autoregression.

    Raises:
        CannotCompute: where statsmodels is not installed.
    """
    try:
        from statsmodels.tsa.regime_switching import markov_autoregression, markov_regression
    except ImportError:
        raise CannotCompute(
            "regime models need statsmodels, which is not installed; pip install 'haircut[calibrate]'"
        ) from None
    return markov_regression, markov_autoregression


def two_states(values: Floats) -> Switching:
    """Two states with a mean and a variance each (statsmodels MarkovRegression), by maximum likelihood.

    Args:
        values: (n,) equally spaced observations; not for a series that repeats one value.

    Raises:
        CannotCompute: without statsmodels, or where no maximum is found.
    """
    markov_regression, _ = statsmodels_regimes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = markov_regression.MarkovRegression(values, k_regimes=2, trend="c", switching_variance=True)
        fitted = model.fit(em_iter=20, disp=False, cov_type="approx")
    names = list(fitted.model.param_names)
    value = dict(zip(names, np.asarray(fitted.params), strict=True))
    error = dict(zip(names, np.asarray(fitted.bse), strict=True))
    low, high = (0, 1) if value["const[0]"] <= value["const[1]"] else (1, 0)
    stay = {0: "p[0->0]", 1: "p[1->0]"}
    # p[0->0] is the chance to stay in 0; p[1->0] that to leave 1.
    leave_0 = (1.0 - float(value[stay[0]]), float(error[stay[0]]))
    leave_1 = (float(value[stay[1]]), float(error[stay[1]]))
    leaves = (leave_0, leave_1)
    if not np.isfinite(fitted.llf):
        raise CannotCompute("two states: found no finite likelihood; expected a series that moves")
    spread = float(np.var(values))
    one_state = -0.5 * len(values) * (np.log(2.0 * np.pi * spread) + 1.0)
    return Switching(
        means=np.array([value[f"const[{s}]"] for s in (low, high)]),
        mean_errors=np.array([error[f"const[{s}]"] for s in (low, high)]),
        deviations=np.sqrt(np.array([value[f"sigma2[{s}]"] for s in (low, high)])),
        low_to_high=leaves[low],
        high_to_low=leaves[high],
        log_likelihood=float(fitted.llf),
        one_state=float(one_state),
        high_probability=np.asarray(fitted.smoothed_marginal_probabilities)[:, high],
        converged=bool(fitted.mle_retvals.get("converged", True)),
    )

"""Hamilton's regimes of output (methods E5) through the statsmodels that the calibrators use."""

import ast
import importlib.util
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("statsmodels")

PARAMETERS = [
    0.754673,
    0.095915,
    -0.358811,
    1.163516,
    np.exp(-0.262658) ** 2,
    0.013486,
    -0.057521,
    -0.246983,
    -0.212923,
]
"""p[0->0], p[1->0], two means, variance, four autoregressive terms."""


@pytest.fixture(scope="module")
def output() -> np.ndarray:
    """Growth of output, read as text from statsmodels' own tests: running them would ask for its markers."""
    place = importlib.util.find_spec("statsmodels.tsa.regime_switching")
    assert place is not None
    assert place.submodule_search_locations
    file = Path(place.submodule_search_locations[0]) / "tests" / "test_markov_autoregression.py"
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "rgnp":
            return np.array(ast.literal_eval(node.value))
    raise AssertionError(f"no rgnp in {file}")


def test_e5_likelihood_and_filter(output: np.ndarray) -> None:
    from haircut.studies.calibrate.regime_switching import statsmodels_regimes

    _, markov_autoregression = statsmodels_regimes()
    model = markov_autoregression.MarkovAutoregression(output, k_regimes=2, order=4, switching_ar=False)
    found = model.filter(PARAMETERS)
    assert len(found.filtered_marginal_probabilities) == 131
    assert found.llf == pytest.approx(-181.26339, abs=1e-5)
    state_1 = np.asarray(found.filtered_marginal_probabilities)[:, 1]
    assert state_1[:3] == pytest.approx([0.776712, 0.949192, 0.996320], abs=1e-5)
    assert state_1[-1] == pytest.approx(0.927714, abs=1e-5)
    assert found.expected_durations == pytest.approx([4.076, 10.426], abs=5e-4)

"""Student's shocks keep every mean that normal shocks have, under P and Q."""

import numpy as np

from tests.unit.scenarios.test_scenarios_student import student_set


def test_power_discount_and_survival_keep_their_means() -> None:
    recipe = student_set(24, paths=100 * 512)
    for measure in ("P", "Q"):
        known = recipe.p if measure == "P" else recipe.q
        blocks = [recipe.block(i, measure) for i in range(recipe.blocks)]
        discount = np.concatenate([each.discount for each in blocks])[:, 24]
        assert abs(discount.mean() - known.discount[24]) <= 3.0 * discount.std() / np.sqrt(len(discount))
        if measure == "P":
            power = np.concatenate([each.power_price for each in blocks])[:, 24]
            assert abs(power.mean() - known.power_forward[24]) <= 3.0 * power.std() / np.sqrt(len(power))
        months = np.concatenate([each.default_month for each in blocks], axis=1)
        for row, name in enumerate(known.obligors):
            alive = np.mean((months[row] == 0) | (months[row] > 24))
            wanted = known.survival[row, 24]
            assert abs(alive - wanted) <= 3.0 * np.sqrt(wanted * (1.0 - wanted) / months.shape[1]), name

"""Networks that are none are refused, with the place and the ways out."""

from __future__ import annotations

import numpy as np
import pytest

from haircut.credit.clearing import clear_payments, network, network_of_claims
from haircut.errors import InputRefused

# --- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"liabilities": [[0.0, 1.0]]}, "as many columns as rows"),
        ({"liabilities": [[1.0, 0.0], [0.0, 0.0]]}, "two different nodes"),
        ({"liabilities": [[0.0, -1.0], [0.0, 0.0]]}, "node 0 owes node 1 -1.0 USD"),
        ({"liabilities": [[0.0, np.nan], [0.0, 0.0]]}, "nan USD"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "owed": [1.0, 5.0]}, "node 1 is said to owe 5 USD in all"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "senior": [0.0, -2.0]}, "senior of node 1 is -2.0"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "owed_outside": [1.0]}, "expected 2 amounts"),
    ],
)
def test_a_network_that_is_none_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(InputRefused, match=said.replace("-", "\\-")):
        network(**arguments)


def test_a_network_says_who_does_not_sum_and_the_ways_out() -> None:
    with pytest.raises(InputRefused) as refused:
        network_of_claims(
            2, [0], [1], [3.0], owed_outside=[1.0, 0.0], owed=[5.0, 0.0], names=["host", "tenant"]
        )
    assert "host is said to owe 5 USD in all, but its claims sum to 4" in str(refused.value)
    assert "state what it owes outside" in str(refused.value)


def test_clearing_refuses_negative_assets_and_shares_beyond_one() -> None:
    net = network([[0.0, 1.0], [0.0, 0.0]])
    with pytest.raises(InputRefused, match="at least 0"):
        clear_payments(net, [-1.0, 0.0])
    with pytest.raises(InputRefused, match="assets_kept"):
        clear_payments(net, [1.0, 0.0], assets_kept=1.2)

"""Selling into today's market: what holds for any size, depth, horizon and state."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import haircut as hc
from haircut.studies.liquidate.sale import expected_sale
from haircut.studies.liquidate.state import SaleState, sale_state

MARKET = "2026-10-01"
STATES = st.tuples(st.sampled_from(["glut", "balanced", "scarce", "mix"]), st.booleans())


@functools.cache
def state(regime: str, stress: bool, device: str = "h100-sxm") -> SaleState:
    view = hc.market(MARKET)
    return sale_state(view.market, view.device(device), regime, stress)


@given(STATES, st.floats(1.0, 3e5), st.floats(1.0, 10.0), st.floats(0.2, 30.0), st.integers(1, 24))
def test_order_and_bounds(
    where: tuple[str, bool], units: float, more: float, depth: float, longest: int
) -> None:
    """Within some 200 months of depth, beyond which holding costs outgrow a lot (docs/methods/liquidation.md)."""
    at = state(*where)
    small = expected_sale(at, units, longest, depth * at.depth)
    large = expected_sale(at, more * units, longest, depth * at.depth)
    for sale, sold in ((small, units), (large, more * units)):
        assert 0.0 <= sale.flv_usd <= sale.nolv_usd <= sold * at.sale_usd * (1.0 + 1e-12)
        assert 1 <= sale.months <= longest
        assert abs(sum(lot.units for lot in sale.lots) - sold) <= 1e-9 * sold
        prices = [lot.price_usd for lot in sale.lots]
        assert max(prices) <= max(at.expected_usd) * (1.0 + 1e-12)
    assert large.nolv_usd / more <= small.nolv_usd * (1.0 + 1e-9)
    if more * units <= 200.0 * depth * at.depth:
        assert large.months >= small.months


@given(STATES, st.floats(1.0, 3e5), st.floats(0.05, 20.0), st.floats(1.0, 10.0), st.integers(1, 23))
def test_depth_and_time_never_hurt(
    where: tuple[str, bool], units: float, depth: float, deeper: float, longest: int
) -> None:
    at = state(*where)
    here = expected_sale(at, units, longest, depth * at.depth)
    assert expected_sale(at, units, longest, deeper * depth * at.depth).nolv_usd >= here.nolv_usd * (
        1.0 - 1e-12
    )
    assert expected_sale(at, units, longest + 1, depth * at.depth).nolv_usd >= here.nolv_usd


@pytest.mark.deep
@pytest.mark.parametrize(
    "device", [each.id for each in hc.market(MARKET).market.devices if each.id != "v100"]
)
def test_every_device_recovers_less_each_in_larger_numbers(device: str) -> None:
    at = state("balanced", False, device)
    last = at.device.installed_base.value
    sizes = [10.0 * (min(last, 3e5) / 10.0) ** (step / 11.0) for step in range(12)]
    sales = [expected_sale(at, units, 24, at.depth) for units in sizes]
    each = [sale.nolv_usd / units for sale, units in zip(sales, sizes, strict=True)]
    assert each == sorted(each, reverse=True)
    assert [sale.months for sale in sales] == sorted(sale.months for sale in sales)

"""From a market and a device to the law of its rent."""

from __future__ import annotations

import math

import numpy as np

from haircut.case.market import Device, Market
from haircut.case.settings import RentPath
from haircut.errors import CannotCompute, InputRefused
from haircut.machines.law import Floats, RentLaw
from haircut.machines.obsolescence import expected_log_obsolescence, launch_schedule
from haircut.machines.regimes import average_transition
from haircut.machines.stated_path import stated_path


def rent_today(market: Market, device: str, basis: str | None = None) -> float | None:
    """Quoted rent of `device` on `basis` (default: the market's), USD per GPU-hour; None without a quote.

    The latest quote counts where there are several.
    """
    wanted = basis or market.default_rent_basis
    quotes = [quote for quote in market.rents if quote.device == device and quote.basis == wanted]
    return max(quotes, key=lambda quote: quote.date).value if quotes else None


def rent_law(
    market: Market,
    device: Device,
    rent_today_usd_per_gpu_hour: float,
    months: int,
    rent_path: RentPath | None = None,
    rent_drift_shift: float = 0.0,
    basis: str | None = None,
) -> RentLaw:
    """Law of the log rent of `device` under P (docs/methods/machine-value.md, "The law of rent").

    Months that a stated path covers follow the path: no shock (unless they are kept), no pull, no launch, no
    drift shift; the regime chain runs on underneath. After a path with ``then: market`` the dynamics resume
    from the path's level.

    Args:
        market: parameters of the compute and funding markets, launches, quotes.
        device: the machine; launches newer than it take from its rent.
        rent_today_usd_per_gpu_hour: its rent today on the run's basis, positive.
        months: T, at least 1; the value of a machine needs months up to its maximum age.
        rent_path: a stated path (`Scenario.rent_path`).
        rent_drift_shift: log drift per year added in every regime (`Scenario.rent_drift_shift`).
        basis: the run's rent basis, on which the reference device and the path's device are quoted.

    Raises:
        InputRefused: where the rent or the horizon is not positive, or the stated path does not fit as-of.
        CannotCompute: where the pull needs a rent of the reference device and there is no quote on the basis.
    """
    if not (rent_today_usd_per_gpu_hour > 0.0 and math.isfinite(rent_today_usd_per_gpu_hour)):
        raise InputRefused(f"rent of {device.id}: found {rent_today_usd_per_gpu_hour}; expected above 0")
    if months < 1:
        raise InputRefused(f"months: found {months}; expected at least 1")
    compute = market.compute
    drift = np.tile((np.array(compute.drift.values()) + rent_drift_shift) / 12.0, (months, 1))
    deviation = np.tile(np.array(compute.volatility.values()) * math.sqrt(1.0 / 12.0), (months, 1))
    pull = np.full(months, compute.pull_speed.value / 12.0)
    step = np.zeros(months)
    covered = 0
    if rent_path is not None:
        quoted = None if rent_path.device is None else rent_today(market, rent_path.device, basis)
        stated = stated_path(rent_path, market.as_of, months, quoted)
        covered, step = stated.months, stated.step
        drift[:covered] = stated.drift[:covered, None]
        if rent_path.shocks == "replaced":
            deviation[:covered] = 0.0
        pull[:covered] = 0.0
    return RentLaw(
        log_rent=math.log(rent_today_usd_per_gpu_hour),
        drift=drift,
        deviation=deviation,
        pull=pull,
        target=_entry_target(market, months, basis),
        log_obsolescence=expected_log_obsolescence(
            launch_schedule(compute, device, market.as_of), months, covered
        ),
        transition=average_transition(market),
        initial=np.array(compute.initial_state.values()),
        step=step,
        stated_months=covered,
    )


def _entry_target(market: Market, months: int, basis: str | None) -> Floats:
    """cbar(t) = log(entry rent(t) / today's rent of the reference device), (months + 1,)."""
    compute = market.compute
    if compute.pull_speed.value == 0.0:
        return np.zeros(months + 1)
    reference = rent_today(market, compute.reference_device, basis)
    if reference is None:
        raise CannotCompute(
            f"the pull to the entry rent needs today's rent of {compute.reference_device} on the basis "
            f"{basis or market.default_rent_basis}, which the market does not quote; add the quote, choose "
            "another basis, or set compute.pull_speed to 0"
        )
    years = np.arange(months + 1) / 12.0
    return math.log(compute.entry_rent.value / reference) + compute.entry_rent_drift.value * years

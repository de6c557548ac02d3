"""Inputs that a break-even moves: each a change of the case, with its unit, range and level today."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from haircut.case.book import Claim, Contract
from haircut.case.case import Case
from haircut.errors import UsageError

MOST_IDLE_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class Variable:
    """One input.

    Attributes:
        name: on the command line.
        title: for a reader.
        unit: share, x, months or bp.
        low, high: range in which a break-even is sought.
        today: its level in the case.
        moved: the case with the input at a level.
        whole: whether levels are whole numbers.
        acts: why it cannot act on this claim, or None.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    today: Callable[[Case, Claim], float]
    moved: Callable[[Case, Claim, float], Case]
    whole: bool = False
    cannot: Callable[[Case, Claim], str | None] = lambda case, claim: None


def variable(name: str) -> Variable:
    """A variable by its name.

    Raises:
        UsageError: where there is none, with the names there are.
    """
    if name not in VARIABLES:
        raise UsageError(f"break-even: found {name!r}; expected one of {', '.join(VARIABLES)}")
    return VARIABLES[name]


def _altered(model: Any, **values: Any) -> Any:
    return model.model_copy(update=values)


def _with_book(case: Case, **parts: Any) -> Case:
    return _altered(case, book=_altered(case.book, **parts))  # type: ignore[no-any-return]


def _with_scenario(case: Case, **parts: Any) -> Case:
    return _altered(case, scenario=_altered(case.scenario, **parts))  # type: ignore[no-any-return]


# --- rent


def _deflated(case: Case, claim: Claim, share: float) -> Case:
    """Expected rent falls by the same share each year, for ever: drift alone, no pull, no launches.

    The drift of each regime is ``ln(1 - share) - sigma^2 / 2``, so that the mean of rent is exact; volatility
    stays, because a machine's rights to idle and to be scrapped are worth something.
    """
    compute = case.market.compute
    flat = {
        state: math.log1p(-share) - 0.5 * getattr(compute.volatility, state) ** 2
        for state in ("glut", "balanced", "scarce")
    }
    steady = _altered(
        compute,
        drift=_altered(compute.drift, **flat),
        pull_speed=_altered(compute.pull_speed, value=0.0),
        launches=(),
    )
    steadily = _altered(case, market=_altered(case.market, compute=steady))
    return _with_scenario(steadily, rent_path=None, rent_drift_shift=0.0)


def _no_level(case: Case, claim: Claim) -> float:
    return float("nan")


# --- utilisation


def _fleets(case: Case, claim: Claim) -> list[Any]:
    return [fleet for fleet in case.book.fleets if fleet.borrower == claim.borrower]


def _utilisation(case: Case, claim: Claim) -> float:
    devices = {device.id: device.utilisation.value for device in case.market.devices}
    fleets = _fleets(case, claim)
    units = sum(fleet.units for fleet in fleets)
    used = sum(fleet.units * (_own(fleet.utilisation, devices.get(fleet.device, 0.0))) for fleet in fleets)
    return used / units if units else float("nan")


def _own(stated: float | None, of_device: float) -> float:
    return of_device if stated is None else stated


def _used(case: Case, claim: Claim, level: float) -> Case:
    fleets = tuple(
        _altered(fleet, utilisation=level) if fleet.borrower == claim.borrower else fleet
        for fleet in case.book.fleets
    )
    return _with_book(case, fleets=fleets)


# --- contracts


def _recontracted(case: Case, claim: Claim, share: float) -> Case:
    """Every contract of the borrower is struck anew from the as-of date, and renewed to the loan's maturity."""

    def anew(contract: Contract) -> Contract:
        if contract.borrower != claim.borrower:
            return contract
        price = contract.price_usd_per_gpu_hour * (1.0 - share)
        followed = any(
            other.fleet == contract.fleet and other.id != contract.id and other.start >= contract.end
            for other in case.book.contracts
        )
        end = contract.end if followed else max(contract.end, claim.maturity_date)
        return _altered(contract, price_usd_per_gpu_hour=price, end=end)  # type: ignore[no-any-return]

    return _with_book(case, contracts=tuple(anew(contract) for contract in case.book.contracts))


def _has_contracts(case: Case, claim: Claim) -> str | None:
    if any(contract.borrower == claim.borrower for contract in case.book.contracts):
        return None
    return "the borrower has no contract"


def _idle(case: Case, claim: Claim, months: float) -> Case:
    """Every customer of the borrower fails in month 1; units stand idle so long and earn market rent after."""
    customers = {contract.customer for contract in case.book.contracts if contract.borrower == claim.borrower}
    failures = {**case.scenario.customer_failures, **dict.fromkeys(sorted(customers), 1)}
    gone = _with_scenario(case, customer_failures=failures)
    settings = _altered(gone.settings, re_let_gap_months=round(months))
    return _altered(gone, settings=settings)  # type: ignore[no-any-return]


# --- residual, power, rates


def _resold(case: Case, claim: Claim, factor: float) -> Case:
    devices = {fleet.device for fleet in case.book.fleets if fleet.id in claim.collateral_fleets}
    changed = tuple(
        _altered(device, psi_sale=_altered(device.psi_sale, value=device.psi_sale.value * max(factor, 1e-6)))
        if device.id in devices
        else device
        for device in case.market.devices
    )
    return _altered(case, market=_altered(case.market, devices=changed))  # type: ignore[no-any-return]


def _has_collateral(case: Case, claim: Claim) -> str | None:
    return None if claim.collateral_fleets else "no machines are pledged"


def _powered(case: Case, claim: Claim, factor: float) -> Case:
    return _with_scenario(case, power_price_factor=case.scenario.power_price_factor * factor)


def _shifted(case: Case, claim: Claim, bp: float) -> Case:
    """The whole curve moves by the same number of basis points."""
    rates, shift = case.market.rates, bp * 1e-4
    nodes = tuple(_altered(node, value=node.value + shift) for node in rates.par_yields)
    overnight = _altered(rates.overnight, value=rates.overnight.value + shift)
    moved = _altered(rates, overnight=overnight, par_yields=nodes)
    return _altered(case, market=_altered(case.market, rates=moved))  # type: ignore[no-any-return]


def _floats(case: Case, claim: Claim) -> str | None:
    if claim.interest.kind == "fixed":
        return "the coupon is fixed"
    return "all of it is hedged" if claim.interest.hedged_share >= 1.0 else None


def _zero(case: Case, claim: Claim) -> float:
    return 0.0


def _one(case: Case, claim: Claim) -> float:
    return 1.0


VARIABLES: Final[dict[str, Variable]] = {
    each.name: each
    for each in (
        Variable("deflation", "rent falls each year by", "share", -0.3, 0.6, _no_level, _deflated),
        Variable("utilisation", "utilisation", "share", 0.0, 1.0, _utilisation, _used),
        Variable(
            "recontract", "contracts struck anew, lower by", "share", 0.0, 1.0, _zero, _recontracted,
            cannot=_has_contracts,
        ),
        Variable(
            "residual", "resale prices, times today's", "x", 0.0, 8.0, _one, _resold, cannot=_has_collateral
        ),
        Variable("power", "power price, times today's", "x", 0.0, 40.0, _one, _powered),
        Variable(
            "idle", "customers gone, months idle", "months", 0.0, float(MOST_IDLE_MONTHS), _zero, _idle,
            whole=True, cannot=_has_contracts,
        ),
        Variable("sofr", "SOFR higher by", "bp", -300.0, 3000.0, _zero, _shifted, cannot=_floats),
    )
}  # fmt: skip
"""By name, in the order in which they are printed."""

"""Depth and impact of a sale: exponent from speed factors, depth from lots of rigs sold in a stressed market."""

from __future__ import annotations

import datetime
import math
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.errors import CannotCompute
from haircut.studies.calibrate.calibration import (
    Calibration,
    Diagnostic,
    Estimate,
    NotIdentified,
    Picture,
    Trace,
)
from haircut.studies.calibrate.history import series

FILE: Final = "deals/liquidation.yaml"
NETWORK: Final = "btc_difficulty_epochs.csv"
SPEED_DAYS: Final = (180, 90, 30, 7)
HASH_RATE_TH: Final = 75.0
"""Assumed mean TH/s of a rig of the network in 2022 (50 to 100): network hashrate over it is the installed base."""
HASH_RATE_OF_A_LOT_TH: Final = 95.0
"""Assumed TH/s of a rig where a lot is priced by the rig: the class most sold then."""
GLUT: Final = 0.5
"""Factor of depth in a glut, as the market assumes it: the lots were sold in one."""
LOTS: Final = {
    "celsius-1": ("rig-quote-s19-2022-06", "rig-index-best-2022-06"),
    "celsius-2": ("rig-quote-s19-2022-06", "rig-index-best-2022-06"),
    "celsius-3": ("rig-index-middle-2022-12", "rig-index-best-2022-12"),
    "blockfi": ("rig-quote-new-2023-03", "rig-quote-new-2023-03"),
}
"""Each lot and what a rig sold alone beside it: by its own class, and by the best tier."""


ASSUMED_BETA: Final = 0.35
NOT_IDENTIFIED: Final = (
    NotIdentified(
        "beta and depth apart", "lots of one size see their combination; a table of factors sees beta alone",
        ASSUMED_BETA, 0.25, 0.40, "exponent",
    ),
    NotIdentified("depth for GPUs", "no bulk sale of GPUs is public", 0.0015, 0.0005, 0.0045,
                  "share of the installed base a month"),
    NotIdentified("weight of unsold stock", "no lot is seen beside a stated stock", 0.1, 0.0, 0.3, "weight"),
    NotIdentified("depth by regime", "every lot was sold in the same glut", GLUT, 0.3, 1.0, "factor in a glut"),
    NotIdentified("TH/s of a rig of the network", "its mix is not public", HASH_RATE_TH, 50.0, 100.0, "TH/s"),
)  # fmt: skip


class SoldLot(NamedTuple):
    """One lot: units, USD per TH/s, the price of single rigs by class and by best tier, rigs of the network then."""

    name: str
    date: datetime.date
    units: float
    price: float
    single: float
    single_best: float
    installed: float


class PowerFit(NamedTuple):
    """beta of factor = (days / longest)^beta, its standard error, and the worst miss of a factor."""

    beta: float
    std_error: float
    worst: float


class DepthFit(NamedTuple):
    """Depth share of the installed base a month at a beta: geometric mean, its error and interval."""

    share: float
    std_error: float
    interval: tuple[float, float]


@cache
def facts() -> dict[str, dict[str, Any]]:
    """Facts of bulk sales by id."""
    import yaml

    text = files("haircut.data").joinpath(FILE).read_text(encoding="utf-8")
    return {fact["id"]: fact for fact in yaml.safe_load(text)}


def sold_lots(until: datetime.date | None = None) -> list[SoldLot]:
    """Lots up to a date, in order of date."""
    known = facts()
    difficulty = series(NETWORK, "difficulty", date="start_date_est")
    found = []
    for name, (own, best) in LOTS.items():
        units, price = known[f"lot-{name}.units"], known[f"lot-{name}.price"]
        if until is not None and units["date"] > until:
            continue
        per_th = price["value"] if price["unit"] == "USD/TH" else price["value"] / HASH_RATE_OF_A_LOT_TH
        network_th = float(difficulty.until(units["date"]).values[-1]) * 2.0**32 / 600.0 / 1e12
        found.append(
            SoldLot(
                name, units["date"], float(units["value"]), float(per_th), float(known[own]["value"]),
                float(known[best]["value"]), network_th / HASH_RATE_TH,
            )
        )  # fmt: skip
    return sorted(found, key=lambda lot: lot.date)


def fit_speed(days: NDArray[np.float64], factors: NDArray[np.float64]) -> PowerFit:
    """Least squares of log factor on log(days / longest) through the longest, whose factor is 1 by definition.

    A sale much larger than a month of depth has phi = (rate / K)^-beta, so its price goes with days^beta whatever
    its size and K; a smaller one would need a larger beta.

    >>> fit_speed(np.array([180.0, 90.0, 45.0]), np.array([1.0, 0.8, 0.64])).beta.__round__(4)
    0.3219
    """
    x, y = np.log(days[1:] / days[0]), np.log(factors[1:])
    beta = float(x @ y / (x @ x))
    missed = y - beta * x
    error = math.sqrt(float(missed @ missed) / (len(x) - 1) / float(x @ x))
    return PowerFit(beta, error, float(np.abs(np.expm1(missed)).max()))


def fit_depth(
    units: NDArray[np.float64], installed: NDArray[np.float64], share: NDArray[np.float64], beta: float
) -> DepthFit:
    """Depth share at which each lot's price is what impact says, one month a lot; geometric mean over lots.

        share = (1 + units / K)^-beta,  K = depth x installed

    The error is that of a mean of logs, turned into one of the share; the interval is Student's.

    >>> lots = np.array([1e3, 1e4]), np.array([1e6, 1e6])
    >>> found = fit_depth(*lots, (1.0 + lots[0] / 500.0) ** -0.4, 0.4)
    >>> round(found.share * 1e6, 6), round(found.std_error, 9)
    (500.0, 0.0)
    """
    from scipy.stats import t

    depth = units / (share ** (-1.0 / beta) - 1.0) / installed
    logs = np.log(depth)
    middle, error = float(logs.mean()), float(logs.std(ddof=1) / math.sqrt(len(logs)))
    reach = float(t.ppf(0.975, len(logs) - 1)) * error
    return DepthFit(
        math.exp(middle), math.exp(middle) * error, (math.exp(middle - reach), math.exp(middle + reach))
    )


def depth(until: datetime.date | None = None) -> Calibration:
    """Fit exponent and depth to what is public; before the speed factors were, depth at the assumed exponent.

    Raises:
        CannotCompute: where fewer than three lots are known by `until`.
    """
    lots = sold_lots(until)
    if len(lots) < 3:
        raise CannotCompute(
            f"calibrate depth: {len(lots)} lots are known by {until}; expected at least three"
        )
    factors = [facts()[f"speed-factor-{days}"] for days in SPEED_DAYS]
    late = until is not None and factors[0]["date"] > until
    speed = (
        None
        if late
        else fit_speed(np.array(SPEED_DAYS, float), np.array([each["value"] for each in factors]))
    )
    beta = ASSUMED_BETA if speed is None else speed.beta
    chosen = _balanced(lots, beta, best=False)
    words = (
        f"beta is assumed, {beta}"
        if speed is None
        else f"Speed factors want beta {beta:.3f} ± {speed.std_error:.3f}"
    )
    return Calibration(
        name="depth",
        verdict=(
            f"{words}; at it the lots want a depth of {100.0 * chosen.share:.3f} % of the installed base a month "
            f"({100.0 * chosen.interval[0]:.3f} to {100.0 * chosen.interval[1]:.3f} %): the two go together, and "
            "neither is known for GPUs."
        ),
        files=(FILE, NETWORK),
        start=lots[0].date,
        end=lots[-1].date if speed is None else factors[0]["date"],
        n=len(lots) + (0 if speed is None else len(factors) - 1),
        estimates=_estimates(lots, speed, beta, chosen),
        not_identified=NOT_IDENTIFIED,
        diagnostics=_diagnostics(lots, speed, beta),
        picture=_picture(lots, beta, chosen.share),
    )


def _estimates(
    lots: list[SoldLot], speed: PowerFit | None, beta: float, chosen: DepthFit
) -> tuple[Estimate, ...]:
    method = (
        f"geometric mean over {len(lots)} lots of rigs, each sold in one month of a glut (depth x {GLUT}), against "
        f"single rigs of its class; installed base is network hashrate over {HASH_RATE_TH:.0f} TH/s (assumed)"
    )
    unit = "share of the installed base a month"
    found = []
    if speed is not None:
        found.append(
            Estimate(
                "beta from speed factors", beta, speed.std_error, "exponent of price impact", len(SPEED_DAYS) - 1,
                "least squares of log factor on log days, through 180 days", "liquidation.beta", ASSUMED_BETA,
                note="one vendor's table: the error is that of the fit, not of the table",
            )
        )  # fmt: skip
    found.append(
        Estimate(
            "depth at that beta", chosen.share, chosen.std_error, unit, len(lots), method, "liquidation.depth", 0.0015,
            chosen.interval, note=f"goes with beta {beta:.3f} and no other; rigs of 2022, not GPUs",
        )
    )  # fmt: skip
    for other in (0.35, 0.40):
        fit = _balanced(lots, other, best=False)
        found.append(
            Estimate(f"depth at beta {other:.2f}", fit.share, fit.std_error, unit, len(lots), method, default=0.0015,
                     interval=fit.interval)
        )  # fmt: skip
    return tuple(found)


def _diagnostics(lots: list[SoldLot], speed: PowerFit | None, beta: float) -> tuple[Diagnostic, ...]:
    found = [
        Diagnostic(
            "depth against the best tier's price",
            _balanced(lots, beta, best=True).share,
            "what a lot is compared with moves depth more than its standard error",
        ),
        Diagnostic(
            "spread of the lots",
            _spread(lots, beta),
            "standard deviation of log depth: lots of like size differ by this much",
        ),
    ]
    if speed is not None:
        says = "as a share of it; a power of days fits the table"
        found.insert(0, Diagnostic("worst miss of a speed factor", speed.worst, says))
    return tuple(found)


def _balanced(lots: list[SoldLot], beta: float, *, best: bool) -> DepthFit:
    """Depth of a balanced market: what the lots saw over the factor of a glut."""
    share = np.array([lot.price / (lot.single_best if best else lot.single) for lot in lots])
    return fit_depth(
        np.array([lot.units for lot in lots]), GLUT * np.array([lot.installed for lot in lots]), share, beta
    )


def _spread(lots: list[SoldLot], beta: float) -> float:
    depths = [lot.units / ((lot.price / lot.single) ** (-1.0 / beta) - 1.0) / lot.installed for lot in lots]
    return float(np.std(np.log(depths), ddof=1))


def _picture(lots: list[SoldLot], beta: float, share: float) -> Picture:
    fitted = [lot.single * (1.0 + lot.units / (GLUT * share * lot.installed)) ** -beta for lot in lots]
    days = _apart([lot.date for lot in lots])
    return Picture(
        name="calibrate-depth",
        title="Lots of rigs, single rigs beside them, and what the fit says a lot of that size fetches",
        y_title="USD per TH/s",
        traces=(
            Trace("single rigs", tuple(zip(days, (lot.single for lot in lots), strict=True)), basis="assumed",
                  emphasis=False),
            Trace("lots", tuple(zip(days, (lot.price for lot in lots), strict=True)), dots=True),
            Trace("fit", tuple(zip(days, fitted, strict=True)), basis="estimated", emphasis=False),
        ),
    )  # fmt: skip


def _apart(dates: list[datetime.date]) -> list[str]:
    """Dates as text; two lots of one day stand ten days apart so that both are seen."""
    seen: dict[datetime.date, int] = {}
    found = []
    for date in dates:
        found.append((date + datetime.timedelta(days=10 * seen.get(date, 0))).isoformat())
        seen[date] = seen.get(date, 0) + 1
    return found

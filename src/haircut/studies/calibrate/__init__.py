"""Calibrators: parameters of the market from the shipped history, with errors, samples and what stays assumed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Final

from haircut.errors import UsageError
from haircut.studies.calibrate.btc import btc
from haircut.studies.calibrate.calibration import Calibration, Diagnostic, Estimate, NotIdentified
from haircut.studies.calibrate.depth import depth
from haircut.studies.calibrate.funding import funding
from haircut.studies.calibrate.launches import launches
from haircut.studies.calibrate.market_file import market_text, write_market
from haircut.studies.calibrate.network import network
from haircut.studies.calibrate.rents import rents

CALIBRATORS: Final[dict[str, Callable[[datetime.date | None], Calibration]]] = {
    "rents": rents,
    "launches": launches,
    "network": network,
    "funding": funding,
    "btc": btc,
    "depth": depth,
}


def calibrate(name: str, until: datetime.date | None = None) -> Calibration:
    """Fit one part of the market to the shipped history.

    Args:
        name: rents, launches, network, funding, btc or depth.
        until: use nothing dated later; all of the history where absent.

    Raises:
        UsageError: for another name.
        CannotCompute: where the sample is too short, or statsmodels is needed and missing.

    >>> calibrate("network").estimates[0].name
    'k_up'
    """
    if name not in CALIBRATORS:
        raise UsageError(f"calibrate: found {name}; expected one of {', '.join(CALIBRATORS)}")
    return CALIBRATORS[name](until)


__all__ = [
    "CALIBRATORS",
    "Calibration",
    "Diagnostic",
    "Estimate",
    "NotIdentified",
    "calibrate",
    "market_text",
    "write_market",
]

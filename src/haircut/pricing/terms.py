"""What pricing reads of a compiled book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class HasCover(Protocol):
    """A base schedule of principal."""

    @property
    def cover(self) -> float | None:
        """The constant DSCR of a sculpted schedule, else None."""


class Terms(Protocol):
    """What pricing reads of a compiled book: terms by claim id, and the month grid."""

    @property
    def claim_ids(self) -> tuple[str, ...]: ...
    @property
    def month_dates(self) -> tuple[str, ...]: ...
    @property
    def drawn(self) -> Mapping[str, float]: ...
    @property
    def contract_margin(self) -> Mapping[str, float]: ...
    @property
    def wal_years(self) -> Mapping[str, float]: ...
    @property
    def maturity_months(self) -> Mapping[str, int]: ...
    @property
    def discount(self) -> Floats: ...
    @property
    def sizing_binding(self) -> Mapping[str, str | None]: ...
    @property
    def schedules(self) -> Mapping[str, HasCover]: ...
    @property
    def implied_payback_years(self) -> Mapping[str, float | None]: ...

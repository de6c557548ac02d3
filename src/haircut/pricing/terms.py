"""What pricing reads of a compiled book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Terms(Protocol):
    """What pricing reads of a compiled book: terms by claim, in order of `claim_ids`, and the month grid."""

    @property
    def claim_ids(self) -> tuple[str, ...]: ...
    @property
    def month_dates(self) -> tuple[str, ...]: ...
    @property
    def drawn(self) -> Floats: ...
    @property
    def contract_margin(self) -> Floats: ...
    @property
    def wal_years(self) -> Floats: ...
    @property
    def maturity_months(self) -> NDArray[np.int64]: ...
    @property
    def discount(self) -> Floats: ...
    @property
    def sizing_binding(self) -> Sequence[str | None]: ...
    @property
    def implied_payback_years(self) -> Floats: ...

"""One estimated or exact number, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from haircut.errors import Reason


@dataclass(frozen=True, slots=True)
class Estimate:
    """Result of one estimator.

    Attributes:
        value: in the measure's unit; text for a text row; None where there is none.
        std_error: in the same unit; None for an exact value and where the error cannot be estimated.
        exact: whether the value carries no sampling error.
        reason: why `value` is None, from the closed list `haircut.errors.Reason`.
    """

    value: float | str | None
    std_error: float | None = None
    exact: bool = False
    reason: Reason | None = None

    def scaled(self, factor: float) -> Estimate:
        """The same in another unit: value and error times `factor`, above 0.

        >>> Estimate(0.02, 0.001).scaled(1e4)
        Estimate(value=200.0, std_error=10.0, exact=False, reason=None)
        """
        if not isinstance(self.value, float):
            return self
        error = None if self.std_error is None else self.std_error * factor
        return Estimate(self.value * factor, error, self.exact, self.reason)


def missing(reason: Reason) -> Estimate:
    """No value, with the reason."""
    return Estimate(None, None, False, reason)


def exact(value: float | str) -> Estimate:
    """A value without sampling error; one that is not a finite number does not apply.

    >>> exact(1.25).exact, exact(float("nan")).reason
    (True, 'not_applicable')
    """
    if isinstance(value, str):
        return Estimate(value, None, True, None)
    return Estimate(float(value), None, True, None) if math.isfinite(value) else missing("not_applicable")


def estimated(value: float, std_error: float | None) -> Estimate:
    """A value with sampling error; a value that is not a finite number has failed."""
    return Estimate(float(value), std_error, False, None) if math.isfinite(value) else missing("failed")

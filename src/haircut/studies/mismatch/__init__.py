"""Debt against what repays it: how long the loan lasts, the contracts, and the machines.

from haircut.studies.mismatch import mismatch

mismatch("ten-year-model").owed_when_median_device_retires_usd
"""

from haircut.studies.mismatch.study import Fleet, Mismatch, mismatch

__all__ = ["Fleet", "Mismatch", "mismatch"]

"""The month of a book a second time, in plain Python: objects, floats and dictionaries.

Written from the meaning of the month (`docs/methods`, the docstrings of `haircut.credit`) and not from its
kernels, so that a misreading on either side shows as a difference. It reads the compiled arrays as input
(`read.py`) and shares no calculation with the engine.
"""

from tests.reference.plain_month.book import live_together
from tests.reference.plain_month.outcome import Outcome
from tests.reference.plain_month.read import read_companies, read_world

__all__ = ["Outcome", "live_together", "read_companies", "read_world"]

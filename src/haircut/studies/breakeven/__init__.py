"""What would have to happen: the level of one input, or of two together, at which a loan stops working.

from haircut.studies.breakeven import break_evens

break_evens("ten-year-model").rows
"""

from haircut.studies.breakeven.contour import Contour, contour
from haircut.studies.breakeven.limits import LIMITS, Limit
from haircut.studies.breakeven.singles import BreakEven, BreakEvens, break_evens
from haircut.studies.breakeven.variables import VARIABLES, Variable

__all__ = [
    "LIMITS",
    "VARIABLES",
    "BreakEven",
    "BreakEvens",
    "Contour",
    "Limit",
    "Variable",
    "break_evens",
    "contour",
]

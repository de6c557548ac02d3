"""What would it take: named scenarios, and the nearest joint move that breaks a loan.

from haircut.studies.stress import named, reverse

named("coreweave-ddtl-3").rows
reverse("ten-year-model").tests
"""

from haircut.studies.stress.named import Named, NamedRow, named
from haircut.studies.stress.nearest import Mode, nearest_failures, probability
from haircut.studies.stress.reverse import Factor, Reverse, Test, reverse

__all__ = [
    "Factor",
    "Mode",
    "Named",
    "NamedRow",
    "Reverse",
    "Test",
    "named",
    "nearest_failures",
    "probability",
    "reverse",
]

"""Why the spread is what it is: four mechanisms, sixteen corners, shares that sum exactly.

from haircut.studies.attribute import attribute

found = attribute("coreweave-ddtl-3", paths=10_000)
found.contributions
"""

from haircut.studies.attribute.attribution import Attribution, Contribution, Interaction, Split
from haircut.studies.attribute.game import interactions, order_range, shapley
from haircut.studies.attribute.study import attribute, recorded

__all__ = [
    "Attribution",
    "Contribution",
    "Interaction",
    "Split",
    "attribute",
    "interactions",
    "order_range",
    "recorded",
    "shapley",
]

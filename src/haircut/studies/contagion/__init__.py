"""Who takes whom down: each borrower of a book forced into default, and what that costs everybody else.

from haircut.studies.contagion import contagion

contagion("reference-2026-10", month=6, paths=1_000).chains
"""

from haircut.studies.contagion.channels import CHANNELS, standalone
from haircut.studies.contagion.cliff import Cliff, Fall, Shocked
from haircut.studies.contagion.forced import with_forced_default
from haircut.studies.contagion.labels import Labelled, Labels, labels
from haircut.studies.contagion.study import Cell, Chain, Channel, Claim, Contagion, Forced, Lender, contagion

__all__ = [
    "CHANNELS",
    "Cell",
    "Chain",
    "Channel",
    "Claim",
    "Cliff",
    "Contagion",
    "Fall",
    "Forced",
    "Labelled",
    "Labels",
    "Lender",
    "Shocked",
    "contagion",
    "labels",
    "standalone",
    "with_forced_default",
]

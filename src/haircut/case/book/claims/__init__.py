"""Claims: one type, features, and kinds that fill the features in."""

from haircut.case.book.claims.claim import Claim
from haircut.case.book.claims.coin_line import CoinLine
from haircut.case.book.claims.conversion import Conversion
from haircut.case.book.claims.features import (
    Amortisation,
    Covenant,
    Draw,
    DrawConditions,
    Guarantee,
    Interest,
    LenderShare,
    Quote,
    Refinancing,
    Sizing,
    StatedRecovery,
)
from haircut.case.book.claims.kinds import KINDS

__all__ = [
    "KINDS",
    "Amortisation",
    "Claim",
    "CoinLine",
    "Conversion",
    "Covenant",
    "Draw",
    "DrawConditions",
    "Guarantee",
    "Interest",
    "LenderShare",
    "Quote",
    "Refinancing",
    "Sizing",
    "StatedRecovery",
]

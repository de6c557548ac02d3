"""What a language says on the page of the article: every sentence, with places for numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the article in our words: what it says, its figure with whom it is attributed to."""

    says: str
    figure: str


@dataclass(frozen=True, slots=True)
class Words:
    """A language. Templates name the values of a number in braces; amounts are in billions unless `_m`.

    Attributes:
        title, lead, picture, source, rule, beside, made, other: of the page. heads: of the table.
        verdicts: by verdict. units: by unit, with a place for the number. none: where there is no number.
        punctuation: what stands for the comma of thousands, the decimal point and the x of multiples in numbers.
        claims: by number of the claim. numbers: a sentence by number's name; `NAME_none` where there is no value.
        bars: labels of the waterfall, by their English ones.
    """

    title: str
    lead: str
    picture: str
    source: str
    rule: str
    beside: str
    made: str
    other: str
    heads: tuple[str, str, str, str, str]
    verdicts: dict[str, str]
    units: dict[str, str]
    none: str
    punctuation: dict[str, str]
    claims: dict[int, Claim]
    numbers: dict[str, str]
    bars: dict[str, str]

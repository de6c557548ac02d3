"""How a measure is said in words, and where its definition comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from haircut.reports import numbers_in_print as print_
from haircut.reports.frames import HAIRCUT, Found, RunFrames, measure_title


class Arose(NamedTuple):
    """One measure of the run itself: its name, title, value in words, n, definition and equation's heading."""

    name: str
    title: str
    said: str
    n: str
    sentence: str
    equation: str


def arose_rows(run: RunFrames) -> Iterator[Arose]:
    """Every measure of the claim that the verdict is about, in the order of the run's file."""
    own = (run.all_measures["scenario"] == HAIRCUT) & (run.all_measures["claim"] == run.claim)
    for name in run.all_measures.filter(own)["measure"]:
        found = run.measure(name, claim=run.claim)
        assert found is not None
        sentence, equation = definition(name)
        n = "exact" if found.exact else f"{run.paths:,}"
        yield Arose(name, measure_title(name), said(found, run.paths), n, sentence, equation or name)


def said(found: Found, paths: int) -> str:
    """A measure in words: `443 bp ± 5`, `n/a: no quote is given`, `< 3 / 20,000`."""
    if found.text is not None and found.value is None:
        return print_.date(found.text)
    if found.value is None:
        return f"{print_.NOT_AVAILABLE}: {print_.reason(found.reason)}"
    if found.value == 0 and found.std_error is None and found.unit == "share" and not found.exact:
        return print_.probability_without_events(paths)
    text = print_.in_sentence(found.value, found.unit)
    return text if found.std_error is None else f"{text} ± {print_.error(found.std_error, found.unit)}"


def definition(name: str) -> tuple[str, str]:
    """The sentence of a measure and the heading of the method page that derives it, from the catalogue."""
    from haircut.pricing.measures import CATALOGUE

    found = CATALOGUE.get(name)
    return (found.sentence, found.equation) if found is not None else (f"{measure_title(name)}.", "")

"""How a measure is said in words, and where its definition comes from."""

from __future__ import annotations

from haircut.reports import numbers_in_print as print_
from haircut.reports.frames import Found, measure_title


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

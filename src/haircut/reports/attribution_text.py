"""An attribution in the terminal: the sentence, the waterfall, shares of margin, PD and expected loss."""

from __future__ import annotations

import textwrap

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibits.mechanisms import WORDS
from haircut.reports.exhibits.spread_waterfall import attributed, steps_of
from haircut.reports.terminal import WIDTH, text_table
from haircut.reports.waterfall_text import waterfall_lines
from haircut.studies.attribute.attribution import Attribution, Split

LEAST_INTERACTION = 2.0
"""A pair is printed where it is more than this many standard errors from nothing."""


def attribution_text(found: Attribution, head: str) -> str:
    """The page in 100 columns.

    Args:
        found: the attribution of one claim.
        head: case, as-of, paths: the line above.
    """
    if found.margin is None:
        parts = [head, "The margin of a corner could not be calculated, so nothing is attributed."]
        return "\n\n".join(parts)
    parts = [
        textwrap.fill(head, WIDTH),
        textwrap.fill(f"{attributed(found, 0).title} {_bar(found)}".strip(), WIDTH),
        "\n".join(waterfall_lines(steps_of(found))),
        _shares(found),
        _pairs(found.margin),
    ]
    return "\n\n".join(part for part in parts if part)


def _bar(found: Attribution) -> str:
    bar = found.lenders_bar_bp
    if bar is None:
        return "Without a quote there is no lender's bar."
    side = "above" if bar >= 0.0 else "below"
    return (
        f"The quote is {print_.in_sentence(abs(bar), 'bp')} {side} the building model: the lender's own bar."
    )


def _shares(found: Attribution) -> str:
    heads = ["mechanism", "margin, bp", "orders, bp", "PD, %", "expected loss, bp"]
    rows = []
    for index, part in enumerate(found.contributions):
        rows.append(
            [
                WORDS.get(part.mechanism, part.mechanism),
                _said(part.value, part.std_error, "bp"),
                f"{print_.number(part.low, 'bp')} to {print_.number(part.high, 'bp')}",
                _of(found.pd, index, "share"),
                _of(found.el, index, "bp"),
            ]
        )
    margin = found.margin
    assert margin is not None
    for label, end in (("as a building", "base"), ("all mechanisms", "full")):
        rows.append(
            [
                label,
                _said(getattr(margin, end), getattr(margin, f"{end}_std_error"), "bp"),
                "",
                *(_end(split, end, unit) for split, unit in ((found.pd, "share"), (found.el, "bp"))),
            ]
        )
    table = text_table(heads, rows, (False, True, True, True, True))
    return f"{table}\nShapley values over 16 corners; orders: least and most over 24; ± one standard error, paired"


def _of(split: Split | None, index: int, unit: str) -> str:
    if split is None:
        return print_.NOT_AVAILABLE
    part = split.contributions[index]
    return _said(part.value, part.std_error, unit)


def _end(split: Split | None, end: str, unit: str) -> str:
    if split is None:
        return print_.NOT_AVAILABLE
    return _said(getattr(split, end), getattr(split, f"{end}_std_error"), unit)


def _said(value: float, std_error: float | None, unit: str) -> str:
    return f"{print_.number(value, unit)} ± {print_.error(std_error, unit)}"


def _pairs(margin: Split) -> str:
    told = [
        pair
        for pair in margin.interactions
        if pair.std_error is not None and abs(pair.value) > LEAST_INTERACTION * pair.std_error
    ]
    if not told:
        return "No pair of mechanisms acts together beyond two standard errors."
    told.sort(key=lambda pair: -abs(pair.value))
    words = [
        f"{pair.pair[0].replace('_', ' ')} with {pair.pair[1].replace('_', ' ')} "
        f"{_said(pair.value, pair.std_error, 'bp')} bp"
        for pair in told
    ]
    return textwrap.fill(f"Together beyond each alone: {', '.join(words)}.", WIDTH)

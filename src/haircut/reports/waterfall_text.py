"""The waterfall in the terminal: one bar a line, on one scale, with its number."""

from __future__ import annotations

from collections.abc import Sequence

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibits.spread_waterfall import Step

CELLS = 44
FULL, NEGATIVE = "▇", "▒"


def waterfall_lines(steps: Sequence[Step], cells: int = CELLS) -> list[str]:
    """From the model of a building to the fair margin and the quote; empty where there are no steps.

    A bar that takes away is hatched, so that no colour is needed.

    >>> steps = [Step("as a building", 0.0, 40.0, None, "paper", True), Step("deflation", 40.0, 80.0, 2.0, "part"),
    ...     Step("fair margin", 0.0, 80.0, 3.0, "fair")]
    >>> print("\\n".join(waterfall_lines(steps, 8)))
    margin, bp
      as a building   40      ▇▇▇▇
      deflation      +40 ± 2      ▇▇▇▇
      fair margin     80 ± 3  ▇▇▇▇▇▇▇▇
    """
    if not steps:
        return []
    ends = [0.0, *(end for step in steps for end in (step.start, step.end))]
    low, high = min(ends), max(ends)
    scale = cells / (high - low or 1.0)
    names = max(len(step.label) for step in steps)
    bodies = [_body(step) for step in steps]
    tails = [
        ""
        if step.exact
        else f" ± {print_.error(step.std_error, 'bp') if step.std_error is not None else 'n/a'}"
        for step in steps
    ]
    body, tail = max(map(len, bodies)), max(map(len, tails))
    lines = ["margin, bp"]
    for step, number, error in zip(steps, bodies, tails, strict=True):
        first, last = sorted(round((end - low) * scale) for end in (step.start, step.end))
        bar = " " * first + (FULL if step.value >= 0.0 else NEGATIVE) * (last - first)
        lines.append(f"  {step.label:<{names}}  {number:>{body}}{error:<{tail}}  {bar}".rstrip())
    return lines


def _body(step: Step) -> str:
    sign = "+" if step.kind == "part" and step.value >= 0.5 else ""
    return f"{sign}{print_.number(step.value, 'bp')}"

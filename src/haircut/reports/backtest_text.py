"""A backtest in the terminal."""

from __future__ import annotations

import textwrap

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibit_text import section
from haircut.reports.exhibits import backtest_history, backtest_names, backtest_scores
from haircut.reports.terminal import WIDTH
from haircut.studies.backtest import Backtest


def exhibits(found: Backtest) -> tuple[Exhibit, ...]:
    """The names first, then how good that was, then recoveries and prices."""
    return (
        backtest_names.build(found),
        backtest_scores.build(found),
        backtest_history.recoveries(found),
        backtest_history.prices(found),
        backtest_history.monitor(found),
    )


def backtest_text(found: Backtest) -> str:
    """The page in 100 columns."""
    head = f"backtest {found.case} · as of {print_.date(found.as_of)} · {found.predictions['paths']:,} paths"
    return "\n\n".join([textwrap.fill(head, WIDTH), *(section(each) for each in exhibits(found))])

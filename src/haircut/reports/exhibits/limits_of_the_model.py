"""What this answer does not know, and what it could not calculate."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import HAIRCUT, RunFrames, measure_title

LIMITS = (
    (
        "terms",
        "Terms that are not public (schedule, device, units, covenants) are assumptions with a range; "
        "the register "
        "marks each. The answer holds for the loan as written there.",
    ),
    (
        "customers",
        "The customers' credit is a rating curve, not a quote; the page shows it at several ratings. A "
        "customer's "
        "default is the first-order unknown of a loan on few customers.",
    ),
    (
        "rents",
        "Rents follow three regimes with launches and a pull to entry cost. History holds one fall and "
        "one rebound: "
        "regimes and their lengths are assumed, not fitted.",
    ),
    (
        "resale",
        "Resale prices and depth of the market for used machines rest on a handful of sales; the orderly "
        "and the "
        "one-month price are model values, not bids.",
    ),
    (
        "premium",
        "The premium over modelled loss comes from ordinary credit of the same shadow rating; what a new "
        "asset "
        "class asks on top is not in the fair margin.",
    ),
    (
        "feedback",
        "A sale moves the price of the machines sold. Sales forced on other borrowers at the same time "
        "are not yet "
        "part of a run of one loan.",
    ),
    (
        "law",
        "Enforcement takes the assumed months and costs; disputes, stays and hall access are not "
        "modelled beyond that.",
    ),
    (
        "error",
        "Standard errors measure the number of paths only. They say nothing about a wrong assumption; "
        "ranges do.",
    ),
)


def build(run: RunFrames) -> Exhibit:
    """Limits in words, then each measure without a value and its reason."""
    frame = pl.DataFrame([{"subject": subject, "limit": words} for subject, words in LIMITS])
    empty = run.all_measures.filter(
        (pl.col("scenario") == HAIRCUT) & pl.col("value").is_null() & (pl.col("reason") != "not_asked")
    )
    missing = tuple(
        f"{measure_title(row['measure'])} of {row['claim']}, because {print_.reason(row['reason'])}."
        for row in empty.iter_rows(named=True)
    )
    return Exhibit(
        "limits_of_the_model",
        f"What this answer does not know: {assumed_share(run)}.",
        Table(frame, (Column("subject", "subject"), Column("limit", "limit")), "all", run.paths),
        notes=("Research use. Not advice, not a rating, not an offer.",),
        not_calculated=missing,
    )

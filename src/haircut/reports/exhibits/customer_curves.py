"""The same loan with its customers' credit at each of the stated ratings."""

from __future__ import annotations

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import CUSTOMER, HAIRCUT, RunFrames
from haircut.reports.whiskers import Whisker, whisker_chart

MEASURES = (
    ("fair_margin_bp", "fair margin", "bp"),
    ("rich_cheap_bp", "rich (−) / cheap (+)", "bp"),
    ("el_bp", "expected loss", "bp"),
    ("pd_3y", "PD, 3 years", "share"),
    ("pd_maturity", "PD, to maturity", "share"),
    ("lgd", "LGD", "share"),
)


def build(run: RunFrames) -> Exhibit:
    """Fair margin, PD and LGD with the customers at BB, B and CCC, and as the case states."""
    shown = [(f"customers {name}", f"{CUSTOMER}{name}") for name in run.scenarios_of(CUSTOMER)]
    shown.append(("as the case states", HAIRCUT))
    rows, whiskers = [], []
    for label, scenario in shown:
        row: dict[str, object] = {"label": label, "row_paths": run.paths_of(scenario)}
        for name, _, _ in MEASURES:
            row |= run.cells(name, scenario)
        rows.append(row)
        fair = run.measure("fair_margin_bp", scenario)
        if fair is not None and fair.value is not None:
            whiskers.append(Whisker(label, fair.value, fair.std_error, look.REALISABLE, scenario == HAIRCUT))
    columns = [Column("label", "credit of the customers")]
    columns += [
        Column(name, header, unit, f"{name}_error", f"{name}_reason", f"{name}_target")
        for name, header, unit in MEASURES
    ]
    quote = run.measure("quoted_margin_bp")
    rule = (
        (f"quoted {print_.number(quote.value, 'bp')}", quote.value)
        if quote and quote.value is not None
        else None
    )
    ratings = run.scenarios_of(CUSTOMER)
    return Exhibit(
        "customer_curves",
        _title(run, ratings),
        Table(
            pl.DataFrame(rows, infer_schema_length=None),
            tuple(columns),
            "haircut, by customers' credit",
            run.paths,
            True,
        ),
        whisker_chart(whiskers, "fair margin, bp", rule, wide=True) if whiskers else None,
        whisker_chart(whiskers, "fair margin, bp", rule, wide=False) if whiskers else None,
        notes=(
            "The customers' credit is not public. Each row prices the loan with every customer on the "
            "default curve of "
            "that rating, same random numbers; whiskers are two standard errors either side.",
        ),
        not_calculated=() if ratings else ("other ratings, because the case names none.",),
    )


def _title(run: RunFrames, ratings: tuple[str, ...]) -> str:
    values = [(rating, run.measure("fair_margin_bp", f"{CUSTOMER}{rating}")) for rating in ratings]
    known = [
        (rating, found.value) for rating, found in values if found is not None and found.value is not None
    ]
    if len(known) < 2:
        return "The fair margin by the credit of the customers."
    low, high = min(known, key=lambda item: item[1]), max(known, key=lambda item: item[1])
    return (
        f"The customers' credit moves the fair margin from {print_.number(low[1], 'bp')} bp ({low[0]}) to "
        f"{print_.number(high[1], 'bp')} bp ({high[0]})."
    )

"""How long the loan lasts beside its contracts and its machines."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.mismatch import Mismatch


def build(found: Mismatch) -> Exhibit:
    """One table: years from today, and what is still owed then."""
    rows = [
        _row("average life of the debt (WAL)", found.wal_years, None),
        _row("duration of its debt service", found.duration_years, None),
        _row("maturity", found.maturity_months / 12, 0.0),
        _row("contracts, mean remaining term by unit", found.contract_tenor_years, None),
        _row("last contract ends", found.contract_end_months / 12, found.owed_at_contract_end_usd),
        _row("value of the machines has halved", _years(found.value_half_life_months), None),
        _row(
            "the median pledged unit retires",
            _years(found.median_retirement_months),
            found.owed_when_median_device_retires_usd,
        ),
    ]
    for fleet in found.fleets:
        for level, months in zip((25, 50, 75), fleet.retirement_months, strict=True):
            rows.append(_row(f"{fleet.fleet} ({fleet.device}): {level} % retired", _years(months), None))
    schema = {"what": pl.String, "years": pl.Float64, "owed": pl.Float64, "blank": pl.String}
    columns = (
        Column("what", "from the as-of date"),
        Column("years", "after", "years"),
        Column("owed", "principal then owed", "usd", reason="blank"),
    )
    return Exhibit(
        "mismatch",
        _sentence(found),
        Table(pl.DataFrame(rows, schema=schema), columns, "schedule against contracts and machines"),
        notes=(
            "A healthy unit retires in the first month in which it is worth no more than its salvage, at the latest "
            "at its maximum age; months on 4,000 paths of its law of rent under P, value on the path of median "
            "rents. n/a: not within the horizon. Owed: what the schedule leaves after that month's payments.",
        ),
    )


def _row(what: str, years: float | None, owed: float | None) -> dict[str, object]:
    return {"what": what, "years": years, "owed": owed, "blank": ""}


def _years(months: float | None) -> float | None:
    return None if months is None else months / 12


def _sentence(found: Mismatch) -> str:
    parts = []
    if found.contract_end_months:
        owed = print_.in_sentence(found.owed_at_contract_end_usd, "usd")
        parts.append(f"when the last contract ends {owed} is still owed")
    else:
        parts.append("the borrower has no contract")
    if found.owed_when_median_device_retires_usd is None:
        parts.append("the median machine outlives the horizon")
    else:
        owed = print_.in_sentence(found.owed_when_median_device_retires_usd, "usd")
        parts.append(f"when the median machine retires {owed}")
    today = print_.in_sentence(found.owed_today_usd, "usd")
    return f"Of {today} drawn today: {'; '.join(parts)}."

"""The deterministic case: the month on one path of expected drivers."""

from __future__ import annotations

from typing import Literal

import numpy as np

from haircut.credit.arrays import Floats
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.credit.projection import Projection, project
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block
from haircut.units import HOURS_PER_MONTH


def base_case(
    compiled: CompiledBook,
    rent: Literal["expected", "flat"] = "expected",
    block: ScenarioBlock | None = None,
) -> BaseCase:
    """Monthly lines of the book on expected drivers; nobody defaults, so that every ratio has its value.

    Args:
        compiled: the book.
        rent: "expected" (mean rent, launches and utilisation under P) or "flat" (today's for ever).
        block: one path of stated drivers in place of the expected ones.
    """
    if block is None:
        block = expected_block(compiled.scenarios.p, rent, compiled.scenarios.coin_p)
    lines = project(compiled.arrays, block, flat_rent=rent == "flat")
    rents = {
        device: np.exp(block.log_rent[position, 0]) for position, device in enumerate(compiled.machines.gpus)
    }
    claims = {}
    for position, claim in enumerate(compiled.claim_ids):
        claims[claim] = _claim_lines(compiled, lines, position)
        rents[f"break_even:{claim}"] = _break_even_rent(compiled, lines, position)
    return BaseCase(
        dates=compiled.month_dates,
        borrower={
            name: {line: values[position] for line, values in lines.borrowers.items()}
            for position, name in enumerate(compiled.indices.borrowers)
        },
        claims=claims,
        rent=rents,
        maturity_month=compiled.maturity_months,
    )


def _claim_lines(compiled: CompiledBook, lines: Projection, position: int) -> dict[str, Floats]:
    """The traced lines with LTVs on every basis and the DSCR at test dates."""
    own = {name: values[position] for name, values in lines.claims.items()}
    debt = own["debt"]
    for name, value in (("book_ltv", "book_value"), ("market_ltv", "market_value"), ("nolv_ltv", "nolv"),
                        ("flv_ltv", "flv")):  # fmt: skip
        worth = own[value]
        own[name] = np.divide(debt, worth, out=np.full_like(debt, np.nan), where=worth > 0.0)
    own["dscr"] = _service_cover(compiled, lines, position)
    own["debt_service"] = scheduled_service(compiled, lines, position)
    return own


def _service_cover(compiled: CompiledBook, lines: Projection, position: int) -> Floats:
    """DSCR on payment dates over the covenant's window (the payment period where there is no DSCR covenant).

    Debt service is what the schedules say, so arrears on the expected path do not hide behind themselves.
    """
    arrays = compiled.arrays
    record = arrays.claims[position]
    claim = compiled.indices.claim(compiled.case, compiled.claim_ids[position])
    windows = [covenant.window_months for covenant in claim.covenants if covenant.test == "dscr"]
    window = max([*windows, claim.payment_frequency_months])
    cash = np.nan_to_num(lines.borrowers["cfads"][record["borrower"]])
    service = np.zeros_like(cash)
    for other in range(len(compiled.claim_ids)):
        senior = arrays.claims[other]["rank"] <= record["rank"]
        if arrays.claims[other]["borrower"] == record["borrower"] and senior:
            service += scheduled_service(compiled, lines, other)
    cover: Floats = np.full_like(cash, np.nan)
    for month in np.flatnonzero(arrays.claim_months["payment"][position]):
        past = slice(max(1, month - window + 1), month + 1)
        due = service[past].sum()
        if due > 0.0 and month <= record["maturity"]:
            cover[month] = cash[past].sum() / due
    return cover


def scheduled_service(compiled: CompiledBook, lines: Projection, position: int) -> Floats:
    """(T + 1,) interest and principal that the schedule of a claim asks for on what was drawn, USD.

    A refused draw is neither repaid nor bears interest: the schedule shrinks in proportion from then on.
    """
    claim = compiled.claim_ids[position]
    plan = compiled.schedules[claim]
    planned = compiled.drawn[claim] + np.cumsum(compiled.arrays.claim_months["draws"][position])
    drawn = lines.claims["drawn"][position]
    share = np.divide(drawn, planned, out=np.ones_like(planned), where=(planned > 0.0) & np.isfinite(drawn))
    # A draw of a month's end bears interest from the next month.
    service: Floats = plan.interest * np.concatenate([share[:1], share[:-1]]) + plan.principal * share
    return service


def _break_even_rent(compiled: CompiledBook, lines: Projection, position: int) -> Floats:
    """Rent at which the next twelve months' cash would just pay their cost and debt service, USD per GPU-hour.

    As if every unit earned rent at its mean utilisation: what a new tenant would have to pay.
    """
    arrays = compiled.arrays
    borrower = arrays.claims[position]["borrower"]
    months = compiled.months
    hours = np.zeros(months + 1)
    for fleet in range(len(arrays.fleets)):
        record = arrays.fleets[fleet]
        if record["borrower"] == borrower:
            span = np.arange(months + 1)
            works = (span > record["start"]) & (span <= record["last"])
            hours += (
                works
                * record["units"]
                * arrays.fleet_months["survival"][fleet]
                * record["utilisation"]
                * HOURS_PER_MONTH
            )
    need = np.nan_to_num(lines.borrowers["operating_cost"][borrower])
    need += scheduled_service(compiled, lines, position)
    maturity = int(arrays.claims[position]["maturity"])
    result = np.full(months + 1, np.nan)
    for month in range(maturity):
        ahead = slice(month + 1, min(month + 12, maturity) + 1)
        if hours[ahead].sum() > 0.0:
            result[month] = need[ahead].sum() / hours[ahead].sum()
    return result

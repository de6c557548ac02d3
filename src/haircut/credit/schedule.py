"""Repayment schedules and debt sizing from a line of CFADS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haircut.credit.arrays import Floats
from haircut.errors import CannotCompute


@dataclass(frozen=True, slots=True)
class Schedule:
    """A claim's base schedule on its deterministic rates.

    Attributes:
        principal: (T + 1,) scheduled principal, USD.
        balance: (T + 1,) balance after the month's payments and draws, USD.
        interest: (T + 1,) interest that falls due in the month, USD.
        cover: constant DSCR of a sculpted schedule, else None.
    """

    principal: Floats
    balance: Floats
    interest: Floats
    cover: float | None


def period_sums(flow: Floats, payments: Floats) -> Floats:
    """Sum a monthly flow into the payment date that ends each period; zero elsewhere.

    >>> period_sums(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 0, 1])).tolist()
    [0.0, 0.0, 3.0, 0.0, 7.0]
    """
    result = np.zeros_like(flow)
    running = 0.0
    for month in range(len(flow)):
        running += flow[month]
        if payments[month]:
            result[month] = running
            running = 0.0
    return result


def sized_debt(
    cash_flow: Floats, growth: Floats, payments: Floats, target_dscr: float, start: int, last: int
) -> float:
    """Debt that the cash of payment dates start..last carries at a constant DSCR: sum CFADS / DSCR x DF.

    Args:
        cash_flow: (T + 1,) CFADS by month, USD.
        growth: (T + 1,) interest per unit of balance at each payment date (`period_sums` of the month's rate).
        payments: (T + 1,) 1 on payment dates.
        target_dscr: above 0.
        start, last: first and last month whose payments count.

    >>> flow = np.zeros(61)
    >>> flow[12::12] = [100, 70, 49, 34.3, 24.01]
    >>> dates = np.zeros(61); dates[12::12] = 1
    >>> round(sized_debt(flow, 0.1 * dates, dates, 1.4, 1, 60), 4)
    159.936
    """
    cash = period_sums(cash_flow, payments)
    factor, total = 1.0, 0.0
    for month in range(1, last + 1):
        if payments[month]:
            factor /= 1.0 + growth[month]
            if month >= start:
                total += cash[month] / target_dscr * factor
    return float(total)


def shares_of_a_life(kind: str, rate: float, payments: int) -> tuple[float, ...]:
    """Share of principal in each payment of a claim's whole life, of which a horizon shows the first part.

    straight: equal parts. Any other kind: level debt service, what is known of a sculpted claim beyond the horizon.

    Args:
        kind: of amortisation.
        rate: interest of one period.
        payments: in the whole life.

    >>> [round(share, 4) for share in shares_of_a_life("annuity", 0.1, 3)]
    [0.3021, 0.3323, 0.3656]
    >>> shares_of_a_life("straight", 0.1, 4)
    (0.25, 0.25, 0.25, 0.25)
    """
    if kind == "straight" or rate == 0.0:
        return (1.0 / payments,) * payments
    first = rate / ((1.0 + rate) ** payments - 1.0)
    return tuple(first * (1.0 + rate) ** number for number in range(payments))


def build_schedule(
    kind: str,
    drawn: float,
    draws: Floats,
    rate_of_month: Floats,
    payments: Floats,
    cash_flow: Floats,
    start: int,
    maturity: int,
    shares: tuple[float, ...] | None,
    name: str,
) -> Schedule:
    """Schedule of one claim: principal by payment date from `start` to `maturity`.

    Before `start` interest is paid as it falls due. A draw is made at the end of its month.

    Args:
        kind: sculpted | straight | annuity | bullet | given.
        drawn: balance today, USD.
        draws: (T + 1,) planned draws by month, USD.
        rate_of_month: (T + 1,) rate x year fraction of each month on the deterministic path.
        payments: (T + 1,) 1 on payment dates.
        cash_flow: (T + 1,) CFADS that sculpting follows.
        start: first month in which principal falls due.
        maturity: last payment month.
        shares: of kind given, one for each payment date from `start`.
        name: claim id, for messages.

    Raises:
        CannotCompute: where sculpting finds no cash, or principal would have to be negative.

    >>> dates = np.zeros(61); dates[12::12] = 1
    >>> flow = np.zeros(61); flow[12::12] = [100, 70, 49, 34.3, 24.01]
    >>> plan = build_schedule("sculpted", 159.93600, 0 * flow, np.full(61, 0.1 / 12), dates, flow, 1, 60, None, "a1")
    >>> plan.principal[12::12].round(3).tolist(), round(plan.cover, 4)
    ([55.435, 39.55, 28.505, 20.855, 15.591], 1.4)
    """
    repaying = [month for month in range(start, maturity + 1) if payments[month]]
    total = drawn + float(draws[: maturity + 1].sum())
    service = np.zeros_like(cash_flow)
    cover: float | None = None
    if kind in ("sculpted", "annuity") and total > 0.0:
        shape = period_sums(cash_flow, payments) if kind == "sculpted" else payments.astype(float)
        scale = _service_scale(shape, drawn, draws, rate_of_month, payments, start, maturity, name)
        service = shape * scale
        cover = float(1.0 / scale) if kind == "sculpted" else None
    elif kind == "given" and (shares is None or len(shares) != len(repaying)):
        raise CannotCompute(
            f"{name}: amortisation gives {len(shares or ())} shares for {len(repaying)} payment dates from its start "
            "to maturity; expected one share for each date"
        )
    months = len(payments) - 1
    principal, balance, interest = np.zeros(months + 1), np.zeros(months + 1), np.zeros(months + 1)
    balance[0] = outstanding = drawn
    due = 0.0
    for month in range(1, maturity + 1):
        due += outstanding * rate_of_month[month]
        if payments[month]:
            interest[month] = due
            due = 0.0
            if month >= start:
                position = repaying.index(month)
                if kind in ("sculpted", "annuity"):
                    amount = service[month] - interest[month]
                elif kind == "straight":
                    amount = outstanding / (len(repaying) - position)
                elif kind == "given":
                    assert shares is not None
                    amount = shares[position] * total
                else:
                    amount = 0.0
                if amount < -1e-6 * max(total, 1.0):
                    raise CannotCompute(
                        f"{name}: {kind} amortisation needs principal of {amount:,.2f} USD in month {month}: the "
                        "cash of that period does not carry its interest; start later, size lower or give shares"
                    )
                principal[month] = min(max(amount, 0.0), outstanding)
                outstanding -= principal[month]
        outstanding += draws[month]
        balance[month] = outstanding
    return Schedule(principal, balance, interest, cover)


def _service_scale(
    shape: Floats, drawn: float, draws: Floats, rate_of_month: Floats, payments: Floats, start: int, maturity: int,
    name: str,
) -> float:  # fmt: skip
    """The scale of `shape` at which debt service repays everything; the end balance is linear in it."""

    def end_balance(scale: float) -> float:
        outstanding, due = drawn, 0.0
        for month in range(1, maturity + 1):
            due += outstanding * rate_of_month[month]
            if payments[month]:
                if month >= start:
                    outstanding -= scale * shape[month] - due
                due = 0.0
            outstanding += draws[month]
        return outstanding

    none, one = end_balance(0.0), end_balance(1.0)
    if not none > 0.0 or not none > one:
        raise CannotCompute(
            f"{name}: sculpting needs debt and cash in its repayment period; found debt grown to {none:,.2f} USD and "
            f"cash worth {none - one:,.2f} USD at maturity; give shares or choose another cash flow"
        )
    return none / (none - one)

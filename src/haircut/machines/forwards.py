"""What two term quotes of one seller say of the rent between their ends."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from haircut.case.market import TermQuote


class Forward(NamedTuple):
    """Rent implied for the hours between two terms of one curve.

    Attributes:
        curve: of the quotes.
        from_months, to_months: the span.
        rent: USD per GPU-hour that makes both quotes worth the same.
        change_per_year: log change a year from the middle of the span before to the middle of this one; None
            for the first span.
        possible: whether the rent is above zero; if not, the quotes are of different goods.
    """

    curve: str
    from_months: int
    to_months: int
    rent: float
    change_per_year: float | None
    possible: bool


def annuity_months(rate: float, months: int) -> float:
    """Present value of 1 at the middle of each of `months` months at a continuous rate a year.

    >>> annuity_months(0.0, 12)
    12.0
    """
    return sum(math.exp(-rate * (month + 0.5) / 12.0) for month in range(months))


def forwards(quotes: tuple[TermQuote, ...], rate: float) -> tuple[Forward, ...]:
    """Level rents of consecutive spans such that each term quote costs what its spans cost.

        R(T2) A(T2) = R(T1) A(T1) + f (A(T2) - A(T1)),   A the annuity of hours

    An upper bound of the fall that the seller expects: a longer term also pays for commitment and for the risk
    that the customer leaves. On-demand quotes (tenor 0) are not spans and are left out.

    Args:
        quotes: of one device; each curve is taken by itself.
        rate: continuous, at which the seller values later payments.

    >>> import datetime
    >>> quote = dict(device="h100", curve="c", unit="USD per GPU-hour", date=datetime.date(2023, 7, 1),
    ...              mark="observed", source="s")
    >>> one, three = (TermQuote(tenor_months=n, value=v, **quote) for n, v in ((12, 7.2), (36, 5.4)))
    >>> [round(f.rent, 2) for f in forwards((one, three), 0.0)]
    [7.2, 4.5]
    """
    found: list[Forward] = []
    by_curve = sorted((q for q in quotes if q.tenor_months > 0), key=lambda q: (q.curve, q.tenor_months))
    for curve, group in itertools.groupby(by_curve, key=lambda q: q.curve):
        start, paid = 0, 0.0
        before: Forward | None = None
        for quote in group:
            end = quote.tenor_months
            worth = quote.value * annuity_months(rate, end)
            rent = (worth - paid) / (annuity_months(rate, end) - annuity_months(rate, start))
            change = None
            if before is not None and rent > 0.0 and before.rent > 0.0:
                middles = 0.5 * (start + end) - 0.5 * (before.from_months + before.to_months)
                change = math.log(rent / before.rent) * 12.0 / middles
            before = Forward(curve, start, end, rent, change, rent > 0.0)
            found.append(before)
            start, paid = end, worth
    return tuple(found)

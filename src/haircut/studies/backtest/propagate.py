"""What nobody knew is drawn from its range: stratified draws of every assumption, laid over the case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from haircut.case import overlay
from haircut.case.case import Case
from haircut.case.register import rows

PARTS: Final = ("btc", "network", "rigs", "funding", "liquidation", "power")
"""Parts of a market that a miner's loan reads."""
_ENTITY: Final = re.compile(r"(\w+)\[([^\]]+)\]$")


def ranges(case: Case, parts: tuple[str, ...] = PARTS) -> dict[str, tuple[float, float, float]]:
    """(low, value, high) of every used number that is not observed and has a range, by path.

    All orders of a borrower count as one, under the path of its `purchase_commitments`.

    Args:
        case: whose book is read whole.
        parts: of its market that count.
    """
    found: dict[str, tuple[float, float, float]] = {}
    for row in rows(case):
        if row.range is None or not row.used or row.mark == "observed":
            continue
        if not isinstance(row.value, (int, float)) or not _is_read(row.path, parts):
            continue
        if ".purchase_commitments." in row.path:
            if not row.path.endswith(".amount_usd"):
                continue
            head = row.path.split(".purchase_commitments.")[0]
            found.setdefault(f"{head}.purchase_commitments", (row.range[0], float(row.value), row.range[1]))
        elif row.range[0] < row.range[1] and row.range[0] <= row.value <= row.range[1]:
            found[row.path] = (row.range[0], float(row.value), row.range[1])
    return found


def draws(case: Case, count: int, seed: int) -> Iterator[Case]:
    """The case with its assumptions drawn: each independent, half of its draws on either side of its value, even there.

    Stratified (Latin hypercube): over all draws each assumption visits each of `count` equal parts of its law once.

    Args:
        case: whose assumptions have ranges.
        count: number of draws.
        seed: of the random numbers.
    """
    places = ranges(case)
    random = np.random.default_rng(seed)
    uniforms = {path: (random.permutation(count) + random.random(count)) / count for path in places}
    for draw in range(count):
        chosen = {path: two_sided(*places[path], float(uniforms[path][draw])) for path in places}
        yield overlay(case, as_overlay(case, chosen, f"draw-{draw}"))


def two_sided(low: float, value: float, high: float, uniform: float) -> float:
    """The quantile of a law with its median at `value` and even on either side.

    >>> two_sided(0.0, 1.0, 5.0, 0.25), two_sided(0.0, 1.0, 5.0, 0.75)
    (0.5, 3.0)
    """
    if uniform < 0.5:
        return low + (value - low) * 2.0 * uniform
    return value + (high - value) * (2.0 * uniform - 1.0)


def as_overlay(case: Case, chosen: Mapping[str, float], name: str) -> dict[str, Any]:
    """Values by path as a mapping that can be laid over the case."""
    laid: dict[str, Any] = {"name": name}
    for path, value in chosen.items():
        here: dict[str, Any] = laid
        parts = _parts(path)
        for part in parts[:-1]:
            here = here.setdefault(part, {})
        if parts[-1] == "purchase_commitments":
            here["purchase_commitments"] = _orders(case, parts[2], value)
        else:
            here[parts[-1]] = value
    return laid


def _orders(case: Case, borrower: str, amount: float) -> list[dict[str, Any]]:
    """All orders of a borrower, the first brought to an amount and the others by the same factor."""
    orders = next(each for each in case.book.borrowers if each.id == borrower).purchase_commitments
    factor = amount / orders[0].amount_usd
    return [{**order.model_dump(), "amount_usd": order.amount_usd * factor} for order in orders]


def _parts(path: str) -> list[str]:
    """`book.claims[a].interest.coupon` as its keys."""
    keys: list[str] = []
    for part in re.findall(r"(?:[^.\[]|\[[^\]]*\])+", path):
        entity = _ENTITY.match(part)
        keys += [entity[1], entity[2]] if entity else [part]
    return [*keys, "value"] if path.endswith("]") else keys


def _is_read(path: str, parts: tuple[str, ...]) -> bool:
    return path.startswith("book.") or any(
        path.startswith((f"market.{part}.", f"market.{part}[")) for part in parts
    )

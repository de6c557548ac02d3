"""Value surfaces of the machines of a book, stacked for the engine, and shared by books with the same machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from haircut.credit.arrays import Floats
from haircut.errors import Defect
from haircut.machines.law import MIXTURE, RentLaw, UnitTerms, ValueSurface
from haircut.machines.value import solve

MOST_REMEMBERED = 16
"""Surfaces: the scenarios beside one loan share theirs, those of a large book would only fill memory."""


@dataclass(frozen=True, eq=False, slots=True)
class Content:
    """Arguments of `haircut.machines.value.solve`, equal where their bytes are."""

    law: RentLaw
    unit: UnitTerms
    months: int
    longest_sale: int

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides the surface."""
        return (*_bytes((*self.law, *self.unit)), self.months, self.longest_sale)

    @property
    def machine(self) -> tuple[object, ...]:
        """All that decides the value on any month: what law and power say of months beyond its life does not."""
        law, unit, life = self.law, self.unit, self.unit.last_month
        within = law._replace(
            **{
                name: getattr(law, name)[:life]
                for name in ("drift", "deviation", "pull", "step", "pull_below")
            },
            **{name: getattr(law, name)[: life + 1] for name in ("target", "log_obsolescence")},
        )
        return _bytes((*within, *unit._replace(power_price=unit.power_price[: life + 1])))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.key == other.key


@dataclass(frozen=True, slots=True)
class Stacked:
    """Surfaces one above the other, on grids of the same number of nodes.

    Attributes:
        low, step, forward_step: (surfaces,) their grids.
        value: (surfaces, T + 1, nodes, 4).
        forward: (surfaces, T + 1, longest sale + 1, coarse nodes, 4).
    """

    low: Floats
    step: Floats
    value: Floats
    forward_step: Floats
    forward: Floats

    def cut(self, months: int, longest_sale: int) -> Stacked:
        """The same to an earlier month and for shorter sales; itself where nothing is cut."""
        if self.value.shape[1] == months + 1 and self.forward.shape[2] == longest_sale + 1:
            return self
        value = np.ascontiguousarray(self.value[:, : months + 1])
        forward = np.ascontiguousarray(self.forward[:, : months + 1, : longest_sale + 1])
        return Stacked(self.low, self.step, value, self.forward_step, forward)


class SharedSurfaces:
    """Remembers the surfaces that were asked for last, for books that differ in other things than machines.

    A surface to an earlier month and for shorter sales is the first part of a longer one, bit for bit. Only one
    set is kept, a large book's being hundreds of megabytes: ask for books with the same machines one after
    another, those with the longest sales first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: tuple[object, ...] | None = None
        self._found: Stacked | None = None
        self.solved = 0
        """How often a set had to be solved."""

    def stacked(self, contents: Sequence[Content], months: int, longest_sale: int) -> Stacked:
        """`stacked` of these contents, solved where they are not what was solved last."""
        key = tuple(content.machine for content in contents)
        with self._lock:
            found = self._found
            known = found is not None and self._key == key
            if found is None or not known or _shorter(found, months, longest_sale):
                self._found = found = None  # let go before more is made
                found = stacked(contents, months, longest_sale)
                self._found, self._key = found, key
                self.solved += 1
        return found.cut(months, longest_sale)


def stacked(contents: Sequence[Content], months: int, longest_sale: int) -> Stacked:
    """Solve surfaces and stack them, each as accurate as if it stood alone.

    Args:
        contents: distinct, with the same months and longest sale.
        months, longest_sale: of the result; they matter where there is no machine at all.
    """
    solved = _solved if len(contents) <= MOST_REMEMBERED else _solved.__wrapped__
    # Each is a backward induction of its own, and two cores may as well do two of them.
    with ThreadPoolExecutor(max_workers=2) as pool:
        surfaces = list(pool.map(solved, contents))
    if not surfaces:
        surfaces.append(_nothing(months))
    nodes = max(surface.value.shape[1] for surface in surfaces)
    low, coarse = (
        np.array([getattr(surface, name) for surface in surfaces]) for name in ("x_low", "coarse_step")
    )
    step = np.array([surface.x_step * (surface.value.shape[1] - 1) / (nodes - 1) for surface in surfaces])
    value = np.empty((len(surfaces), months + 1, nodes, MIXTURE + 1))
    forward = np.empty((len(surfaces), *surfaces[0].forward.shape))
    while surfaces:  # each is let go once it is in its place: a large book holds them once, not twice
        last = surfaces.pop()
        spread_out(last.value, last.x_step, value[len(surfaces)])
        forward[len(surfaces)] = last.forward
    return Stacked(low, step, value, coarse, forward)


def spread_out(value: Floats, x_step: float, finer: Floats) -> None:
    """Write a surface on more nodes between its own, linear in rent as it is read: what is read stays the same.

    Args:
        value: (T + 1, nodes, 4).
        x_step: of its grid of log rent.
        finer: (T + 1, nodes of the result, 4), a whole number of times as fine; filled.

    >>> surface, fine = np.exp(np.array([0.0, 0.2]))[None, :, None], np.empty((1, 5, 1))
    >>> spread_out(surface, 0.2, fine)
    >>> bool(np.allclose(fine[0, :, 0], np.exp(np.linspace(0.0, 0.2, 5))))
    True
    """
    parts, rest = divmod(finer.shape[1] - 1, value.shape[1] - 1)
    if rest:
        raise Defect(
            f"surface: found {finer.shape[1]} nodes for {value.shape[1]}; expected a multiple between nodes"
        )
    finer[:, ::parts] = value
    rise = np.diff(value, axis=1)
    for part in range(1, parts):
        weight = math.expm1(x_step * part / parts) / math.expm1(x_step)
        finer[:, part::parts] = value[:, :-1] + weight * rise


@lru_cache(maxsize=MOST_REMEMBERED)
def _solved(content: Content) -> ValueSurface:
    """A value surface by the content of what it depends on: scenarios beside a run share most of theirs."""
    return solve(content.law, content.unit, content.months, content.longest_sale)


def _nothing(months: int) -> ValueSurface:
    """Of no machine: worth nothing."""
    return ValueSurface(0.0, 1.0, np.zeros((months + 1, 2, 4)), 1.0, np.zeros((months + 1, 1, 2, 4)))


def _shorter(found: Stacked, months: int, longest_sale: int) -> bool:
    return bool(found.value.shape[1] < months + 1 or found.forward.shape[2] < longest_sale + 1)


def _bytes(parts: Sequence[object]) -> tuple[object, ...]:
    return tuple(part.tobytes() if isinstance(part, np.ndarray) else part for part in parts)

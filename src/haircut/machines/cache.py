"""The same law and terms give the same surface: it is solved once in a process."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Final

import numpy as np

from haircut.machines.law import RentLaw, UnitTerms, ValueSurface
from haircut.machines.value import solve

SURFACES_KEPT: Final = 64
_KEPT: OrderedDict[bytes, ValueSurface] = OrderedDict()
_LOCK = Lock()


def content(law: RentLaw, terms: UnitTerms) -> bytes:
    """A digest of every byte of the law and the terms, shapes included."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (*law, *terms):
        array = np.asarray(part)
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


def solve_once(
    law: RentLaw, terms: UnitTerms, months: int, longest_sale: int, nodes: int | None = None
) -> ValueSurface:
    """`haircut.machines.value.solve`, remembered by content; the 64 surfaces used last are kept.

    The arrays belong to the caller: a change of them changes no later answer.
    """
    key = content(law, terms) + repr((months, longest_sale, nodes)).encode()
    with _LOCK:
        found = _KEPT.get(key)
        if found is not None:
            _KEPT.move_to_end(key)
    if found is None:
        found = solve(law, terms, months, longest_sale, nodes)
        with _LOCK:
            _KEPT[key] = found
            while len(_KEPT) > SURFACES_KEPT:
                _KEPT.popitem(last=False)
    return found._replace(value=found.value.copy(), forward=found.forward.copy())


def forget() -> None:
    """Drop every remembered surface."""
    with _LOCK:
        _KEPT.clear()

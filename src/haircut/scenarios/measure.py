"""The two measures: P, the real world, and Q, prices."""

from __future__ import annotations

from typing import Literal

Measure = Literal["P", "Q"]

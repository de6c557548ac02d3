"""How wrong is it? The validation pack: checks, convergence, sensitivity, backtests, failures, made from code."""

from __future__ import annotations

from haircut.studies.validate.pack import Pack, validation_pack

__all__ = ["Pack", "validation_pack"]

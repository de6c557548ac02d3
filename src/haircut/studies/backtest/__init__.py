"""Would it have worked? The miners' wave of 2022, predicted from what was known on 2021-12-31."""

from __future__ import annotations

from haircut.studies.backtest.study import Backtest, backtest

__all__ = ["Backtest", "backtest"]

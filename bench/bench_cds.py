"""Seven-tenor default swap bootstraps a second, beside QuantLib's; one thread."""

from datetime import date
from typing import Any

import numpy as np
import QuantLib

from haircut.curves import DiscountCurve, SurvivalCurve, bootstrap_panel

AS_OF = date(2026, 10, 1)
TENORS = [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0]
QUOTES = [0.02, 0.024, 0.031, 0.036, 0.042, 0.045, 0.047]
NAMES = 5_000


def quantlib_once() -> Any:
    day = QuantLib.Date(1, 10, 2026)
    QuantLib.Settings.instance().evaluationDate = day
    discount = QuantLib.YieldTermStructureHandle(QuantLib.FlatForward(day, 0.04, QuantLib.Actual365Fixed()))
    quotes = [QuantLib.SimpleQuote(quote) for quote in QUOTES]
    helpers = [
        QuantLib.SpreadCdsHelper(
            QuantLib.QuoteHandle(quote),
            QuantLib.Period(round(12 * tenor), QuantLib.Months),
            0,
            QuantLib.WeekendsOnly(),
            QuantLib.Quarterly,
            QuantLib.Following,
            QuantLib.DateGeneration.CDS2015,
            QuantLib.Actual360(),
            0.4,
            discount,
        )
        for quote, tenor in zip(quotes, TENORS, strict=True)
    ]
    curve = QuantLib.PiecewiseFlatHazardRate(day, helpers, QuantLib.Actual365Fixed())
    bump = [0.0]

    def bootstrap() -> float:
        bump[0] += 1e-9  # or it answers from memory
        for quote, value in zip(quotes, QUOTES, strict=True):
            quote.setValue(value + bump[0])
        return float(curve.survivalProbability(5.0))

    return bootstrap


def bench_bootstrap() -> dict[str, Any]:
    discount = DiscountCurve.flat(AS_OF, 0.04)
    scale = np.linspace(0.2, 3.0, NAMES)[:, None]
    panel = scale * np.array(QUOTES)
    one = dict(zip(TENORS, QUOTES, strict=True))
    return {
        "QuantLib, one curve": (quantlib_once(), 1, "curves"),
        "a panel of 5,000": (lambda: bootstrap_panel(AS_OF, TENORS, panel, 0.4, discount), NAMES, "curves"),
        "SurvivalCurve.from_cds, one curve": (
            lambda: SurvivalCurve.from_cds(AS_OF, one, 0.4, discount),
            1,
            "curves",
        ),
    }

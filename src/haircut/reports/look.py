"""The visual language: colours with a meaning, each doubled by a dash, and the config of every chart."""

from __future__ import annotations

from typing import Any, Final

PAPER: Final = "#0072B2"  # the lender's view
REALISABLE: Final = "#D55E00"  # what a haircut leaves
QUOTED: Final = "#000000"
ASSUMED: Final = "#999999"  # assumption ranges
GOOD: Final = "#009E73"
BREACH: Final = "#CC79A7"
INK: Final = "#1a1a1a"
GREY: Final = "#595959"  # the one grey for context; 7:1 on white
HAIRLINE: Final = "#d9d9d9"

SOLID: Final = [1.0, 0.0]
DASHED: Final = [6.0, 4.0]
DOTTED: Final = [1.5, 3]
DASH_DOT: Final = [8.0, 3.0, 1.5, 3.0]

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
LABEL_SIZE: Final = 13
WIDE: Final = 1
NARROW: Final = 0


def config() -> dict[str, Any]:
    """The Vega-Lite config that every chart carries."""
    return {
        "background": "white",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": LABEL_SIZE,
            "titleFontSize": LABEL_SIZE,
            "labelColor": GREY,
            "titleColor": GREY,
            "titleFontWeight": "normal",
            "gridColor": "#ececec",
            "domainColor": HAIRLINE,
            "tickColor": HAIRLINE,
            "labelPadding": 6,
        },
        "text": {"fontSize": LABEL_SIZE, "font": FONT},
    }

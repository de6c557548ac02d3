"""A Vega-Lite spec to SVG, offline and byte for byte the same for the same spec."""

from __future__ import annotations

import html
import re
from typing import Any

VEGA_LITE = "5.20"


def svg(spec: dict[str, Any], *, name: str, title: str) -> str:
    """Render one spec to SVG that can stand beside others in a page.

    The renderer counts its clip paths over the life of the process; they are renumbered here, so that the
    same spec gives the same bytes and no two pictures of a page share an id.

    Args:
        spec: Vega-Lite with its data inside; nothing is fetched.
        name: unique in the page; prefixes every id.
        title: what a screen reader says.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    numbers: dict[str, str] = {}

    def renumbered(match: re.Match[str]) -> str:
        return numbers.setdefault(match.group(0), f"{name}-c{len(numbers)}")

    drawn = re.sub(r"(?<=[\"#])(?:clip|gradient_)\d+(?=[\")])", renumbered, drawn)
    drawn = re.sub(r"(?<=[\s,(LM\"-])(\d+\.\d{3,})", lambda found: f"{float(found.group(1)):.2f}", drawn)
    # The picture as a whole has a name; the renderer's roles of its parts have none and say nothing to a reader.
    drawn = re.sub(r' (?:role|aria-roledescription|aria-label)="[^"]*"', "", drawn)
    label = html.escape(title, quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def start() -> None:
    """Start the renderer, which the first picture would otherwise wait for."""
    values = {"values": [{"x": 0}]}
    svg({"data": values, "mark": "point", "encoding": {"x": {"field": "x"}}}, name="start", title="start")

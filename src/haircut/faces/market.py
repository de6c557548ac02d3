"""`haircut market`: rents by basis, residual values, where a value comes from, the hash market, scenarios."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

PAGES = {
    "rents": "every basis on which DEVICE is quoted, and how far they disagree",
    "residual": "what DEVICE may be worth later, beside every price paid or asked for one",
    "explain": "where a value comes from: DEVICE.FIELD, such as h100-sxm.rent, or compute.pull_speed",
    "hash": "hashprice, where the network rests, what each rig is worth to whom",
    "scenarios": "a fan of each driver of CASE, calm and stress correlation, joint stress, by g_c",
}


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("page", choices=tuple(PAGES), metavar="PAGE", help=", ".join(PAGES))
    made.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="DEVICE, DEVICE.FIELD of explain, CASE of scenarios; none for hash",
    )
    made.add_argument(
        "--market", metavar="NAME", help="market folder or the name of one (default: the latest)"
    )
    made.add_argument(
        "--svg", metavar="FILE", help="draw the picture here (not for explain; scenarios: a folder)"
    )
    drawn = made.add_argument_group("of scenarios")
    drawn.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="NAME",
        help="lay this overlay over the case; may be repeated",
    )
    drawn.add_argument(
        "--event",
        action="append",
        default=[],
        metavar="DRIVER:PERCENT:MONTHS",
        help="A, then B of the joint stress (default: btc:-50:12 and rent:-40:12)",
    )
    drawn.add_argument("--paths", type=int, metavar="N", help="paths (default: 20,480)")
    drawn.add_argument("--seed", type=int, metavar="N", help="seed (default: the case's)")


def market(chosen: Namespace) -> None:
    """Open one page of a market, print it, draw it where asked."""
    import haircut as hc
    from haircut.errors import UsageError

    if (chosen.name is None) != (chosen.page == "hash"):
        raise UsageError(f"market {chosen.page}: {'takes no name' if chosen.name else 'name what is meant'}")
    if chosen.svg and chosen.page == "explain":
        raise UsageError("market explain: draws no picture")
    if chosen.page == "scenarios":
        if chosen.market:
            raise UsageError("market scenarios: a case names its market; leave --market out")
        from haircut.faces.scenarios import scenarios

        return scenarios(chosen)
    for option in ("overlay", "event", "paths", "seed"):
        if getattr(chosen, option) not in (None, []):
            raise UsageError(f"market {chosen.page}: --{option} is of scenarios only")
    view = hc.market(chosen.market)
    page: Any = view.hash() if chosen.page == "hash" else getattr(view, chosen.page)(chosen.name)
    if chosen.json:
        print(json.dumps(page.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        print(_text(chosen.page, page), file=sys.stderr)
    if chosen.svg:
        print(f"wrote {_draw(chosen.page, page, chosen.svg)}", file=sys.stderr)


def _exhibit(name: str, page: Any) -> Any:
    from haircut.reports.exhibits import market_hash, market_rents, market_residual

    return {"rents": market_rents, "residual": market_residual, "hash": market_hash}[name].build(page)


def _draw(name: str, page: Any, path: str) -> Path:
    from haircut.reports.picture import svg

    exhibit = _exhibit(name, page)
    target = Path(path)
    target.write_text(svg(exhibit.chart, name=exhibit.name, title=exhibit.title), encoding="utf-8")
    return target


def _text(name: str, page: Any) -> str:
    from haircut.reports.market_text import exhibit_text, origins_text

    return origins_text(page) if name == "explain" else exhibit_text(_exhibit(name, page), page.as_of)

"""`haircut liquidate`: sell any number of a machine into today's market."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from haircut.errors import UsageError


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("device", nargs="?", metavar="DEVICE", help="id of a device, such as h100-sxm")
    made.add_argument("--units", type=float, metavar="N", help="how many are sold together")
    made.add_argument(
        "--market", metavar="NAME", help="market folder or the name of one (default: the latest)"
    )
    made.add_argument(
        "--regime",
        default="mix",
        choices=("glut", "balanced", "scarce", "mix"),
        help="today's compute market (default: mix, the market's own probabilities)",
    )
    made.add_argument("--stress", action="store_true", help="funding is in stress today")
    made.add_argument("--months", type=int, metavar="N", help="the longest that the sale may take")
    made.add_argument(
        "--depth", type=float, metavar="N", help="units a month that buyers take in a balanced market"
    )
    made.add_argument(
        "--ltv", action="append", type=float, metavar="SHARE", help="show recovery at this LTV; repeatable"
    )
    made.add_argument("--case", metavar="CASE", help="count buyers in the halls of this case")
    made.add_argument("--paths", type=int, metavar="N", help="simulated paths")
    made.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the random numbers")
    made.add_argument(
        "--table", action="store_true", help="haircuts by size and horizon of DEVICE, or of every device"
    )
    made.add_argument(
        "--secured", metavar="BOOK", help="LTV on paper and realisable, of every secured claim of this case"
    )
    made.add_argument("--svg", metavar="FILE", help="draw the price path here")


def liquidate(chosen: Namespace) -> None:
    """Sell, or print the table of haircuts."""
    from haircut.faces.progress import Progress

    _refuse(chosen)
    with Progress("selling"):
        found = _secured(chosen) if chosen.secured else _table(chosen) if chosen.table else _sale(chosen)
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        from haircut.reports.liquidation_text import liquidation_text, secured_text, table_text

        if chosen.secured:
            text = secured_text(found)
        else:
            text = table_text(found) if chosen.table else liquidation_text(found, _program())
        print(text, file=sys.stderr)
    if chosen.svg:
        print(f"wrote {_draw(found, chosen.svg)}", file=sys.stderr)


def _refuse(chosen: Namespace) -> None:
    if chosen.secured:
        names = (
            "device",
            "units",
            "market",
            "months",
            "depth",
            "ltv",
            "case",
            "paths",
            "svg",
            "stress",
            "table",
        )
        given = [name for name in names if getattr(chosen, name)]
        if given or chosen.regime != "mix":
            raise UsageError(
                f"liquidate --secured: found {given[0] if given else 'regime'} too; expected BOOK alone, since each of "
                "its claims is sold as it stands, in today's market and in a stressed one"
            )
    elif chosen.table:
        given = [name for name in ("units", "months", "depth", "ltv", "case", "svg") if getattr(chosen, name)]
        if given or chosen.stress or chosen.regime != "mix":
            raise UsageError(
                f"liquidate --table: found --{given[0] if given else 'stress or --regime'}; expected DEVICE, --market, "
                "--paths and --seed alone, since the table has its own sizes, horizons and states"
            )
    elif chosen.device is None or chosen.units is None:
        raise UsageError(
            "liquidate: expected DEVICE and --units, such as `haircut liquidate h100-sxm --units 10000`, or --table"
        )


def _sale(chosen: Namespace) -> Any:
    import haircut as hc

    given = {"paths": chosen.paths, "ltvs": tuple(chosen.ltv) if chosen.ltv else None}
    return hc.liquidate(
        chosen.market,
        chosen.device,
        chosen.units,
        regime=chosen.regime,
        stress=chosen.stress,
        months=chosen.months,
        depth=chosen.depth,
        case=hc.load(chosen.case) if chosen.case else None,
        seed=chosen.seed,
        **{name: value for name, value in given.items() if value is not None},
    )


def _secured(chosen: Namespace) -> Any:
    from haircut.studies.liquidate import secured_claims

    return secured_claims(chosen.secured)


def _table(chosen: Namespace) -> Any:
    from haircut.studies.liquidate import haircut_table

    paths = {} if chosen.paths is None else {"paths": chosen.paths}
    return haircut_table(chosen.market, [chosen.device] if chosen.device else (), seed=chosen.seed, **paths)


def _program() -> str:
    return ".venv/bin/haircut" if Path(".venv/bin/haircut").exists() else "haircut"


def _draw(found: Any, path: str) -> Path:
    from haircut.reports.exhibits import liquidation_price_path
    from haircut.reports.picture import svg

    exhibit = liquidation_price_path.build(found)
    assert exhibit.chart is not None
    target = Path(path)
    target.write_text(svg(exhibit.chart, name=exhibit.name, title=exhibit.title), encoding="utf-8")
    return target

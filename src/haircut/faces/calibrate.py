"""`haircut calibrate`: fit a part of the market to the shipped history, or score bands out of sample."""

from __future__ import annotations

import datetime
import json
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from haircut.errors import UsageError

PARTS = ("rents", "launches", "network", "funding", "btc", "depth", "bands", "spreads")


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("part", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    made.add_argument(
        "--benchmarks", nargs=2, metavar="CASE", help="spreads: two cases whose quotes are fitted"
    )
    made.add_argument("--until", metavar="DATE", help="use nothing dated later (not for bands, spreads)")
    made.add_argument("--write", metavar="FOLDER", help="write the market overlay here (not for bands)")
    made.add_argument("--picture", metavar="FOLDER", help="write the pictures here, as SVG")


def calibrate(chosen: Namespace) -> None:
    """Print a calibration or the bands; write overlay and pictures where asked."""
    if chosen.part == "spreads":
        return _spreads(chosen)
    if chosen.benchmarks:
        raise UsageError(
            f"calibrate {chosen.part}: found --benchmarks; expected none, they belong to spreads"
        )
    from haircut.reports.calibration_chart import write_pictures
    from haircut.studies.calibrate import write_market

    found, pictures, shown = _bands(chosen) if chosen.part == "bands" else _fit(chosen)
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        print(shown, file=sys.stderr)
    written = [write_market(found, chosen.write)] if chosen.write else []
    written += write_pictures(pictures, chosen.picture) if chosen.picture else []
    for path in written:
        print(f"wrote {path}", file=sys.stderr)


def _spreads(chosen: Namespace) -> None:
    """theta and the premium for novelty from two quotes."""
    from haircut.faces.progress import Progress
    from haircut.reports.spreads_text import spreads_text
    from haircut.studies.calibrate.spreads import BENCHMARKS, spreads
    from haircut.studies.calibrate.spreads_file import write_spreads

    if chosen.until or chosen.picture:
        raise UsageError("calibrate spreads: found --until or --picture; expected neither")
    with Progress("fitting quotes"):
        found = spreads(chosen.benchmarks or BENCHMARKS)
    if chosen.json:
        print(json.dumps(found.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print(spreads_text(found), file=sys.stderr)
    if chosen.write:
        print(f"wrote {write_spreads(found, chosen.write)}", file=sys.stderr)


def _fit(chosen: Namespace) -> tuple[Any, tuple[Any, ...], str]:
    from haircut.reports.calibration_text import calibration_text
    from haircut.studies.calibrate import calibrate as fitted

    found = fitted(chosen.part, _day(chosen.until))
    return found, (found.picture,), calibration_text(found)


def _bands(chosen: Namespace) -> tuple[Any, tuple[Any, ...], str]:
    from haircut.reports.calibration_text import bands_text
    from haircut.studies.bands import bands

    if chosen.until or chosen.write:
        raise UsageError("calibrate bands: found --until or --write; expected neither, it writes no market")
    study = bands()
    return study, study.pictures, bands_text(study)


def _day(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"calibrate: found --until {text}; expected an ISO date such as 2024-10-01"
        ) from None

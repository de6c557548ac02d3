"""`haircut breakeven`, `mismatch` and `stress`: questions to the base case and to scenarios of one claim."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from haircut.faces.progress import Progress


def add_breakeven(made: ArgumentParser) -> None:
    """What the command takes beyond the case."""
    made.add_argument("--claim", metavar="ID", help="another claim than that of the case")
    made.add_argument(
        "--pair", nargs=2, metavar=("A", "B"), help="two inputs together: a line for each limit"
    )
    _svg(made)


def _svg(made: ArgumentParser) -> None:
    made.add_argument("--svg", metavar="FILE", help="write the picture here")


def breakeven(chosen: Namespace) -> None:
    """Levels of inputs at which the base case stops working."""
    from haircut.errors import UsageError
    from haircut.studies.breakeven import break_evens, contour

    if chosen.svg and not chosen.pair:
        raise UsageError("breakeven: found --svg without --pair; a picture is drawn of two inputs")
    asked: dict[str, Any] = {
        "overlays": chosen.overlay,
        "rent_basis": chosen.rent_basis,
        "claim": chosen.claim,
    }
    with Progress("solving"):
        found = (
            contour(chosen.case, chosen.pair, **asked) if chosen.pair else break_evens(chosen.case, **asked)
        )
    if chosen.pair:
        from haircut.reports.exhibits.break_even_contour import build as build_contour

        shown = build_contour(found)  # type: ignore[arg-type]
    else:
        from haircut.reports.exhibits.break_evens import build

        shown = build(found)  # type: ignore[arg-type]
    answer(chosen, found.as_dict(), "break-evens", found, [shown])


def add_mismatch(made: ArgumentParser) -> None:
    """What the command takes beyond the case."""
    made.add_argument("--claim", metavar="ID", help="another claim than that of the case")


def mismatch(chosen: Namespace) -> None:
    """The loan's life beside that of its contracts and machines."""
    from haircut.reports.exhibits.mismatch_table import build
    from haircut.studies.mismatch import mismatch as held

    with Progress("reading"):
        found = held(chosen.case, overlays=chosen.overlay, rent_basis=chosen.rent_basis, claim=chosen.claim)
    answer(chosen, found.as_dict(), "mismatch", found, [build(found)])


def add_stress(made: ArgumentParser) -> None:
    """What the command takes beyond the case."""
    made.add_argument("--claim", metavar="ID", help="another claim than that of the case")
    made.add_argument(
        "--scenario", action="append", default=[], metavar="NAME", help="named: this overlay; may be repeated"
    )
    made.add_argument("--paths", type=int, metavar="N", help="named: simulated paths (default: 4,096)")
    made.add_argument("--seed", type=int, metavar="N", help="seed of the random numbers")
    _svg(made)


def stress(chosen: Namespace) -> None:
    """Named scenarios, or the nearest joint move that breaks the loan."""
    from haircut.errors import UsageError

    asked: dict[str, Any] = {
        "overlays": chosen.overlay,
        "rent_basis": chosen.rent_basis,
        "claim": chosen.claim,
        "seed": chosen.seed,
    }
    if chosen.kind == "named":
        from haircut.reports.exhibits.named_stress import build
        from haircut.studies.stress import named

        with Progress("pricing scenarios") as progress:
            found = named(chosen.case, chosen.scenario, paths=chosen.paths, progress=progress.tell, **asked)
        return answer(chosen, found.as_dict(), "named scenarios", found, [build(found)])
    if chosen.scenario or chosen.paths or chosen.svg:
        raise UsageError(
            "stress reverse: found --scenario, --paths or --svg; expected none, they belong to named"
        )
    from haircut.reports.exhibits.reverse_stress import build as build_reverse
    from haircut.studies.stress import reverse

    with Progress("searching"):
        nearest = reverse(chosen.case, **asked)
    answer(chosen, nearest.as_dict(), "reverse stress", nearest, [build_reverse(nearest)])


def compare(chosen: Namespace) -> None:
    """The change between two recorded runs, by cause."""
    from haircut.reports.exhibits.run_comparison import build
    from haircut.studies.compare import compare as compared

    with Progress("comparing") as progress:
        found = compared(chosen.run, chosen.other, progress=progress.tell)
    chosen.overlay = []
    answer(chosen, found.as_dict(), "change", found, [build(found)])


def answer(chosen: Namespace, data: dict[str, Any], what: str, found: Any, exhibits: list[Any]) -> None:
    """Print a study as JSON or as a page, and its first picture where asked."""
    if chosen.json:
        print(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        from haircut.reports import numbers_in_print as print_
        from haircut.reports.exhibit_text import section

        parts = [f"{what} of {found.case}", *chosen.overlay, found.claim, f"as of {print_.date(found.as_of)}"]
        print("\n\n".join([" · ".join(parts), *map(section, exhibits)]), file=sys.stderr)
    if getattr(chosen, "svg", None):
        print(f"wrote {_draw(exhibits, Path(chosen.svg))}", file=sys.stderr)


def _draw(exhibits: list[Any], target: Path) -> Path:
    from haircut.errors import CannotCompute
    from haircut.reports.picture import svg

    drawn = next((each for each in exhibits if each.chart is not None), None)
    if drawn is None:
        raise CannotCompute("picture: nothing of this answer can be drawn")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg(drawn.chart, name=drawn.name, title=drawn.title) + "\n", "utf-8", newline="\n")
    return target

"""`haircut book`: the issuers of a book, one of them, what is rich or cheap, and the sector."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from haircut.faces.progress import Progress

PAGES = {
    "show": "every issuer: debt, coverage as a range, runway, maturity wall, health of a run",
    "issuer": "ISSUER: capital structure, wall, runway, double leverage, P(default) given falls of coin and rent",
    "rv": "every claim: quoted against fair",
    "sector": "the real spread, its mechanisms, the two dates, the walls",
}


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("page", choices=tuple(PAGES), metavar="PAGE", help=", ".join(PAGES))
    made.add_argument("case", metavar="BOOK", help="name of an example, a case folder, or a workbook (.xlsx)")
    made.add_argument("issuer", nargs="?", metavar="ISSUER", help="id of an issuer, of the page issuer only")
    made.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="NAME",
        help="lay this overlay over the book; may be repeated",
    )
    made.add_argument("--rent-basis", metavar="NAME", help="rent basis in place of the market's own")
    made.add_argument("--svg", metavar="FILE", help="draw the picture here (not of rv)")
    simulated = made.add_argument_group("of what is simulated")
    simulated.add_argument(
        "--paths",
        type=int,
        metavar="N",
        help="paths (default: 4,096; rv: the book's; sector: 2,048)",
    )
    simulated.add_argument("--seed", type=int, metavar="N", help="seed (default: the book's)")
    simulated.add_argument(
        "--threads", type=int, metavar="N", help="threads; the answer does not depend on them"
    )
    simulated.add_argument("--fresh", action="store_true", help="sector: compute even if the answer is kept")


def book(chosen: Namespace) -> None:
    """Open one page of a book."""
    from haircut.errors import UsageError

    if (chosen.issuer is None) != (chosen.page != "issuer"):
        raise UsageError(
            f"book {chosen.page}: {'takes no issuer' if chosen.issuer else 'name the issuer that is meant'}"
        )
    if chosen.fresh and chosen.page != "sector":
        raise UsageError(f"book {chosen.page}: --fresh is of sector only, nothing else is kept")
    if chosen.svg and chosen.page == "rv":
        raise UsageError("book rv: draws no picture")
    data, head, exhibits = _PAGES[chosen.page](chosen)
    if chosen.json:
        print(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False, default=str))
    else:
        from haircut.reports.exhibit_text import section

        parts = [head, *map(section, exhibits)]
        if chosen.page == "sector":
            parts = [*parts[:2], *_waterfall(data), *parts[2:], _next(chosen)]
        print("\n\n".join(parts), file=sys.stderr)
    if chosen.svg:
        print(f"wrote {_draw(exhibits, Path(chosen.svg))}", file=sys.stderr)


Page = tuple[dict[str, Any], str, list[Any]]


def _show(chosen: Namespace) -> Page:
    from haircut.reports.exhibits import book_health, book_issuers, maturity_wall

    found = _pages(chosen)
    data = found.as_dict()
    shown = [
        book_issuers.build(found),
        maturity_wall.build(data["maturity_wall"], "the book"),
        book_health.build(found),
    ]
    return data, _head(chosen, "issuers of", found.case, found.as_of, _how(found)), shown


def _issuer(chosen: Namespace) -> Page:
    from haircut.reports.exhibits import (
        book_health,
        capital_structure,
        default_given,
        liquidity_runway,
        maturity_wall,
    )

    found = _pages(chosen)
    page = found.issuers[0]
    data = page.as_dict()
    shown = [
        capital_structure.build(page),
        maturity_wall.build(data["maturity_wall"], f"{page.name}'s debt"),
        liquidity_runway.build(page),
        default_given.build(page),
        book_health.build_of(page, found),
    ]
    head = {"case": found.case, "as_of": found.as_of, "overlays": list(found.overlays)}
    data = {**head, "simulation": found.simulated_with, **data}
    return data, _head(chosen, f"{page.issuer} in", found.case, found.as_of, _how(found)), shown


def _pages(chosen: Namespace) -> Any:
    from haircut.studies.whole_book import show
    from haircut.studies.whole_book.given import PATHS

    with Progress("reading and simulating"):
        return show(
            chosen.case,
            chosen.overlay,
            chosen.rent_basis,
            chosen.issuer,
            PATHS if chosen.paths is None else chosen.paths,
            chosen.seed,
            chosen.threads,
        )


def _how(found: Any) -> str:
    return f"base case and {found.simulation.paths:,} paths under P"


def _rv(chosen: Namespace) -> Page:
    from haircut.reports.exhibits import relative_value as exhibit
    from haircut.studies.whole_book import relative_value

    with Progress("pricing the book") as progress:
        found = relative_value(chosen.case, progress=progress.tell, **_simulation(chosen))
    return (
        found.as_dict(),
        _head(chosen, "relative value of", found.case, found.as_of, f"{found.paths:,} paths"),
        [exhibit.build(found)],
    )


def _sector(chosen: Namespace) -> Page:
    from haircut.reports.exhibits import debt_wave, maturity_wall, real_spread, two_dates, utility_clothes
    from haircut.studies.whole_book import sector

    with Progress("pricing the sector") as progress:
        found = sector(chosen.case, progress=progress.tell, fresh=chosen.fresh, **_simulation(chosen))
    if found.found:
        print("found this answer, computed earlier; --fresh repeats it\n", file=sys.stderr)
    data = found.as_dict()
    shown = [
        real_spread.build(data),
        two_dates.build(data),
        maturity_wall.build(data["maturity_wall"]["all"], "the sector's debt"),
        debt_wave.build(data),
        utility_clothes.build(data),
    ]
    return (
        data,
        _head(chosen, "the sector in", data["case"], data["as_of"], f"{data['paths']:,} paths"),
        shown,
    )


def _waterfall(answer: dict[str, Any]) -> list[str]:
    """The bars of all claims together; none where nothing is covered."""
    from haircut.reports.exhibits.real_spread import waterfall_steps
    from haircut.reports.waterfall_text import waterfall_lines

    lines = waterfall_lines(waterfall_steps(answer, "all"))
    return ["\n".join(lines)] if lines else []


def _next(chosen: Namespace) -> str:
    """What to ask next."""
    import shlex

    from haircut.reports.terminal import program

    case = shlex.quote(chosen.case)
    return "\n".join(
        [
            f"next  {program()} book rv {case}",
            f"      {program()} book show {case}",
            f"      {program()} article {case}",
        ]
    )


_PAGES = {"show": _show, "issuer": _issuer, "rv": _rv, "sector": _sector}


def _simulation(chosen: Namespace) -> dict[str, Any]:
    return {
        "paths": chosen.paths,
        "seed": chosen.seed,
        "threads": chosen.threads,
        "rent_basis": chosen.rent_basis,
        "overlays": chosen.overlay,
    }


def _head(chosen: Namespace, what: str, case: str, as_of: str, how: str) -> str:
    from haircut.reports import numbers_in_print as print_

    return " · ".join([f"{what} {case}", *chosen.overlay, f"as of {print_.date(as_of)}", how])


def _draw(exhibits: list[Any], target: Path) -> Path:
    from haircut.errors import CannotCompute
    from haircut.reports.picture import svg

    drawn = next((each for each in exhibits if each.chart is not None), None)
    if drawn is None:
        raise CannotCompute("picture: nothing of this answer can be drawn")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg(drawn.chart, name=drawn.name, title=drawn.title) + "\n", "utf-8", newline="\n")
    return target

"""A market folder by itself, without a case."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from haircut.case.findings import Finding, one_of, show
from haircut.case.load import Files
from haircut.case.locate import example_folders
from haircut.case.market import Market
from haircut.case.market.check import market_findings
from haircut.case.market.units import unit_findings
from haircut.case.sentences import translate
from haircut.errors import InputRefused, Problem


def market_names() -> list[str]:
    """Names of the market folders that can be loaded by name, the latest first."""
    found = {
        file.parent.name for folder in example_folders() for file in folder.glob("markets/*/market.yaml")
    }
    return sorted(found, reverse=True)


def market_folder(path_or_name: str | os.PathLike[str] | None = None) -> Path:
    """The folder of a market: a path, a name such as ``2026-10-01``, or by default the latest by name.

    Raises:
        InputRefused: with the nearest valid name where there is no such market.
    """
    names = market_names()
    given = Path(path_or_name) if path_or_name is not None else Path(names[0] if names else "")
    for place in (given, *(folder / "markets" / given for folder in example_folders())):
        if (place / "market.yaml").is_file():
            return place
    expected = one_of("a market folder or the name of one", given.name, names)
    raise InputRefused([Problem("", 0, "market", show(str(given)), expected)])


def load_market(path_or_name: str | os.PathLike[str] | None = None) -> Market:
    """Reads a market folder; every check of a case's market is made.

    Args:
        path_or_name: as in `market_folder`.

    Raises:
        InputRefused: with every problem of every file, each with file, line and field.

    >>> load_market("2026-10-01").as_of.year
    2026
    """
    folder = market_folder(path_or_name)
    files = Files()
    parts = files.market(folder.parent, folder.name)
    findings: list[Finding] = []
    market: Market | None = None
    try:
        market = Market.model_validate(parts)
        read = {name: getattr(market, name) for name in Market.model_fields}
        findings += [*market_findings(read), *unit_findings(read)]
    except ValidationError as error:
        findings += translate(error, Market)
    problems = {
        *files.problems,
        *(files.places.problem(finding.below(("market",))) for finding in findings),
    }
    if problems or market is None:
        raise InputRefused(sorted(problems, key=lambda item: (item.file, item.line, item.path, item.found)))
    return market

"""A case folder and its market folder to a case."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from haircut.case.book import Book
from haircut.case.build import Places, build
from haircut.case.case import Case, Origin
from haircut.case.findings import Path as Keys
from haircut.case.findings import dotted, one_of, show
from haircut.case.locate import case_folder, shown
from haircut.case.market import Market
from haircut.case.yaml_reader import UNREAD, read_yaml
from haircut.errors import Problem

MARKET_HEAD = ("as_of", "name", "default_rent_basis")
"""The fields of a market that stand in `market.yaml`; every other field is a file of its own."""


def load(path_or_name: str | os.PathLike[str]) -> Case:
    """Reads a case: its folder or workbook, the market that it names, and nothing else; no file is written.

    Args:
        path_or_name: a case folder, its `case.yaml`, an Excel workbook (.xlsx), or the name of an example.

    Raises:
        InputRefused: with every problem of every file, each with file, line (or sheet and cell) and field.
    """
    from haircut.case.excel.safe_file import is_workbook

    if is_workbook(Path(path_or_name)):
        from haircut.case.excel.reader import load_workbook

        return load_workbook(Path(path_or_name))
    folder = case_folder(path_or_name)
    files = Files()
    data, market = files.mapping(folder / "case.yaml", ()), None
    if isinstance(data, dict):
        for name in ("book", "overlays"):
            if name in data:
                del data[name]
                files.refuse(
                    folder / "case.yaml", (name,), f"the field {show(name)}", f"a folder {name}/ beside it"
                )
        market = data.pop("market", None)
        data["book"] = files.book(folder / "book")
        data["market"] = files.market(folder, market)
    case = build(data if isinstance(data, dict) else {}, files.places, files.problems, units=True)
    place = folder / market if isinstance(market, str) else None
    return case.from_origin(Origin(folder.resolve(), None if place is None else place.resolve()))


class Files:
    """Reads files into places of a case and keeps what is wrong.

    Attributes:
        places: the file and line of every path read so far.
        problems: everything found so far.
    """

    def __init__(self) -> None:
        self.places = Places()
        self.problems: list[Problem] = []

    def refuse(self, file: Path, path: Keys, found: str, expected: str) -> None:
        line = self.places.lines.get(path, ("", 0))[1]
        self.problems.append(Problem(shown(file), line, dotted(path), found, expected))

    def read(self, file: Path, prefix: Keys) -> Any:
        document = read_yaml(file, shown(file))
        self.places.add(prefix, shown(file), document.lines)
        for problem in document.problems:
            path = dotted(prefix) if not problem.path else dotted(prefix) + _joint(prefix, problem.path)
            self.problems.append(Problem(problem.file, problem.line, path, problem.found, problem.expected))
        return document.data

    def mapping(self, file: Path, prefix: Keys) -> Any:
        data = self.read(file, prefix)
        if data is UNREAD or isinstance(data, dict):
            return data
        self.refuse(file, prefix, show(data), "a mapping of fields")
        return UNREAD

    def folder(
        self, folder: Path, model: type[Book] | type[Market], prefix: Keys, names: list[str]
    ) -> dict[str, Any]:
        """One file for each field in `names`; other YAML files are refused, other kinds are left alone."""
        parts: dict[str, Any] = {}
        for file in sorted(folder.iterdir()):
            if file.suffix not in (".yaml", ".yml") or file.name.startswith("."):
                continue
            if file.suffix == ".yml" or (file.stem not in names and file.name != "market.yaml"):
                valid = [f"{name}.yaml" for name in names]
                expected = one_of(f"a file of the folder {prefix[0]}", file.name, valid)
                self.problems.append(Problem(shown(file), 0, "", f"the file {show(file.name)}", expected))
        for name in names:
            file = folder / f"{name}.yaml"
            if file.exists():
                parts[name] = self.read(file, (*prefix, name))
            elif model.model_fields[name].is_required():
                parts[name] = UNREAD
                self.problems.append(
                    Problem(shown(file), 0, dotted((*prefix, name)), "no file", "this file (required)")
                )
        return parts

    def book(self, folder: Path) -> Any:
        if not folder.is_dir():
            self.problems.append(
                Problem(shown(folder), 0, "book", "no folder", "a folder with the files of the book")
            )
            return UNREAD
        if (folder / "market.yaml").exists():
            self.problems.append(
                Problem(
                    shown(folder / "market.yaml"),
                    0,
                    "",
                    "the file 'market.yaml'",
                    "no market in the folder book",
                )
            )
        return self.folder(folder, Book, ("book",), list(Book.model_fields))

    def market(self, folder: Path, written: Any) -> Any:
        """The market folder that case.yaml names, relative to the case folder."""
        own = folder / "case.yaml"
        if written is UNREAD:
            return UNREAD
        if not isinstance(written, str):
            self.refuse(
                own,
                ("market",),
                show(written),
                "the path of the market folder, such as ../markets/2026-10-01",
            )
            return UNREAD
        place = folder / written
        if not place.is_dir():
            options = (
                [item.name for item in place.parent.iterdir() if item.is_dir()]
                if place.parent.is_dir()
                else []
            )
            expected = one_of(f"a market folder of {shown(place.parent)}", place.name, options)
            self.refuse(own, ("market",), show(written), expected)
            return UNREAD
        parts = self.mapping(place / "market.yaml", ("market",))
        if not isinstance(parts, dict):
            parts = dict.fromkeys(MARKET_HEAD, UNREAD)
        for name in sorted(set(parts) & (set(Market.model_fields) - set(MARKET_HEAD))):
            del parts[name]
            self.refuse(
                place / "market.yaml", ("market", name), f"the field {show(name)}", f"a file {name}.yaml"
            )
        names = [name for name in Market.model_fields if name not in MARKET_HEAD]
        return {**parts, **self.folder(place, Market, ("market",), names)}


def _joint(prefix: Keys, path: str) -> str:
    return path if not prefix or path.startswith("[") else f".{path}"

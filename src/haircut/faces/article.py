"""`haircut article`: the article's twelve claims against a book, as a page in two languages."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any


def add_arguments(made: ArgumentParser) -> None:
    """What the command takes."""
    made.add_argument("case", metavar="BOOK", help="name of an example, a case folder, or a workbook (.xlsx)")
    made.add_argument(
        "--out",
        metavar="FOLDER",
        help="write article.md, article.uk.md, their pictures and article.json here",
    )
    made.add_argument("--paths", type=int, metavar="N", help="paths of each corner (default: 2,048)")
    made.add_argument("--seed", type=int, metavar="N", help="seed (default: the book's)")
    made.add_argument("--threads", type=int, metavar="N", help="threads; the answer does not depend on them")
    made.add_argument("--fresh", action="store_true", help="compute the sector even if its answer is kept")


def article(chosen: Namespace) -> None:
    """Test the claims; print the page, JSON, or write both."""
    from haircut.faces.progress import Progress
    from haircut.reports.article import page
    from haircut.studies.article import article as test

    with Progress("testing the article") as progress:
        found = test(
            chosen.case,
            paths=chosen.paths,
            seed=chosen.seed,
            threads=chosen.threads,
            progress=progress.tell,
            fresh=chosen.fresh,
        )
    register = found.as_dict()
    if chosen.out:
        for file in write(register, Path(chosen.out)):
            print(f"wrote {file}", file=sys.stderr)
    if chosen.json:
        print(json.dumps(register, indent=1, ensure_ascii=False, allow_nan=False))
    elif not chosen.out:
        print(page(register), file=sys.stderr)


def write(register: dict[str, Any], folder: Path) -> list[Path]:
    """Pages, pictures and numbers of a register; the files."""
    from haircut.reports.article import LANGUAGES, page, pictures
    from haircut.reports.article.page import FILES
    from haircut.reports.picture import svg

    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{FILES[language]}.md": page(register, language) for language in LANGUAGES}
    for language, (title, chart) in pictures(register).items():
        name = FILES[language]
        texts[f"{name}.svg"] = svg(chart, name=name.replace(".", "-"), title=title) + "\n"
    texts["article.json"] = json.dumps(register, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    return [folder / name for name in texts]

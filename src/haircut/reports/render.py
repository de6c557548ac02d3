"""One exhibit of a run, or a whole report, by name."""

from __future__ import annotations

import difflib
from pathlib import Path

from haircut.errors import UsageError
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import HasFolder, RunFrames

FORMATS = {"html": "memo.html", "pdf": "memo.pdf", "xlsx": "memo.xlsx", "parquet": "exhibits"}
"""What can be written, and its name in the run's folder."""


def exhibit(run: HasFolder | Path | str, name: str) -> Exhibit:
    """One exhibit of a run.

    Raises:
        UsageError: no exhibit has this name; the nearest one is given.
    """
    build = EXHIBITS.get(name)
    if build is None:
        near = difflib.get_close_matches(name, EXHIBITS, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"no exhibit {name!r}: {hint}there are {', '.join(EXHIBITS)}")
    return build(RunFrames.of(run))


def picture(run: HasFolder | Path | str, name: str, path: Path | str) -> Path:
    """Write the chart of one exhibit as SVG and return where it is.

    Raises:
        UsageError: no exhibit has this name, or it has no chart.
    """
    from haircut.reports.picture import svg

    built = exhibit(run, name)
    if built.chart is None:
        raise UsageError(f"exhibit {name!r} of this run has no chart")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg(built.chart, name=name, title=built.title) + "\n", encoding="utf-8", newline="\n")
    return target


def report(run: HasFolder | Path | str, to: str = "html", path: Path | str | None = None) -> Path:
    """Write the memo of a run and return where it is: `path`, or its name in the run's folder.

    Args:
        run: a recorded run, or its folder.
        to: html, pdf, xlsx, or parquet (a folder with one file for each exhibit).
        path: where to write, in place of the run's folder.

    Raises:
        UsageError: `to` is no format that is written here.
    """
    if to not in FORMATS:
        raise UsageError(f"no report format {to!r}: there is {', '.join(FORMATS)}")
    frames = RunFrames.of(run)
    target = Path(path) if path is not None else frames.folder / FORMATS[to]
    if to == "parquet":
        from haircut.reports.parquet import write_parquet

        return write_parquet(frames, target)
    content = _content(frames, to)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.write_bytes(content)
    draft.replace(target)
    return target


def _content(frames: RunFrames, to: str) -> bytes:
    if to == "pdf":
        from haircut.reports.paper import pdf

        return pdf(frames)
    if to == "xlsx":
        from haircut.reports.excel import workbook

        return workbook(frames)
    from haircut.reports.memo import page

    return page(frames).encode()

"""One exhibit of a run, or a whole report, by name."""

from __future__ import annotations

import difflib
from pathlib import Path

from haircut.errors import UsageError
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import HasFolder, RunFrames

FORMATS = ("html",)


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
    """Write the memo of a run and return where it is: `path`, or `memo.html` in the run's folder.

    Raises:
        UsageError: `to` is no format that is written here.
    """
    if to not in FORMATS:
        raise UsageError(f"no report format {to!r}: there is {', '.join(FORMATS)}")
    from haircut.reports.memo import page

    frames = RunFrames.of(run)
    target = Path(path) if path is not None else frames.folder / "memo.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    draft.write_text(page(frames), encoding="utf-8", newline="\n")
    draft.replace(target)
    return target

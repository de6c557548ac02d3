"""A run in the terminal: verdict, one table, LTVs as spark lines, where the memo is, what to try next.

Plain text, 100 columns, readable without colour.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Cell, Table
from haircut.reports.exhibits import health, result_table
from haircut.reports.exhibits.ltv_paths import BASES, Crossing, crossings, points
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import HasFolder, RunFrames

WIDTH = 100
SHOWN = (
    "fair_margin_bp",
    "fair_model_bp",
    "el_bp",
    "pd_3y",
    "pd_maturity",
    "lgd",
    "min_dscr",
    "over_lending_multiple",
)
BLOCKS = "▁▂▃▄▅▆▇█"
SPARK = 34
HIGHEST = 2.0  # LTV at which a spark line is full, so that the paper LTV keeps its shape
NAMES = {"book": "book", "market": "market", "nolv": "NOLV", "flv": "FLV"}


def summary(run: HasFolder | Path | str, memo: Path | None = None, asked: str = "") -> str:
    """The answer of one run on one screen."""
    frames = RunFrames.of(run)
    manifest = frames.manifest
    head = " · ".join(
        [
            f"haircut   {manifest['case']}",
            *manifest.get("overlays", ()),
            f"as of {print_.date(frames.as_of)}",
            f"run {frames.id}",
            f"{frames.paths:,} paths",
        ]
    )
    parts = [
        "\n".join(textwrap.wrap(head, WIDTH)),
        "\n".join(textwrap.wrap(frames.verdict, WIDTH)),
        _results(frames),
        "\n".join(_waterfall(frames)),
        "\n".join(ltv_lines(frames)),
        "\n".join(_next(frames, memo, asked)),
    ]
    return "\n\n".join(part for part in parts if part)


def _results(frames: RunFrames) -> str:
    exhibit = result_table.build(frames)
    assert exhibit.table is not None
    names = [f"measure:{name}" for name in SHOWN]
    kept = exhibit.table.frame.filter(exhibit.table.frame["target"].is_in(names))
    table = Table(kept, exhibit.table.columns, exhibit.table.scenario, exhibit.table.paths)
    rows = [[_plain(cell) for cell in row] for row in table.rows()]
    heads = ["", "building model", "haircut", "quoted"]
    lines = text_table(heads, rows, numeric=(False, True, True, True))
    error = frames.manifest.get("cash_error_usd")
    cash = "" if error is None else f"; cash conserved to {float(error):.0e} USD"
    left_open = health.line(frames)
    below = "\n" + textwrap.fill(left_open, WIDTH) if left_open else ""
    return f"{lines}\n{assumed_share(frames)}; ± one standard error{cash}{below}"


def _waterfall(frames: RunFrames) -> list[str]:
    from haircut.reports.exhibits.spread_waterfall import steps_of_run
    from haircut.reports.waterfall_text import waterfall_lines

    return waterfall_lines(steps_of_run(frames))


def _plain(cell: Cell) -> str:
    return f"{cell.text} ± {cell.error}" if cell.error else cell.text


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    """Columns two spaces apart, numbers right-aligned on their last digit; errors and ) hang to the right.

    >>> print(text_table(["", "bp"], [["fair", "443 ± 5"], ["gap", "(43) ± 5"]], [False, True]))
             bp
    fair   443  ± 5
    gap    (43) ± 5
    """
    columns = []
    for index, head in enumerate(heads):
        cells = [row[index] for row in rows]
        if not numeric[index]:
            width = max(len(cell) for cell in [head, *cells])
            columns.append([cell.ljust(width) for cell in [head, *cells]])
            continue
        bodies = [cell.partition(" ± ")[0] for cell in cells]
        tails = [cell.partition(" ± ")[2] for cell in cells]
        bodies = [body if body.endswith(")") else f"{body} " for body in bodies]
        wide = max(len(body) for body in bodies) if bodies else 0
        tail = max((len(text) + 3 for text in tails if text), default=0)
        wide = max(wide, len(head) + 1 - tail, 1)
        printed = [
            f"{body:>{wide}}{(' ± ' + text if text else '').ljust(tail)}"
            for body, text in zip(bodies, tails, strict=True)
        ]
        title = f"{head} ".rjust(wide).ljust(wide + tail) if len(head) < wide else head.rjust(wide + tail)
        columns.append([title, *printed])
    return "\n".join("  ".join(parts).rstrip() for parts in zip(*columns, strict=True))


def ltv_lines(frames: RunFrames) -> list[str]:
    """One spark line for each basis, on one scale, with the date on which it passes 100 %."""
    paths = {basis.key: points(frames, basis.key) for basis in BASES}
    values = [value for path in paths.values() for _, value in path]
    if not values:
        return ["LTV: n/a, no machines are pledged to this loan"]
    top = min(HIGHEST, max(1.0, *values))
    cut = ", higher is cut" if max(values) > top else ""
    passed = {crossing.basis.key: crossing for crossing in crossings(frames)}
    first = next(path for path in paths.values() if path)
    cells = min(SPARK, len(first))
    lines = [f"LTV to maturity, scale 0 to {100 * top:.0f} %{cut}"]
    for basis in BASES:
        path = [value for _, value in paths[basis.key]]
        if path:
            high = f"{100 * max(path):,.0f} % at most"
            line = (
                f"  {NAMES[basis.key]:<6} {spark(path, top, cells)}  {high}, {_passes(passed.get(basis.key))}"
            )
            lines.append(line)
    axis = f"{print_.month(first[0][0])}{print_.month(first[-1][0]):>{max(1, cells - 8)}}"
    return [*lines, f"  {'':<6} {axis}"]


def spark(values: Sequence[float], top: float, cells: int) -> str:
    """Unicode blocks on a scale from 0 to `top`, `cells` characters long.

    >>> spark([0.0, 0.5, 1.0], 1.0, 3)
    '▁▄█'
    """
    last = max(1, len(values) - 1)
    picked = (
        [values[round(index * last / max(1, cells - 1))] for index in range(cells)]
        if cells > 1
        else values[:1]
    )
    return "".join(BLOCKS[min(7, max(0, int(value / top * 7.999)))] for value in picked)


def _passes(crossing: Crossing | None) -> str:
    if crossing is None:
        return "never passes 100 %"
    if crossing.from_start:
        return f"over 100 % {f'until {print_.month(crossing.back)}' if crossing.back else 'to maturity'}"
    back = f", below {print_.month(crossing.back)}" if crossing.back else ""
    return f"passes 100 % {print_.month(crossing.date)}{back}"


def program() -> str:
    """How this shell calls haircut: by name where it is on the path, else by where it is installed."""
    if shutil.which("haircut"):
        return "haircut"
    installed = Path(sys.executable).parent / "haircut"
    try:
        return str(installed.relative_to(Path.cwd()))
    except ValueError:
        return str(installed) if installed.exists() else "haircut"


def _next(frames: RunFrames, memo: Path | None, asked: str) -> list[str]:
    case = shlex.quote(asked or str(frames.manifest["case"]))
    lines = [f"memo  {memo}"] if memo is not None else []
    commands = (
        f"{program()} explain {frames.id[:6]} fair_margin_bp",
        f"{program()} underwrite {case}",
        f"{program()} reprice {case} --rent-basis all",
    )
    return lines + [
        f"{'next' if index == 0 else '    '}  {command}" for index, command in enumerate(commands)
    ]

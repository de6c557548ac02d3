"""The drivers of a case: every exhibit of its portrait, and the page that the terminal prints."""

from __future__ import annotations

import textwrap
from pathlib import Path

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibit_text import section
from haircut.reports.exhibits import scenario_correlation, scenario_fan, scenario_joint_stress
from haircut.reports.terminal import WIDTH
from haircut.scenarios.portrait import Portrait


def exhibits(portrait: Portrait) -> tuple[Exhibit, ...]:
    """Joint stress first, since it is the answer; then correlations; then a fan for each driver."""
    return (
        scenario_joint_stress.build(portrait),
        scenario_correlation.build(portrait),
        *(scenario_fan.build(portrait, fan) for fan in portrait.fans),
    )


def text(portrait: Portrait) -> str:
    """The page in 100 columns."""
    head = " · ".join(
        [
            f"drivers of {portrait.case}",
            *portrait.overlays,
            f"as of {print_.date(portrait.as_of)}",
            f"{portrait.paths:,} paths",
            f"seed {portrait.seed}",
        ]
    )
    return "\n\n".join([textwrap.fill(head, WIDTH), *(section(each) for each in exhibits(portrait))])


def write_charts(portrait: Portrait, folder: Path | str) -> list[Path]:
    """Write every chart as SVG into a folder and return the files."""
    from haircut.reports.picture import svg

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for exhibit in exhibits(portrait):
        if exhibit.chart is not None:
            path = target / f"{exhibit.name}.svg"
            drawn = svg(exhibit.chart, name=exhibit.name, title=exhibit.title)
            path.write_text(drawn + "\n", encoding="utf-8", newline="\n")
            written.append(path)
    return written

"""Makes tables and pictures of calibration and bands: `.venv/bin/python docs/pictures/make_calibration.py`."""

from pathlib import Path

from haircut.reports import calibration_text as text
from haircut.reports.calibration_chart import write_pictures
from haircut.studies.bands import BandStudy, bands
from haircut.studies.calibrate import CALIBRATORS, Calibration, calibrate

DOCS = Path(__file__).resolve().parents[1]
MARK = "<!-- made by docs/pictures/make_calibration.py; do not edit below -->\n"


def part(found: Calibration) -> str:
    """One calibration: verdict, picture, tables."""
    rows = [
        [each.name, "" if each.default is None else text.number(each.default), "", each.why]
        for each in found.not_identified
    ]
    for row, each in zip(rows, found.not_identified, strict=True):
        row[2] = "" if each.low is None else f"{text.number(each.low)} to {text.number(each.high)}"
    checks = [[each.name, text.number(each.value), each.says] for each in found.diagnostics]
    return "\n\n".join(
        [
            f"## Results: {found.name}",
            f"{found.verdict} Sample {found.start} to {found.end}, n = {found.n:,}.",
            f"![{found.picture.title}](../pictures/{found.picture.name}.svg)",
            text.markdown(*text.estimate_table(found)),
            text.markdown(["not identified", "assumed", "range", "why"], rows),
            text.markdown(["check", "value", "says"], checks),
        ]
    )


def band_part(study: BandStudy) -> str:
    """Scores, percentiles, pictures, misses."""
    return "\n\n".join(
        [
            "## Coverage and scores",
            "Coverage in %. `score / walk` is the interval score of the 95 % band over the random walk's.",
            text.markdown(*text.score_table(study.scores)),
            *(f"![{each.title}](../pictures/{each.name}.svg)" for each in study.pictures),
            "## Percentiles of the episodes",
            text.markdown(*text.episode_table(study.episodes)),
            text.rebound_line(study),
            "## Not tested",
            text.markdown(["what", "why"], [list(each) for each in study.untested]),
            "## Every miss of a 95 % band",
            "\n".join(f"- {line}" for line in text.miss_lines(study.scores)),
        ]
    )


def fill(page: str, content: str) -> None:
    """Put the content below the mark of a page."""
    file = DOCS / "methods" / page
    head, mark, _ = file.read_text("utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{page}: expected the line {MARK}")
    file.write_text(f"{head}{MARK}\n{content}\n", "utf-8")


def main() -> None:
    """Fit, draw, fill."""
    fits = [calibrate(name) for name in CALIBRATORS]
    study = bands()
    write_pictures((*(fit.picture for fit in fits), *study.pictures), DOCS / "pictures")
    fill("calibration.md", "\n\n".join(part(fit) for fit in fits))
    fill("bands.md", band_part(study))


if __name__ == "__main__":
    main()

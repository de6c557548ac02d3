"""What a liquidation is worth where the resale market is a third as deep, and three times."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.ltv_paths import crossings
from haircut.reports.frames import DEPTH, HAIRCUT, HIDDEN, Found, RunFrames

MEASURES = (
    ("fair_margin_bp", "fair margin", "bp"),
    ("el_bp", "expected loss", "bp"),
    ("lgd", "LGD", "share"),
    ("nolv_ltv", "NOLV LTV today", "share"),
)
PASSES, BACK = "nolv_ltv_passes_100", "nolv_ltv_back_below_100"
SHALLOW, DEEP = "a third", "three times"


def build(run: RunFrames) -> Exhibit:
    """Fair margin, loss and the dates on which the orderly sale no longer repays, by depth."""
    known = run.scenarios_of(DEPTH)
    rows = [_row(run, "as the market says", HAIRCUT, *_own_dates(run))]
    for words, place in ((SHALLOW, 0), (DEEP, len(known))):
        scenario = f"{DEPTH}{words}"
        if words in known:
            dates = _date(run, run.measure(PASSES, scenario)), _date(run, run.measure(BACK, scenario))
            rows.insert(place, _row(run, words, scenario, *dates))
    columns = [Column("label", "depth of the market")]
    for name, header, unit in MEASURES:
        columns.append(Column(name, header, unit, f"{name}_error", f"{name}_reason", f"{name}_target"))
        if name == "fair_margin_bp":
            columns.append(Column("change", "change", "bp", "change_error", "change_reason"))
    columns += [Column("passes", "passes 100 %", "date"), Column("back", "back below", "date")]
    return Exhibit(
        "depth_of_the_market",
        _title(run),
        Table(
            pl.DataFrame(rows, infer_schema_length=None), tuple(columns), "haircut, by depth", run.paths, True
        ),
        notes=(
            "Depth is how many machines buyers take in a month. It is the least certain number of a "
            "liquidation, so every result of one is shown at a third and at three times it. The change of the "
            "margin is taken on the paths that both have in common; dates are those of NOLV LTV in the base case.",
        ),
        not_calculated=()
        if known
        else ("other depths, because this answer has no scenario with another depth.",),
    )


def _row(run: RunFrames, label: str, scenario: str, passes: str, back: str) -> dict[str, object]:
    change = _change(run, scenario)
    row: dict[str, object] = {
        "label": label,
        "row_paths": run.paths_of(scenario),
        "passes": passes,
        "back": back,
        "change": change[0],
        "change_error": change[1],
        "change_reason": "" if scenario == HAIRCUT else "missing_input",
    }
    for name, _, _ in MEASURES:
        row |= run.cells(name, scenario)
    return row


def _change(run: RunFrames, scenario: str) -> tuple[float | None, float | None]:
    """Change of the fair margin from the run's, on the paths that both have in common, and its error."""
    hidden = run.measure(HIDDEN, scenario)
    if hidden is None or hidden.value is None:
        return None, None
    return -hidden.value, hidden.std_error


def _own_dates(run: RunFrames) -> tuple[str, str]:
    own = next((crossing for crossing in crossings(run) if crossing.basis.key == "nolv"), None)
    if own is None:
        return "never", "never"
    return ("from the start" if own.from_start else own.date), own.back or "never"


def _date(run: RunFrames, found: Found | None) -> str:
    text = "" if found is None else found.text or ""
    return "from the start" if text[:10] == run.as_of[:10] else text


def _title(run: RunFrames) -> str:
    changes = [_change(run, f"{DEPTH}{words}") for words in (SHALLOW, DEEP)]
    said = []
    for words, (value, error) in zip(("A third of", "three times"), changes, strict=True):
        if value is None:
            return "The resale market's depth is the least certain number of a liquidation."
        spread = "" if error is None else f" ± {print_.error(error, 'bp')}"
        verb = "adds" if value >= 0.0 else "takes"
        size = f"{print_.number(abs(value), 'bp')}{spread} bp"
        said.append(f"{words} the depth {verb} {size}{' to' if value >= 0.0 else ' off'} the fair margin")
    return f"{said[0]}, {said[1].removesuffix(' the fair margin').removesuffix(' to')}."

"""How a number of a run arose."""

from __future__ import annotations

import difflib
import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from haircut.errors import InputRefused

if TYPE_CHECKING:
    from haircut.runs.run import Run

MOST_INPUTS = 14
_FIRST_OF_EACH = 3

_FORMS = {
    "bp": (0, 1.0, " bp"), "share": (1, 100.0, " %"), "x": (2, 1.0, "x"), "years": (2, 1.0, " years"),
    "months": (0, 1.0, " months"), "usd": (2, 1.0, " USD"),
}  # fmt: skip

_DRIVERS = (
    "book.claims[", "book.customers[", "book.contracts[", "market.compute.", "market.devices[",
    "book.fleets[", "market.rents[", "market.liquidation.",
)  # fmt: skip
_READS = {
    "Default and loss": _DRIVERS,
    "Margins and prices": ("market.compute.theta", *_DRIVERS, "market.rates.", "market.credit."),
    "The premium of ordinary credit": ("market.credit.",),
    "Cover and loan to value": (
        "book.claims[", "book.contracts[", "book.fleets[", "market.devices[", "market.rents[",
        "book.lender_case.",
    ),
}  # fmt: skip
_ORDER = {"assumed": 0, "estimated": 1, "observed": 2}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number and where it comes from.

    Attributes:
        run, claim, measure: which number.
        definition: in one sentence.
        equation: page and heading of `docs/methods`.
        row: as recorded (value, std_error, unit, exact, reason, text, paths).
        scenarios: the same measure in every scenario beside the run, rows of `all_measures`.
        inputs: that the measure reads first, assumed ones before estimated and observed ones.
        more_inputs: how many further ones the register holds.
        trace: where the rows behind the number are.
    """

    run: str
    claim: str
    measure: str
    definition: str
    equation: str
    row: dict[str, Any]
    scenarios: list[dict[str, Any]]
    inputs: list[dict[str, Any]]
    more_inputs: int
    trace: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `explain --json` prints them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __repr__(self) -> str:
        lines = [
            f"{self.measure} of {self.claim}, run {self.run}",
            f"  {in_print(self.row, spelt=True)}",
            f"  {self.definition}",
            f"  equation: {self.equation}",
            f"  rows: {self.trace}",
        ]
        lines += [f"  {row['scenario']:<26}{in_print(row, spelt=True)}" for row in self.scenarios]
        lines += [
            f"  {row['path']} = {row['value']} {row['unit'] or ''}".rstrip()
            + f" ({row['mark']}{'; ' + row['source'] if row['source'] else ''})"
            for row in self.inputs
        ]
        if self.more_inputs:
            lines.append(f"  and {self.more_inputs} more inputs in provenance.parquet")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def explain(run: Run, measure: str, claim: str | None = None) -> Explanation:
    """How one measure of a run arose.

    Args:
        run: recorded.
        measure: name in the catalogue.
        claim: id; by default the claim of the verdict.

    Raises:
        InputRefused: where the run records no such measure or claim, with the nearest spelling.
    """
    from haircut.pricing.measures import CATALOGUE

    claim = claim or run.claim
    row = run.row(measure, claim)
    if row is None:
        known = run.measures.filter(claim=claim)["measure"].to_list()
        if not known:
            claims = ", ".join(run.measures["claim"].unique(maintain_order=True))
            raise InputRefused(f"claim: found {claim!r}; expected one of {claims}")
        near = difflib.get_close_matches(measure, known, 1)
        hint = f"; nearest is {near[0]}" if near else f"; expected one of {', '.join(known)}"
        raise InputRefused(f"measure: found {measure!r}, which run {run.id} does not record{hint}")
    entry = CATALOGUE.get(measure)
    heading = entry.equation if entry else ""
    rows = _inputs(run, _READS.get(heading, ()))
    beside = run.all_measures.filter(measure=measure, claim=claim)
    trace = (
        f"ladder.parquet, claim {claim} (base case by month)"
        if row["exact"]
        else f"defaults.parquet and causes.parquet, claim {claim}; sums over {row['paths']:,} paths, "
        f"seed {run.manifest['seed']}"
    )
    return Explanation(
        run=run.id,
        claim=claim,
        measure=measure,
        definition=entry.sentence if entry else "Not in the catalogue of this version.",
        equation=f"docs/methods/measures.md, {heading}",
        row={name: value for name, value in row.items() if name not in ("scenario", "claim")},
        scenarios=[other for other in beside.iter_rows(named=True) if other["scenario"] != "haircut"],
        inputs=rows[:MOST_INPUTS],
        more_inputs=max(len(rows) - MOST_INPUTS, 0),
        trace=trace,
    )


def _inputs(run: Run, prefixes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Inputs in use below the prefixes, one for each source: assumed ones first, then by range.

    A value with parts, such as one by regime or a rating's row, stands once: its parts joined.
    """
    owners: dict[str, dict[str, Any]] = {}
    for row in run.provenance.filter(used=True).iter_rows(named=True):
        if not row["path"].startswith(prefixes):
            continue
        known = owners.setdefault(row["owner"], {**row, "path": row["owner"], "value": ""})
        known["value"] += f"{', ' if known['value'] else ''}{row['value']}"

    def place(row: dict[str, Any]) -> tuple[int, bool, int]:
        first = next(i for i, prefix in enumerate(prefixes) if row["path"].startswith(prefix))
        return _ORDER.get(row["mark"], 3), row["range_low"] is None, first

    ordered = sorted(owners.values(), key=place)
    # The first few of each kind come first, so that one long table does not hide the others.
    seen = dict.fromkeys(prefixes, 0)
    early: list[dict[str, Any]] = []
    late: list[dict[str, Any]] = []
    for row in ordered:
        prefix = next(prefix for prefix in prefixes if row["path"].startswith(prefix))
        seen[prefix] += 1
        (early if seen[prefix] <= _FIRST_OF_EACH else late).append(row)
    return early + late


def in_print(row: dict[str, Any], spelt: bool = False) -> str:
    """A row's value with its error, as printed: `443 ± 5`, `12.3 % ± 0.2 %`, `n/a (no_quote)`.

    Args:
        row: value, std_error, unit, reason and text as recorded.
        spelt: name the unit.

    >>> in_print({"value": 443.2, "std_error": 4.6, "unit": "bp", "reason": None, "text": None}, spelt=True)
    '443 ± 5 bp'
    >>> in_print({"value": 33.8, "std_error": 0.3, "unit": "bp", "reason": None, "text": None})
    '33.8 ± 0.3'
    >>> in_print({"value": None, "std_error": None, "unit": "bp", "reason": "no_quote", "text": None})
    'n/a (no_quote)'
    """
    if row["text"] is not None:
        return str(row["text"])
    value, error, unit = row["value"], row["std_error"], row["unit"]
    if value is None:
        return f"n/a ({row['reason']})"
    if value == 0.0 and error is None and row.get("measure", "").startswith("pd_"):
        return f"< 3 / {row['paths']:,}" if row.get("paths") else "< 3 / N"
    digits, scale, tail = _FORMS[unit]
    tail = tail if tail in ("x", " %") or spelt else ""
    if error is None:
        return f"{value * scale:,.{digits}f}{tail}"
    if 0.0 < error * scale < 0.5 * 10.0**-digits:  # an error that is there does not print as 0
        digits = min(digits + 2, math.ceil(-math.log10(error * scale)))
    return f"{value * scale:,.{digits}f} ± {error * scale:,.{digits}f}{tail}"

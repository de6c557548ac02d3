"""A recorded run: what a folder holds, read when asked for."""

from __future__ import annotations

import html
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.runs.folder import find, read_manifest

if TYPE_CHECKING:
    import polars as pl

    from haircut.runs.explain import Explanation

_HEADLINE = (
    ("fair_margin_bp", "margin, bp"),
    ("pd_3y", "PD, 3 years"),
    ("pd_maturity", "PD, to maturity"),
    ("lgd", "LGD"),
    ("el_bp", "expected loss, bp"),
)


class Run:
    """One recorded run.

    Attributes:
        folder: where it is recorded.
        found: whether it was there already, so that nothing was computed.
    """

    def __init__(self, folder: str | Path, found: bool = False) -> None:
        self.folder = Path(folder)
        self.found = found

    @classmethod
    def load(cls, name: str | Path) -> Run:
        """A recorded run by its folder or by the first digits of its id.

        Raises:
            InputRefused: where none or more than one begins so.
        """
        return cls(find(name), found=True)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Who, when, with what: see `docs/reference/runs.md`."""
        return read_manifest(self.folder)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that the inputs, the settings and the code decide."""
        return str(self.manifest["id"])

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        return str(self.manifest["verdict"])

    @property
    def claim(self) -> str:
        """The claim that the verdict is about."""
        return str(self.manifest["claim"])

    def _frame(self, name: str) -> pl.DataFrame:
        import polars

        return polars.read_parquet(self.folder / f"{name}.parquet")

    @cached_property
    def all_measures(self) -> pl.DataFrame:
        """Measures of the run and of every scenario beside it."""
        return self._frame("measures")

    @property
    def measures(self) -> pl.DataFrame:
        """Measures of the run itself, every claim."""
        return self.all_measures.filter(scenario="haircut").drop("scenario")

    @cached_property
    def ladder(self) -> pl.DataFrame:
        """The base case by claim and month."""
        return self._frame("ladder")

    @cached_property
    def fans(self) -> pl.DataFrame:
        """Mean and quantiles of sampled paths under P."""
        return self._frame("fans")

    @cached_property
    def provenance(self) -> pl.DataFrame:
        """Every input with its source."""
        return self._frame("provenance")

    @cached_property
    def defaults(self) -> pl.DataFrame:
        """First defaults by claim, month and measure."""
        return self._frame("defaults")

    @cached_property
    def causes(self) -> pl.DataFrame:
        """Defaults by proximate and root cause."""
        return self._frame("causes")

    @cached_property
    def health(self) -> pl.DataFrame:
        """What paths left unpaid, undrawn and shut in, and which values were cut; empty where nobody counted."""
        import polars

        from haircut.runs.tables import HEALTH_SCHEMA

        if not (self.folder / "health.parquet").is_file():
            return polars.DataFrame(schema=HEALTH_SCHEMA)
        return self._frame("health")

    def value(self, measure: str, claim: str | None = None, scenario: str = "haircut") -> float | str | None:
        """One value: a number, a text, or None where there is none.

        Args:
            measure: name in the catalogue.
            claim: id; by default the claim of the verdict.
            scenario: such as ``building`` or ``without:deflation``.
        """
        row = self.row(measure, claim, scenario)
        return None if row is None else row["value"] if row["text"] is None else row["text"]

    def row(self, measure: str, claim: str | None = None, scenario: str = "haircut") -> dict[str, Any] | None:
        """One row of `all_measures`, None where it is not recorded; arguments as `value`."""
        found = self.all_measures.filter(measure=measure, claim=claim or self.claim, scenario=scenario)
        return found.row(0, named=True) if found.height else None

    def as_dict(self) -> dict[str, Any]:
        """What `reprice --json` prints: the same call gives the same bytes, recorded or computed."""
        names = ("claim", "measure", "value", "std_error", "unit", "exact", "reason")
        rows = []
        for row in self.measures.iter_rows(named=True):
            row["value"] = row["value"] if row["text"] is None else row["text"]
            rows.append({name: row[name] for name in names})
        head = {name: self.manifest[name] for name in ("case", "as_of", "seed", "paths")}
        return {"run": self.id, **head, "verdict": self.verdict, "measures": rows}

    # --- the room above, reached by name: the one exception (docs/developing/architecture.md)

    def exhibit(self, name: str) -> Any:
        """One exhibit of this run, such as ``ltv_paths``.

        Raises:
            UsageError: where no exhibit has this name.
        """
        return import_module("haircut.reports").exhibit(self, name)

    def report(self, to: str = "html", path: str | Path | None = None) -> Path:
        """Write the memo and return where it is: `path`, or `memo.html` in the run's folder.

        Raises:
            UsageError: where the format is not written here.
        """
        written: Path = import_module("haircut.reports").report(self, to=to, path=path)
        return written

    def explain(self, measure: str, claim: str | None = None) -> Explanation:
        """How a number arose: definition, value, error, inputs with sources, the same in every scenario.

        Raises:
            InputRefused: where the run records no such measure, with the nearest name.
        """
        from haircut.runs.explain import explain

        return explain(self, measure, claim)

    # --- in print

    def headline(self) -> list[tuple[str, str, str, str]]:
        """The table building | haircut | quoted, as printed text."""
        rows = []
        for measure, title in _HEADLINE:
            quoted = _printed(self.row("quoted_margin_bp")) if measure == "fair_margin_bp" else ""
            rows.append(
                (title, _printed(self.row(measure, scenario="building")), _printed(self.row(measure)), quoted)
            )
        return rows

    def __repr__(self) -> str:
        lines = [
            f"{self.manifest['case']} · as of {self.manifest['as_of']} · run {self.id} · "
            f"{self.manifest['paths']:,} paths",
            self.verdict,
            f"{'':<20}{'building':>16}{'haircut':>16}{'quoted':>10}",
        ]
        lines += [
            f"{title:<20}{left:>16}{own:>16}{quoted:>10}" for title, left, own, quoted in self.headline()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        cells = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in self.headline()
        )
        head = "<tr><th></th><th>building</th><th>haircut</th><th>quoted</th></tr>"
        stamp = f"{self.manifest['case']} · as of {self.manifest['as_of']} · run {self.id}"
        return (
            f"<p>{html.escape(stamp)} · {self.manifest['paths']:,} paths</p>"
            f"<p><b>{html.escape(self.verdict)}</b></p><table>{head}{cells}</table>"
        )


def _printed(row: dict[str, Any] | None) -> str:
    from haircut.runs.explain import in_print

    return "n/a" if row is None else in_print(row)

"""A run's folder as frames: what the exhibits read, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import polars as pl

from haircut.reports import numbers_in_print as print_

if TYPE_CHECKING:
    from haircut.studies.attribute.attribution import Attribution

HAIRCUT: Final = "haircut"
BUILDING: Final = "building"
WITHOUT: Final = "without:"
CUSTOMER: Final = "customer:"
CASE: Final = "case:"
HIDDEN: Final = "hidden_bp"
DEPTH: Final = "depth:"


class HasFolder(Protocol):
    """Anything that knows where its run lies, such as `haircut.runs.Run`."""

    @property
    def folder(self) -> Path: ...


class Found(NamedTuple):
    """One measure of one scenario as recorded; `value` is None with a reason, or where it is text."""

    name: str
    value: float | None
    std_error: float | None
    unit: str | None
    exact: bool
    reason: str | None
    text: str | None


@dataclass(frozen=True)
class RunFrames:
    """The files of one run, read when first asked for."""

    folder: Path

    @classmethod
    def of(cls, run: HasFolder | Path | str) -> RunFrames:
        """The frames of a run, of its folder, or of anything that has a `folder`."""
        return cls(Path(run) if isinstance(run, str | Path) else Path(run.folder))

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return found

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        path = self.folder / "inputs.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return found

    @cached_property
    def all_measures(self) -> pl.DataFrame:
        return self._parquet("measures")

    @cached_property
    def ladder(self) -> pl.DataFrame:
        return self._parquet("ladder").filter(pl.col("claim") == self.claim).sort("month")

    @cached_property
    def fans(self) -> pl.DataFrame:
        return self._parquet("fans")

    @cached_property
    def causes(self) -> pl.DataFrame:
        return self._parquet("causes")

    @cached_property
    def health(self) -> pl.DataFrame | None:
        """What paths left open and which values were cut; None where the run did not count it."""
        return self._parquet("health") if (self.folder / "health.parquet").is_file() else None

    @cached_property
    def provenance(self) -> pl.DataFrame:
        return self._parquet("provenance")

    @cached_property
    def attribution(self) -> Attribution | None:
        """Shares of the four mechanisms; None where the run was never attributed."""
        from haircut.runs.kept_corners import corners_file

        place = corners_file(self.folder)
        if place is None:
            return None
        from haircut.studies.attribute.attribution import Attribution

        return Attribution.of(pl.read_parquet(place), self.claim)

    def _parquet(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / f"{name}.parquet")

    # --- what every page prints

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def claim(self) -> str:
        return str(self.manifest["claim"])

    @property
    def paths(self) -> int:
        return int(self.manifest["paths"])

    @property
    def as_of(self) -> str:
        return str(self.manifest["as_of"])

    @property
    def verdict(self) -> str:
        return str(self.manifest["verdict"])

    def paths_of(self, scenario: str) -> int:
        """Paths behind one scenario: those beside the run are simulated on fewer."""
        if "paths" in self.all_measures.columns:
            counts = self.all_measures.filter(pl.col("scenario") == scenario)["paths"]
            if counts.len():
                return int(counts[0])
        return self.paths

    def stamp(self, scenario: str = HAIRCUT, *, beside: bool = False) -> str:
        """As-of, currency, scenario, run, paths and the meaning of +-: the line under every table.

        Args:
            scenario: what the table is about.
            beside: whether it holds scenarios beside the run, which may have fewer paths.
        """
        basis = self.manifest.get("rent_basis")
        overlays = self.manifest.get("overlays") or ()
        parts = [
            f"as of {print_.date(self.as_of)}",
            "USD",
            f"scenario {' + '.join([scenario, *overlays])}",
            *([f"rent basis {basis}"] if basis else []),
            f"run {self.id}",
            f"{self._paths_words(beside)}, seed {self.manifest.get('seed')}",
            "± one standard error",
        ]
        return " · ".join(parts)

    def _paths_words(self, beside: bool) -> str:
        words = f"{self.paths:,} paths"
        counts = sorted({self.paths_of(scenario) for scenario in self.scenarios if scenario != HAIRCUT})
        if not beside or not counts or counts == [self.paths]:
            return words
        ends = " to ".join(f"{count:,}" for count in dict.fromkeys((counts[0], counts[-1])))
        return f"{words} (beside the run {ends})"

    # --- measures

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios recorded, in the order of the file."""
        return tuple(self.all_measures["scenario"].unique(maintain_order=True))

    def scenarios_of(self, prefix: str) -> tuple[str, ...]:
        """What follows `prefix` in the scenarios that begin with it, such as BB for `customer:BB`."""
        return tuple(name.removeprefix(prefix) for name in self.scenarios if name.startswith(prefix))

    @cached_property
    def _index(self) -> dict[tuple[str, str, str], Found]:
        return {
            (row["scenario"], row["claim"], row["measure"]): Found(
                row["measure"],
                row["value"],
                row["std_error"],
                row["unit"],
                bool(row["exact"]),
                row["reason"],
                row.get("text"),
            )
            for row in self.all_measures.iter_rows(named=True)
        }

    def measure(self, name: str, scenario: str = HAIRCUT, claim: str | None = None) -> Found | None:
        """One measure, or None where the run does not record it."""
        wanted = (scenario, claim or self.claim, name)
        found = self._index.get(wanted)
        if found is None and claim is None:
            # Another case, shown beside this one, has a claim of its own name.
            rest = [value for key, value in self._index.items() if (key[0], key[2]) == (scenario, name)]
            found = rest[0] if len(rest) == 1 else None
        return found

    def cells(self, name: str, scenario: str) -> dict[str, object]:
        """The cells of a measure in a row of a table: value, error, reason, whether exact, where it leads."""
        found = self.measure(name, scenario)
        return {
            name: found.value if found else None,
            f"{name}_error": found.std_error if found else None,
            f"{name}_reason": found.reason if found else "missing_input",
            f"{name}_exact": found.exact if found else True,
            f"{name}_target": f"measure:{name}",
        }

    def entity(self, kind: str, name: str) -> Mapping[str, Any]:
        """One entity of the recorded book, or an empty mapping."""
        entities = self.inputs.get("book", {}).get(kind, ())
        return next((entity for entity in entities if entity.get("id") == name), {})

    @cached_property
    def maturity(self) -> str:
        """Month end of the claim's maturity, ISO; without its terms, of the first month without a balance."""
        dates = [str(date)[:10] for date in self.ladder["date"]]
        stated = str(self.claim_terms.get("maturity_date", ""))
        paid = self.ladder.filter((pl.col("balance") < 1.0) & (pl.col("month") > 0))["date"]
        if stated:
            return next((date for date in dates if date >= stated), dates[-1])
        return str(paid[0])[:10] if len(paid) else dates[-1]

    @property
    def claim_terms(self) -> Mapping[str, Any]:
        return self.entity("claims", self.claim)

    def covenant(self, test: str) -> Mapping[str, Any] | None:
        """The claim's first covenant of one test."""
        found = [covenant for covenant in self.claim_terms.get("covenants", ()) if covenant["test"] == test]
        return found[0] if found else None

    def input_target(self, *parts: str) -> str:
        """Where an input's row of the register is: a recorded path that ends in these parts, or ""."""
        wanted = "." + ".".join(parts)
        for path in self.provenance["path"]:
            if ("." + path.replace("[", ".").replace("]", "")).endswith(wanted):
                return f"input:{path}"
        return ""


def measure_title(name: str) -> str:
    """A measure's name for a reader: `pd_loss_maturity` is `PD with loss, to maturity`."""
    return TITLES.get(name, name.replace("_", " "))


TITLES: Final[dict[str, str]] = {
    "fair_margin_bp": "fair margin",
    "fair_model_bp": "fair margin, no illiquidity premium",
    "quoted_margin_bp": "quoted margin",
    "rich_cheap_bp": "rich (−) / cheap (+)",
    "quote_kind": "kind of quote",
    "quote_date": "date of quote",
    "pd_1y": "PD, 1 year",
    "pd_3y": "PD, 3 years",
    "pd_maturity": "PD, to maturity",
    "pd_loss_maturity": "PD with loss above 1 %",
    "lgd": "LGD",
    "el_bp": "expected loss a year",
    "wal_years": "WAL",
    "min_dscr": "lowest DSCR",
    "llcr": "LLCR",
    "book_ltv": "LTV, book",
    "market_ltv": "LTV, market",
    "nolv_ltv": "LTV, orderly sale (NOLV)",
    "flv_ltv": "LTV, forced sale (FLV)",
    "over_lending_multiple": "over-lending multiple",
    "over_lending_same_tenor": "over-lending, same tenor",
    "implied_payback_years": "implied payback",
    "first_dscr_breach": "first DSCR breach",
    "tenor_years": "tenor",
    "llcr_with_reserve": "LLCR with reserves",
    "market_ltv_at_sale": "LTV, market, at executed prices",
    "nolv_ltv_at_mark": "LTV, NOLV, at the mark",
    "flv_ltv_at_mark": "LTV, FLV, at the mark",
    "pd_3y_q": "PD, 3 years, under Q",
    "pd_maturity_q": "PD, to maturity, under Q",
    "el_customer_bp": "expected loss, by customers",
    "el_collateral_bp": "expected loss, by collateral",
    "el_maturity_bp": "expected loss, by balloon",
    "el_margin_bp": "expected loss, by margin call",
    "el_other_bp": "expected loss, by other causes",
    "contractual_margin_bp": "contractual margin",
    "price": "price",
    "rpv01": "margin annuity",
    "ell_generic_bp": "premium of ordinary credit",
    "ell_generic_raw_bp": "premium before its floor",
    "cash_error_usd": "error of the cash identities",
    "drawn_usd": "drawn",
    "ead": "exposure at default",
    "fair_calibrated_bp": "fair margin, with the premium for novelty",
    "rich_cheap_calibrated_bp": "rich (−) / cheap (+) with the premium for novelty",
    "lgd_collateral": "LGD, collateral",
    "lgd_time": "LGD, time",
    "lgd_cost": "LGD, cost",
    "oas_bp": "option-adjusted spread",
    "cs01_usd": "fair margin 1 bp wider (CS01)",
    "ir01_usd": "forwards 1 bp higher (IR01)",
    "rent01_usd": "rents 1 % higher (rent01)",
    "resid01_usd": "prices of used machines 1 % higher (resid01)",
    "util01_usd": "utilisation 1 point higher (util01)",
    "btc_delta_usd": "bitcoin 1 % dearer",
    "self_consistent_bp": "margin that is fair when paid",
    "fair_advance_rate": "fair advance rate",
    "value_half_life_months": "half-life of the machines' value",
}

"""The memo: one HTML file that opens anywhere, fetches nothing, the same bytes for the same run."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from typing import Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.arose import arose_rows
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import HAIRCUT, RunFrames
from haircut.reports.html_parts import anchor, section

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
BESIDE: Final = ("cover_ratios",)
NAMES: Final = {
    "spread_waterfall": "waterfall",
    "customer_curves": "customers",
    "mechanisms": "mechanisms",
    "depth_of_the_market": "depth",
    "sources_and_uses": "sources and uses",
    "offtake": "offtake",
    "borrowing_base": "borrowing base",
    "coin_line": "coins",
    "recovery_by_rank": "recovery",
    "rent_fan": "rent",
    "term_strip": "term strip",
    "cover_ratios": "cover",
    "loans_side_by_side": "loans",
    "ladder": "year by year",
    "causes": "causes",
    "limits_of_the_model": "limits",
    "arose": "how each number arose",
    "sources_and_assumptions": "sources",
}


def page(run: RunFrames) -> str:
    """The whole memo as text."""
    shown = {name: build(run) for name, build in EXHIBITS.items()}
    known = _ids(run)
    manifest = run.manifest
    title = f"{manifest['case']} · haircut"
    first = "".join(section(shown[name], run, known) for name in ("ltv_paths", "result_table"))
    rest = []
    for name, exhibit in shown.items():
        if name in ("ltv_paths", "result_table") or exhibit.absent:
            continue
        if name == "sources_and_assumptions":
            rest.append(_arose(run))
        rest.append(_one(exhibit, run, known))
    links = " ".join(
        f'<a href="#{"arose" if key == "arose" else "x-" + key}">{escape(words)}</a>'
        for key, words in NAMES.items()
        if key not in shown or not shown[key].absent
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{escape(title)}</title>\n'
        f"<style>{_style()}</style></head>\n<body>\n"
        f"<header><b>haircut</b><span>{escape(_headline(run))}</span></header>\n<main>\n"
        f"<h1>{escape(run.verdict)}</h1>\n"
        f'<p class="lead">{escape(str(manifest["title"]))}. {escape(assumed_share(run))}. '
        f'Every figure of a table is a link to how it arose.</p>\n<nav aria-label="Exhibits">{links}</nav>\n'
        f'<div class="first">{first}</div>\n{chr(10).join(rest)}\n</main>\n{_footer(run)}\n</body></html>\n'
    )


def _style() -> str:
    text = files("haircut.reports").joinpath("memo.css").read_text("utf-8")
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _headline(run: RunFrames) -> str:
    manifest = run.manifest
    return " · ".join(
        [
            str(manifest["case"]),
            *manifest.get("overlays", ()),
            f"as of {print_.date(run.as_of)}",
            f"run {run.id}",
            f"{run.paths:,} paths",
        ]
    )


def _one(exhibit: Exhibit, run: RunFrames, known: frozenset[str]) -> str:
    ids = "path" if exhibit.name == "sources_and_assumptions" else None
    return section(exhibit, run, known, layout="beside" if exhibit.name in BESIDE else "stacked", ids=ids)


def _own_measures(run: RunFrames) -> pl.DataFrame:
    return run.all_measures.filter((pl.col("scenario") == HAIRCUT) & (pl.col("claim") == run.claim))


def _ids(run: RunFrames) -> frozenset[str]:
    """Every id that a figure may point to."""
    measures = [anchor(f"measure:{name}") for name in _own_measures(run)["measure"]]
    return frozenset(measures + [anchor(f"input:{path}") for path in run.provenance["path"]])


def _arose(run: RunFrames) -> str:
    """How each number arose: definition, value, error, n and the equation's page."""
    rows = [
        f'<tr id="{anchor("measure:" + row.name)}"><th scope="row">{escape(row.title)}</th>'
        f'<td class="n">{escape(row.said)}</td><td class="n">{row.n}</td>'
        f"<td>{escape(row.sentence)}</td><td>docs/methods/measures.md, {escape(row.equation)}</td></tr>"
        for row in arose_rows(run)
    ]
    heads = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{words}</th>'
        for words, number in (("measure", 0), ("value", 1), ("n", 1), ("definition", 0), ("equation", 0))
    )
    return (
        '<section id="arose"><h2>How each number arose.</h2><div class="box" tabindex="0" role="region" '
        f'aria-label="How each number arose"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{chr(10).join(rows)}</tbody>"
        f'</table></div><p class="stamp">{escape(run.stamp())}</p></section>'
    )


def _footer(run: RunFrames) -> str:
    manifest = run.manifest
    versions = ", ".join(
        f"{name} {version}" for name, version in sorted((manifest.get("versions") or {}).items())
    )
    parts = [
        run.stamp(),
        f"inputs {str(manifest.get('input_hash', ''))[:12]}, code {str(manifest.get('code_hash', ''))[:12]}",
        versions,
        "Shares in %, dollars in millions unless a column says otherwise. Research use, not advice.",
    ]
    return f"<footer>{'<br>'.join(escape(part) for part in parts if part)}</footer>"

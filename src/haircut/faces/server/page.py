"""The claim page and its tabs as text: the verdict, the exhibits of one answer, the sliders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Final
from urllib.parse import quote, urlencode

from haircut.faces.server.deal import Deal, LiveFrames
from haircut.faces.server.shell import downloads, header, shell, with_corner
from haircut.faces.server.sliders import Slider
from haircut.reports import numbers_in_print as print_
from haircut.reports.arose import said
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits import EXHIBITS, spread_waterfall
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import RunFrames, measure_title
from haircut.reports.html_parts import anchor, section
from haircut.reports.memo import _arose, _ids

PICTURES: Final = {
    "ltv_paths": EXHIBITS["ltv_paths"],
    "spread_waterfall": spread_waterfall.build,
    "cover_ratios": EXHIBITS["cover_ratios"],
}
TABS: Final = {
    "cash-flow": ("cash flow", "ladder"),
    "covenants": ("covenants", "cover_ratios"),
    "break-evens": ("break-evens", "rent_fan"),
    "sources": ("sources", "sources_and_assumptions"),
    "limits": ("limits", "limits_of_the_model"),
}
FIGURES: Final = ("fair_margin_bp", "quoted_margin_bp", "rich_cheap_bp", "pd_3y", "lgd", "el_bp", "min_dscr",
                  "llcr", "nolv_ltv")  # fmt: skip
VIEWS: Final = ("both", "wide", "narrow")
STEPS: Final = {
    "first": ("verdict", "assumed", "stamp", "figures", "ltv_paths"),
    "next": ("cover_ratios", "arose_part"),
    "beside": ("verdict", "spread_waterfall"),
    "all": (
        "verdict",
        "assumed",
        "stamp",
        "figures",
        "ltv_paths",
        "cover_ratios",
        "arose_part",
        "spread_waterfall",
    ),
}
"""What is redrawn together: first what a slider is moved for, then the rest of the page."""

State = Mapping[str, str]


def exhibit(name: str, frames: RunFrames) -> Exhibit:
    """One exhibit of the page by name; the caller has checked the name."""
    return (PICTURES.get(name) or EXHIBITS[name])(frames)


def query(state: State, **more: str) -> str:
    """A state as the end of an address."""
    pairs = {**state, **more}
    return f"?{urlencode(pairs)}" if pairs else ""


def address(deal: Deal, end: str = "") -> str:
    """Where a claim is found."""
    return f"/claims/{quote(deal.case.name, safe='')}/{quote(deal.claim, safe='')}{end}"


def claim_page(deal: Deal, state: State, frames: LiveFrames) -> str:
    """The whole page for one state."""
    manifest = frames.manifest
    shown = parts(deal, state, frames)
    head = " · ".join([deal.case.name, f"as of {print_.date(frames.as_of)}", f"{frames.paths:,} paths"])
    tabs = " ".join(
        f'<a href="{escape(address(deal, f"/{tab}") + query(state))}">{words}</a>'
        for tab, (words, _) in TABS.items()
    )
    body = (
        f"{header(head, 'claims')}\n<main>"
        f'<h1 id="verdict" aria-live="polite">{shown["verdict"]}</h1>'
        f'<p class="lead">{escape(str(manifest["title"]))}. <span id="assumed">{shown["assumed"]}</span>. '
        "Every figure is a link to how it arose.</p>"
        f'<div class="claim" data-base="{escape(address(deal))}">'
        f'<div id="ltv_paths" class="part">{shown["ltv_paths"]}</div>'
        f'<div class="side">{_controls(deal, state)}</div>'
        f'<div class="rest"><div id="figures" class="part">{shown["figures"]}</div>'
        f'<div id="spread_waterfall" class="part">{shown["spread_waterfall"]}</div>'
        f'<div id="cover_ratios" class="part">{shown["cover_ratios"]}</div></div></div>'
        f'<nav id="tabs" aria-label="More about this claim">{tabs}</nav>'
        f'<div id="arose_part" class="part">{shown["arose_part"]}</div></main>'
        f'<footer><span id="stamp">{shown["stamp"]}</span><br>Research use, not advice.</footer>'
    )
    return shell(f"{deal.case.name} · {deal.claim} · haircut", body, "page.js")


def parts(
    deal: Deal, state: State, frames: LiveFrames, view: str = "both", step: str = "all"
) -> dict[str, str]:
    """What a slider redraws, by id of the element that holds it.

    Args:
        deal: the claim.
        state: of its sliders.
        frames: the answer.
        view: of VIEWS; one width is drawn in half the time of both.
        step: of STEPS.
    """
    known = _ids(frames)

    def drawn(name: str) -> str:
        return _drawn(deal, state, frames, name, known, view)

    make: dict[str, Callable[[], str]] = {
        "verdict": lambda: escape(frames.verdict),
        "assumed": lambda: escape(assumed_share(frames)),
        "stamp": lambda: escape(frames.stamp()),
        "figures": lambda: _figures(deal, state, frames),
        "ltv_paths": lambda: drawn("ltv_paths"),
        "cover_ratios": lambda: drawn("cover_ratios"),
        "arose_part": lambda: _arose(frames),
        "spread_waterfall": lambda: (
            drawn("spread_waterfall") if frames.answer.beside else _waiting(deal, state)
        ),
    }
    return {name: make[name]() for name in STEPS[step]}


def _waiting(deal: Deal, state: State) -> str:
    """Where the waterfall will stand."""
    link = escape(address(deal) + query(state, mechanisms="1"))
    return (
        '<section class="waiting" data-waiting="1"><h2>What each mechanism hides</h2>'
        f'<p class="note"><a href="{link}">Run the five scenarios beside this one</a>.</p></section>'
    )


def _drawn(deal: Deal, state: State, frames: LiveFrames, name: str, known: frozenset[str], view: str) -> str:
    built = exhibit(name, frames)
    if view == "wide":
        built = replace(built, chart_narrow=None)
    elif view == "narrow":
        built = replace(built, chart=None)
    drawn = section(built, frames, known)
    return with_corner(drawn, downloads(built, address(deal, f"/{name}"), query(state)))


def _figures(deal: Deal, state: State, frames: LiveFrames) -> str:
    """The claim in nine numbers, each with where it stood today."""
    today = deal.now({}) if state else None
    rows = []
    for name in FIGURES:
        found = frames.measure(name)
        if found is None:
            continue
        before = today.measure(name) if today is not None else None
        was = f'<td class="was">{escape(said(before, today.paths))}</td>' if today and before else ""
        rows.append(
            f'<tr><th scope="row">{escape(measure_title(name))}</th><td><a href="#{anchor(f"measure:{name}")}">'
            f"{escape(said(found, frames.paths))}</a></td>{was}</tr>"
        )
    head = '<th scope="col">today</th>' if today else ""
    return (
        '<section><h2>The claim in numbers.</h2><table><thead><tr><th scope="col">measure</th>'
        f'<th scope="col">now</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></section>'
    )


def _controls(deal: Deal, state: State) -> str:
    rows = "".join(_slider(slider, state.get(slider.key, slider.today)) for slider in deal.sliders)
    twin, share = address(deal, ".json") + query(state), address(deal) + query(state)
    return (
        f'<form id="sliders" method="get" action="{escape(address(deal))}" aria-label="What if">'
        f"<h2>What if</h2>{rows}"
        '<noscript><p class="why">Sliders need this page\'s script; its addresses work without.</p></noscript>'
        '<p class="actions">'
        f'<a id="reset" href="{escape(address(deal))}">Reset to today</a> '
        f'<a id="share" href="{escape(share)}">Link to this view</a> <a id="twin" href="{escape(twin)}">JSON</a></p>'
        '<p id="status" role="status"></p></form>'
    )


def _slider(slider: Slider, value: str) -> str:
    key, label = escape(slider.key), escape(slider.label)
    if slider.missing:
        return (
            f'<div class="slider off"><span class="name">{label}</span> <span class="value">n/a</span>'
            f'<p class="why">{escape(slider.missing)}.</p></div>'
        )
    last = len(slider.stops) - 1
    at, today = slider.values.index(value), slider.values.index(slider.today)
    data = escape("|".join(slider.values))
    words = escape("|".join(text for _, text in slider.stops))
    note = f'<p class="why">{escape(slider.note)}.</p>' if slider.note else ""
    return (
        f'<div class="slider" data-key="{key}"><label class="name" for="s-{key}">{label}</label> '
        f'<output class="value" for="s-{key}">{escape(slider.words(value))}</output>'
        f'<input type="range" id="s-{key}" min="0" max="{last}" step="1" value="{at}" list="t-{key}" '
        f'data-values="{data}" data-words="{words}" data-today="{today}" '
        f'aria-valuetext="{escape(slider.words(value))}" aria-describedby="w-{key}">'
        f'<datalist id="t-{key}"><option value="{today}"></option></datalist>'
        f'<span class="today">today: {escape(slider.words(slider.today))}</span>'
        f'{note}<p class="why problem" id="w-{key}" hidden></p></div>'
    )


def tab_page(deal: Deal, state: State, frames: LiveFrames, tab: str) -> str:
    """One tab of a claim."""
    words, name = TABS[tab]
    known = _ids(frames) if name == "sources_and_assumptions" else frozenset[str]()
    ids = "path" if name == "sources_and_assumptions" else None
    built = exhibit(name, frames)
    corner = downloads(built, address(deal, f"/{name}"), query(state))
    others = " ".join(
        f'<a href="{escape(address(deal, f"/{other}") + query(state))}"'
        f"{' aria-current=page' if other == tab else ''}>{text}</a>"
        for other, (text, _) in TABS.items()
    )
    back = escape(address(deal) + query(state))
    drawn = section(built, frames, known, ids=ids)
    body = (
        f"{header(f'{deal.case.name} · as of {print_.date(frames.as_of)}', 'claims')}<main>"
        f'<h1>{escape(words.capitalize())}</h1><nav id="tabs" aria-label="About this claim">'
        f'<a href="{back}">claim</a> {others}</nav>{with_corner(drawn, corner)}</main>'
        f"<footer>{escape(frames.stamp())}</footer>"
    )
    return shell(f"{words} · {deal.case.name} · haircut", body)

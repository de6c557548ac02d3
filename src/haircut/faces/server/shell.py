"""One page around its body: head, the way to every other page, forms, downloads, what is running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from haircut.faces.server.fields import Field
from haircut.reports.exhibit_parts import Exhibit

SITE: Final = {
    "claims": "/",
    "book": "/book",
    "sector": "/sector",
    "relative value": "/relative-value",
    "contagion": "/contagion",
    "attribution": "/attribution",
    "stress": "/stress",
    "break-evens": "/break-evens",
    "liquidation": "/liquidation",
    "scenarios": "/scenarios",
    "backtest": "/backtest",
    "runs": "/runs",
    "sources": "/sources",
    "jobs": "/jobs",
}
"""Every page, by what a reader calls it; those of a case lead to the first one that fits."""


def shell(title: str, body: str, script: str = "", refresh: int = 0) -> str:
    """One page around its body.

    Args:
        title: of the window.
        body: header, main and footer.
        script: file of the page's script, or none.
        refresh: seconds after which a browser without scripts asks again; 0 never.
    """
    code = f'<script src="/static/{script}" defer></script>' if script else ""
    again = f'<noscript><meta http-equiv="refresh" content="{refresh}"></noscript>' if refresh else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="/static/memo.css">'
        f'<link rel="stylesheet" href="/static/page.css">{code}{again}</head>\n<body>{body}</body></html>\n'
    )


def header(stamp: str, here: str = "") -> str:
    """The line above a page and the way to the others.

    Args:
        stamp: what the page is about.
        here: name of this page in `SITE`.
    """
    links = " ".join(choice(where, name, name == here) for name, where in SITE.items())
    return (
        f'<header><b><a href="/">haircut</a></b><span>{escape(stamp)}</span></header>'
        f'<nav class="site" aria-label="Pages">{links}</nav>'
    )


def page(
    title: str, verdict: str, lead: str, body: str, *, stamp: str, here: str, foot: str = "", script: str = "",
    refresh: int = 0,
) -> str:  # fmt: skip
    """A page that opens with its sentence.

    Args:
        title: of the window.
        verdict: the sentence, as text.
        lead: what stands under it, as HTML.
        body: as HTML.
        stamp, here: see `header`.
        foot: method and sources, as text.
        script, refresh: see `shell`.
    """
    last = f"{escape(foot)}<br>" if foot else ""
    return shell(
        f"{title} · haircut",
        f'{header(stamp, here)}<main><h1 id="verdict">{escape(verdict)}</h1><p class="lead">{lead}</p>{body}</main>'
        f'<footer>{last}Research use, not advice. <a href="/elements">Elements of these pages</a></footer>',
        script,
        refresh,
    )


def query(pairs: Mapping[str, Any]) -> str:
    """Arguments as the end of an address."""
    plain = {name: in_address(value) for name, value in pairs.items() if value not in (None, "")}
    return f"?{urlencode(plain)}" if plain else ""


def in_address(value: Any) -> str:
    """One value as an address or a form has it.

    >>> in_address(True), in_address(10000.0), in_address(0.5), in_address("mix")
    ('yes', '10000', '0.5', 'mix')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def downloads(exhibit: Exhibit, base: str, end: str = "") -> str:
    """The files at an exhibit's corner.

    Args:
        exhibit: as shown.
        base: address of its files without their kind.
        end: the state, as the end of an address.
    """
    drawn = bool(exhibit.chart or exhibit.chart_narrow)
    kinds = (["svg", "png"] if drawn else []) + (["csv", "xlsx"] if exhibit.table else [])
    links = [f'<a href="{escape(f"{base}.{kind}{end}")}" download>{kind.upper()}</a>' for kind in kinds]
    links += [
        f'<a href="{escape(f"{base}.{kind}{end}")}">{words}</a>'
        for kind, words in (("json", "JSON"), ("html", "embed"))
    ]
    name = exhibit.name.partition("@")[0].replace("_", " ")
    return f'<p class="downloads"><span class="quiet">{escape(name)}</span> {" ".join(links)}</p>'


def choice(where: str, words: str, chosen: bool, more: str = "") -> str:
    """One of several links, of which one is where the reader is.

    Args:
        where: its address.
        words: as text.
        chosen: whether the reader is there.
        more: small words behind it, as text.
    """
    here = " aria-current=page" if chosen else ""
    small = f"<small> {escape(more)}</small>" if more else ""
    return f'<a href="{escape(where)}"{here}>{escape(words)}{small}</a>'


def choices(label: str, links: Iterable[str]) -> str:
    """Links beside each other."""
    return f'<nav class="choices" aria-label="{escape(label)}">{" ".join(links)}</nav>'


def box(label: str, heads: Iterable[str], rows: Iterable[str], numeric: tuple[str, ...] = ()) -> str:
    """A table that scrolls inside its own box.

    Args:
        label: what a screen reader says on entering it.
        heads: of the columns.
        rows: as HTML.
        numeric: heads that stand at the right.
    """
    made = "".join(
        f'<th scope="col"{" class=n" if head in numeric else ""}>{escape(head)}</th>' for head in heads
    )
    return (
        f'<div class="box" tabindex="0" role="region" aria-label="{escape(label)}"><table><thead><tr>{made}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def with_corner(section: str, corner: str) -> str:
    """A section with its downloads under its sentence."""
    return section.replace("</h2>", f"</h2>{corner}", 1)


def control(field: Field, value: Any, prefix: str = "") -> str:
    """One field of a form with its label."""
    name, label = f"{prefix}{field.name}", escape(field.label)
    shown = escape(in_address("" if value is None else value))
    if field.kind in ("choice", "yes"):
        options = field.options or ("no", "yes")
        chosen = "".join(
            f"<option{' selected' if option == in_address(value) else ''}>{escape(option)}</option>"
            for option in options
        )
        made = f'<select id="f-{name}" name="{field.name}">{chosen}</select>'
    elif field.kind in ("whole", "number"):
        step = "1" if field.kind == "whole" else "any"
        high = f' max="{in_address(field.high)}"' if field.high < 1e18 else ""
        made = (
            f'<input type="number" id="f-{name}" name="{field.name}" value="{shown}" step="{step}" '
            f'min="{in_address(field.low)}"{high} required>'
        )
    else:
        must = " required" if field.default is None else ""
        made = f'<input type="text" id="f-{name}" name="{field.name}" value="{shown}" maxlength="200"{must}>'
    unit = f' <span class="quiet">{escape(field.unit)}</span>' if field.unit else ""
    return f'<p class="field"><label for="f-{name}">{label}</label> {made}{unit}</p>'


def form(
    where: str, key: str, hidden: Mapping[str, str], fields: Iterable[str], button: str, label: str
) -> str:
    """A form that posts.

    Args:
        where: its address.
        key: of `Door.form_key`.
        hidden: what is sent unseen.
        fields: of `control`.
        button: its words.
        label: what a screen reader calls the form.
    """
    unseen = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {"form_key": key, **hidden}.items()
    )
    return (
        f'<form class="ask" method="post" action="{escape(where)}" aria-label="{escape(label)}">{unseen}'
        f'{"".join(fields)}<p class="field"><button>{escape(button)}</button></p></form>'
    )


def running(job: Mapping[str, Any], key: str) -> str:
    """A job on its way: progress, and how to stop it."""
    name, state = escape(str(job["id"])), str(job["state"])
    total, done = int(job["total"]), int(job["done"])
    bar = f'value="{done}" max="{total}"' if total else ""
    said = f"{job['what']}, {done:,} of {total:,}" if total else str(job["what"])
    seconds = "" if job["seconds"] is None else f" · {job['seconds']:.0f} s"
    if state in ("failed", "cancelled"):
        words = f"{state}: {job['detail']}" if job["detail"] else state
        return f'<section class="job" data-state="{state}"><h2>The last try {escape(words)}</h2></section>'
    stop = form(f"/jobs/{name}/cancel", key, {}, (), "Cancel", "Cancel this job")
    return (
        f'<section class="job" data-job="{name}" data-state="{state}"><h2>{state.capitalize()}.</h2>'
        f'<progress {bar} aria-label="How much is done"></progress>'
        f'<p class="note" role="status" data-words>{escape(said)}{seconds}</p>{stop}</section>'
    )

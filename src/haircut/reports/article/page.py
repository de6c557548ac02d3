"""The page of the article: the rule, one table, one section a claim; the same numbers in every language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from haircut.reports import numbers_in_print as print_
from haircut.reports.article.english import ENGLISH
from haircut.reports.article.ukrainian import UKRAINIAN
from haircut.reports.article.words import Words
from haircut.reports.exhibits.real_spread import waterfall_steps
from haircut.reports.exhibits.spread_waterfall import waterfall_chart

LANGUAGES: Final[Mapping[str, Words]] = {"en": ENGLISH, "uk": UKRAINIAN}
FILES: Final[Mapping[str, str]] = {"en": "article", "uk": "article.uk"}
"""Name of page and picture by language, without what they end in."""

_SHARES: Final = {
    "p05", "p50", "p95", "growth", "utility", "assumed", "coverage", "halls", "notes", "coins_and_rigs",
    "at_the_end", "haircut_95", "haircut_95_error", "advance",
}  # fmt: skip
_RENTS: Final = {"then", "now"}
_FACTORS: Final = {"coupling", "correlation"}
_BP: Final = {"bp", "bp_error", "quoted", "fair", "fair_error"}

Register = Mapping[str, Any]


def page(register: Register, language: str = "en") -> str:
    """The page as Markdown.

    Args:
        register: `haircut.studies.article.Register.as_dict`, or what was kept of it.
        language: a key of `LANGUAGES`.
    """
    words, file = LANGUAGES[language], FILES[language]
    counts = Counter(claim["verdict"] for claim in register["claims"])
    everything = next(row for row in register["real_spread"] if row["segment"] == "all")
    lead = words.lead.format(
        **{name: counts.get(name, 0) for name in words.verdicts},
        fair=print_.number(everything["fair_bp"], "bp"),
        error=_written(_error(everything["std_error"], "bp"), words),
        quoted=print_.number(everything["quoted_bp"], "bp"),
        building=print_.number(everything["base_bp"], "bp"),
    )
    parts = [
        f"# {words.title}",
        lead,
        f"![{words.picture}]({file}.svg)",
        words.source,
        words.rule.format(assumed=_written(print_.number(register["assumed_share"], "share"), words)),
        _table(register, words),
        *(_section(claim, words) for claim in register["claims"]),
        words.made.format(
            case=register["case"],
            as_of=register["as_of"],
            paths=_written(f"{register['paths']:,}", words),
            seed=register["seed"],
        ),
        f"    haircut article {register['case']} --out docs/cases",
        words.other,
    ]
    return "\n\n".join(parts) + "\n"


def pictures(register: Register) -> dict[str, tuple[str, dict[str, Any]]]:
    """Alternative text and Vega-Lite spec of the waterfall, by language; empty where nothing is covered."""
    steps = waterfall_steps(register, "all")
    if not steps:
        return {}
    found = {}
    for language, words in LANGUAGES.items():
        own = [step._replace(label=words.bars.get(step.label, step.label)) for step in steps]
        chart = waterfall_chart(own, wide=True, title=words.bars.get("margin, bp", "margin, bp"))
        if chart is not None:
            found[language] = (words.picture, chart)
    return found


def _table(register: Register, words: Words) -> str:
    lines = [f"| {' | '.join(words.heads)} |", f"|{' --- |' * len(words.heads)}"]
    for claim in register["claims"]:
        said = words.claims[claim["claim"]]
        first = claim["numbers"][0]
        cells = (
            str(claim["claim"]),
            said.says,
            said.figure,
            _short(first, words),
            words.verdicts[claim["verdict"]],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _section(claim: Mapping[str, Any], words: Words) -> str:
    said = words.claims[claim["claim"]]
    first, *others = claim["numbers"]
    lines = [
        f"## {claim['claim']}. {said.says}",
        f"**{words.verdicts[claim['verdict']].capitalize()}.** {_sentence(first, words)}",
    ]
    lines += [
        f"{words.beside} ({words.verdicts[each['verdict']]}): {_sentence(each, words)}" for each in others
    ]
    return "\n\n".join(lines)


def _short(number: Mapping[str, Any], words: Words) -> str:
    if number["value"] is None:
        return words.none
    text = _value(number["value"], number["unit"])
    if number["std_error"] is not None:
        text += f" ± {_error(number['std_error'], number['unit'])}"
    return words.units[number["unit"]].format(_written(text, words))


def _sentence(number: Mapping[str, Any], words: Words) -> str:
    name, unit = number["name"], number["unit"]
    known = {each: _value(number[each], unit) for each in ("value", "low", "high", "threshold")}
    known["error"] = _error(number["std_error"], unit)
    for word, value in number["words"].items():
        known[word] = _word(word, value, unit)
        if word.endswith("_usd"):
            known[f"{word}_m"] = "n/a" if value is None else f"{value / 1e6:,.1f}"
    template = words.numbers[f"{name}_none" if number["value"] is None else name]
    return template.format(**{each: _written(text, words) for each, text in known.items()})


def _written(text: str, words: Words) -> str:
    """A number as the language writes it; what is no number stays."""
    if not text or not text.lstrip("-")[:1].isdigit() or text.count("-") > 1:
        return text
    return "".join(words.punctuation.get(letter, letter) for letter in text)


def _word(name: str, value: Any, unit: str) -> str:
    if value is None:
        return print_.NOT_AVAILABLE
    if isinstance(value, str):
        return value
    if name.endswith("_usd"):
        return _value(value, "usd")
    if name.endswith("_error"):
        return _error(value, "share" if name in _SHARES else "bp")
    if name in _SHARES:
        return _value(value, "share")
    if name in _RENTS:
        return print_.number(value, "rent")
    if name in _FACTORS:
        return f"{value:g}"
    if name in _BP:
        return _value(value, "bp")
    return _value(value, unit) if name == "building" else print_.number(value, "count")


def _value(value: float | None, unit: str) -> str:
    """As in a table, with a minus sign, and dollars in billions."""
    if value is None:
        return print_.NOT_AVAILABLE
    if unit == "usd":
        return f"{value / 1e9:,.1f}"
    text = print_.number(value, unit)
    return f"-{text[1:-1]}" if text.startswith("(") else text


def _error(value: float | None, unit: str) -> str:
    return print_.NOT_AVAILABLE if value is None else print_.error(value, unit)

"""The studies of the workbench: what each is asked, how it is answered, which exhibits it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from haircut.errors import UsageError
from haircut.faces.server.fields import Field, read_fields

if TYPE_CHECKING:
    from haircut.case.case import Case
    from haircut.reports.exhibit_parts import Exhibit
    from haircut.runs.executor import Progress

THREADS: Final = 1
"""Of a study's process: a slider of the page keeps the other core."""


class Answer(NamedTuple):
    """What a study found: plain values, its exhibits, the sentence."""

    data: Mapping[str, Any]
    exhibits: tuple[Exhibit, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Study:
    """One study.

    Attributes:
        title: of its page.
        asks: the question in words.
        takes: how long, in words.
        fields: its arguments.
        answer: from a case (None where it needs none), the arguments and a progress to its answer.
        needs_case: whether it is about a case.
        command: the same on the command line, to be filled with the case's name.
    """

    title: str
    asks: str
    takes: str
    fields: tuple[Field, ...]
    answer: Callable[[Any, Mapping[str, Any], Progress], Answer]
    needs_case: bool = True
    command: str = ""


def _book(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from dataclasses import replace

    from haircut.reports.exhibits import (
        book_health,
        book_issuers,
        capital_structure,
        default_given,
        liquidity_runway,
        maturity_wall,
    )
    from haircut.studies.whole_book import show

    found = show(case, paths=asked["paths"], seed=asked["seed"], threads=THREADS)
    data = found.as_dict()
    exhibits = [
        book_issuers.build(found),
        maturity_wall.build(data["maturity_wall"], "the book"),
        book_health.build(found),
    ]
    for page, row in zip(found.issuers, data["issuers"], strict=True):
        own = [capital_structure.build(page)]
        if row["maturity_wall"]:
            own.append(maturity_wall.build(row["maturity_wall"], f"{page.name}'s debt"))
        own += [liquidity_runway.build(page), default_given.build(page), book_health.build_of(page, found)]
        exhibits += [replace(each, name=f"{each.name}@{page.issuer}") for each in own]
    return Answer(data, tuple(exhibits), exhibits[0].title)


def _relative_value(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import relative_value as exhibit
    from haircut.studies.whole_book import relative_value

    found = relative_value(case, asked["paths"], asked["seed"], THREADS, progress=progress)
    shown = exhibit.build(found)
    return Answer(found.as_dict(), (shown,), shown.title)


def _sector(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import debt_wave, maturity_wall, real_spread, two_dates, utility_clothes
    from haircut.studies.whole_book import sector

    data = sector(case, asked["paths"], asked["seed"], THREADS, progress=progress).as_dict()
    shown = (
        real_spread.build(data),
        two_dates.build(data),
        maturity_wall.build(data["maturity_wall"]["all"], "the sector's debt"),
        debt_wave.build(data),
        utility_clothes.build(data),
    )
    return Answer(data, shown, shown[0].title)


def _contagion(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import contagion_chains, contagion_cliff, contagion_matrix, contagion_tables
    from haircut.studies.contagion import contagion

    found = contagion(case, threads=THREADS, progress=progress, **asked)
    shown = [contagion_chains.build(found), contagion_matrix.build(found), contagion_tables.lenders(found)]
    if found.channels:
        shown.append(contagion_tables.channels(found))
    shown += [contagion_tables.standalone(found), contagion_cliff.build(found)]
    return Answer(found.as_dict(), tuple(shown), shown[0].title)


def _attribution(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import attribution_tables
    from haircut.studies.attribute import attribute

    found = attribute(case, asked["paths"], asked["seed"], THREADS, claim=asked["claim"], progress=progress)
    shown = attribution_tables.build(found, asked["paths"])
    return Answer(found.as_dict(), shown, shown[0].title)


def _stress(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import named_stress, reverse_stress
    from haircut.studies.stress import named, reverse

    found = named(case, paths=asked["paths"], seed=asked["seed"], claim=asked["claim"], progress=progress)
    progress("nearest breaking scenario", 0, 1)
    nearest = reverse(case, claim=asked["claim"], seed=asked["seed"])
    shown = (named_stress.build(found), reverse_stress.build(nearest))
    return Answer({"named": found.as_dict(), "reverse": nearest.as_dict()}, shown, shown[0].title)


def _break_evens(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import break_evens as exhibit
    from haircut.reports.exhibits import mismatch_table
    from haircut.studies.breakeven import break_evens
    from haircut.studies.mismatch import mismatch

    found, lives = break_evens(case, claim=asked["claim"]), mismatch(case, claim=asked["claim"])
    shown = (exhibit.build(found), mismatch_table.build(lives))
    return Answer({"break_evens": found.as_dict(), "mismatch": lives.as_dict()}, shown, shown[0].title)


def _scenarios(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.faces.scenarios import as_dict
    from haircut.reports.scenarios_page import exhibits
    from haircut.scenarios.portrait import portrait

    found = portrait(case, paths=asked["paths"], seed=asked["seed"])
    shown = exhibits(found)
    return Answer(as_dict(found), shown, shown[0].title)


def _liquidation(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import liquidation_price_path, liquidation_tables
    from haircut.studies.liquidate import liquidate

    found = liquidate(
        case.market, asked["device"], asked["units"], regime=asked["regime"], stress=asked["stress"], case=case,
        paths=asked["paths"],
    )  # fmt: skip
    shown = (liquidation_price_path.build(found), *liquidation_tables.build(found))
    return Answer(found.as_dict(), shown, found.sentence())


def _backtest(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.backtest_text import exhibits
    from haircut.studies.backtest import backtest

    draws = asked["draws"]
    found = backtest(case, asked["paths"], asked["seed"], THREADS, draws_of_inputs=draws, progress=progress)
    shown = exhibits(found)
    return Answer(found.as_dict(), shown, shown[0].title)


def _compare(case: None, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits.run_comparison import build
    from haircut.studies.compare import compare

    found = compare(asked["first"], asked["second"], THREADS, progress)
    shown = build(found)
    return Answer(found.as_dict(), (shown,), shown.title)


def _replay(case: None, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits.replayed import build
    from haircut.runs import replay

    found = replay(asked["run"], THREADS, progress)
    shown = build(found)
    return Answer(found.as_dict(), (shown,), shown.title)


def _reprice(case: Case, asked: Mapping[str, Any], progress: Progress) -> Answer:
    from haircut.reports.exhibits import result_table
    from haircut.reports.frames import RunFrames
    from haircut.runs import reprice

    run = reprice(case, asked["paths"], asked["seed"], THREADS, progress=progress, why=asked["why"] or None)
    return Answer(run.as_dict(), (result_table.build(RunFrames.of(run)),), run.verdict)


PATHS: Final = Field("paths", "paths", "whole", 2_048, 512, 100_000)
SEED: Final = Field("seed", "seed", "whole", 1, 0, 2**31 - 1)

STUDIES: Final[dict[str, Study]] = {
    "book": Study(
        "The book", "Who owes what, covered by which value, due when?", "about a minute",
        (PATHS, SEED), _book, command="haircut book show {case}",
    ),
    "relative_value": Study(
        "Relative value", "Which claims are rich, which are cheap?", "some minutes", (PATHS, SEED),
        _relative_value, command="haircut book rv {case}",
    ),
    "sector": Study(
        "The sector", "What is the real spread, and when does the credit cycle turn?", "one to five minutes",
        (Field("paths", "paths of each corner", "whole", 2_048, 512, 20_480), SEED), _sector,
        command="haircut book sector {case}",
    ),
    "contagion": Study(
        "Contagion", "Who takes whom down, for how much, through what?", "some minutes",
        (
            Field("month", "month of the forced default", "whole", 6, 1, 120),
            Field("paths", "paths", "whole", 1_000, 64, 20_480),
            SEED,
            Field("channels", "switch each channel off in turn", "yes", False),
        ),
        _contagion, command="haircut contagion {case}",
    ),
    "attribution": Study(
        "Attribution", "Which mechanism makes the margin what it is?", "a minute or two",
        (
            Field("claim", "claim", "name"),
            Field("paths", "paths of each corner", "whole", 10_240, 512, 50_000),
            SEED,
        ),
        _attribution, command="haircut attribute {case}",
    ),
    "stress": Study(
        "Stress", "What do named scenarios do to the loan, and what would it take to break it?", "a minute or two",
        (Field("claim", "claim", "name"), Field("paths", "paths", "whole", 4_096, 512, 50_000), SEED), _stress,
        command="haircut stress named {case}",
    ),
    "break_evens": Study(
        "Break-evens", "At which level of an input does the base case stop working?", "a minute",
        (Field("claim", "claim", "name"),), _break_evens, command="haircut breakeven {case}",
    ),
    "scenarios": Study(
        "Scenarios", "How do the drivers move, and do they fall together?", "ten seconds",
        (Field("paths", "paths", "whole", 20_480, 1_024, 102_400), SEED), _scenarios,
        command="haircut market scenarios {case}",
    ),
    "liquidation": Study(
        "Liquidation", "To whom, at what price, by when?", "some seconds",
        (
            Field("device", "device", "name", "h100-sxm"),
            Field("units", "units", "number", 10_000.0, 1.0, 1e8),
            Field("regime", "compute market", "choice", "mix", options=("mix", "glut", "balanced", "scarce")),
            Field("stress", "funding in stress", "yes", False),
            Field("paths", "paths", "whole", 20_480, 1_024, 102_400),
        ),
        _liquidation, command="haircut liquidate h100-sxm --units 10000",
    ),
    "backtest": Study(
        "Backtest", "What would have been said, and what came?", "some minutes",
        (
            Field("paths", "paths", "whole", 2_048, 512, 50_000),
            SEED,
            Field("draws", "draws of all assumptions", "whole", 8, 0, 200),
        ),
        _backtest, command="haircut backtest {case}",
    ),
    "reprice": Study(
        "Record a run", "What is the fair margin, with a run to keep?", "seconds for a loan, minutes for a book",
        (
            Field("paths", "paths", "whole", 20_000, 512, 200_000),
            SEED,
            Field("why", "why", "line", ""),
        ),
        _reprice, command="haircut reprice {case}",
    ),
    "compare": Study(
        "Compare two runs", "What moved since the last memo?", "a minute",
        (Field("first", "first run", "run"), Field("second", "second run", "run")),
        _compare, needs_case=False, command="haircut compare RUN RUN",
    ),
    "replay": Study(
        "Replay a run", "Does the run give the same bits today?", "a minute",
        (Field("run", "run", "run"),), _replay, needs_case=False, command="haircut replay RUN",
    ),
}  # fmt: skip
"""By name; the page of each is in `pages_of_studies.py`."""


def asked_of(study: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a question.

    Raises:
        UsageError: for a study that is not there, or an argument that does not fit.
    """
    if study not in STUDIES:
        raise UsageError(f"study: found {study[:40]!r}; expected one of {', '.join(STUDIES)}")
    return read_fields(STUDIES[study].fields, given)

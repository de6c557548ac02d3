"""Answers and runs that the pages of the tests paint from, made by the studies themselves on few paths.

    python -m tests.browser.kept

writes into the folder of runs. Each is what a job of the page would have kept.
"""

from __future__ import annotations

import time
from typing import Any, Final

import haircut as hc
from haircut.faces.server.desk import Desk
from haircut.faces.server.studies import STUDIES
from haircut.reports.kept_exhibits import write_exhibits
from haircut.runs.answers import keep_answer
from tests.browser.served import CASE

ASKED: Final[dict[str, dict[str, Any]]] = {
    "book": {"paths": 512},
    "relative_value": {"paths": 512},
    "sector": {"paths": 512},
    "contagion": {"paths": 64},
    "attribution": {"paths": 512},
    "scenarios": {"paths": 1024},
    "liquidation": {"paths": 1024},
}
PAGES: Final = {
    "book": f"/books/{CASE}/book?paths=512",
    "issuer": f"/books/{CASE}/issuers/coreweave?paths=512",
    "relative-value": f"/books/{CASE}/relative-value?paths=512",
    "sector": f"/books/{CASE}/sector?paths=512",
    "contagion": f"/books/{CASE}/contagion?paths=64",
    "attribution": f"/books/{CASE}/attribution?paths=512",
    "scenarios": f"/books/{CASE}/scenarios?paths=1024",
    "liquidation": f"/books/{CASE}/liquidation?paths=1024",
    "not-computed": f"/books/{CASE}/sector?paths=4096",
    "backtest": "/backtest",
    "runs": "/runs",
    "sources": f"/sources/{CASE}",
    "jobs": "/jobs",
    "elements": "/elements",
    "login": "/login",
    "front": "/",
}
"""Every page beside the claim page, by name; `run` is added once a run has its id."""


def make() -> None:
    """Answer every study once and record two runs."""
    desk = Desk({CASE: hc.load(CASE)})
    for study, asked in ASKED.items():
        question = desk.question(study, CASE, asked)
        started = time.perf_counter()
        found = STUDIES[study].answer(question.case, question.asked, lambda what, done, total: None)
        spent = time.perf_counter() - started
        keep_answer(
            question, found.data, found.verdict, spent, lambda at, e=found.exhibits: write_exhibits(e, at)
        )
    for seed in (1, 2):
        hc.reprice(CASE, paths=512, seed=seed, why="to be looked at")


if __name__ == "__main__":
    make()

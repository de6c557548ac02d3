"""One study in a process of its own: the question on standard input, progress on standard output, the answer kept.

The process is started by the server (`jobs.py`) as `python -m haircut.faces.server.work`. It runs at a lower priority
than the server, so that a slider is answered first, and stops when its server is gone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

from haircut.errors import HaircutError

NICER: Final = 10
EVERY_SECONDS: Final = 0.2


class Line:
    """Lines of JSON to the server, not more often than it can use them."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.said = 0.0

    def say(self, **content: Any) -> None:
        """Write one line; where nobody listens any more, stop at once, with every thread that still computes."""
        try:
            self.stream.write(json.dumps(content, ensure_ascii=False) + "\n")
            self.stream.flush()
        except BrokenPipeError:
            os._exit(1)

    def progress(self, what: str, done: int, total: int) -> None:
        """Called by the engine."""
        now = time.monotonic()
        if now - self.said >= EVERY_SECONDS or done >= total:
            self.said = now
            self.say(what=what.strip(), done=done, total=total)


def work(order: dict[str, Any], line: Line) -> None:
    """Answer one order and keep the answer.

    Args:
        order: study, asked, why, case (canonical text or null), folder and market (of the case's origin, or null).
        line: to the server.
    """
    from haircut.case.case import Case, Origin
    from haircut.faces.server.studies import STUDIES
    from haircut.reports.kept_exhibits import write_exhibits
    from haircut.runs.answers import Question, find_answer, keep_answer

    case = None
    if order["case"] is not None:
        folder, market = (None if order[name] is None else Path(order[name]) for name in ("folder", "market"))
        case = Case.model_validate_json(order["case"]).from_origin(Origin(folder, market))
    question = Question(order["study"], order["asked"], case)
    found = find_answer(question)
    if found is None or not found.of_today:
        started = time.perf_counter()
        answer = STUDIES[question.study].answer(case, question.asked, line.progress)
        line.say(what="drawing", done=0, total=1)
        keep_answer(
            question,
            answer.data,
            answer.verdict,
            time.perf_counter() - started,
            lambda target: write_exhibits(answer.exhibits, target),
            order["why"],
        )
    line.say(kept=question.name)


def main() -> int:
    """Read the order, do it, say what went wrong."""
    if hasattr(os, "nice"):
        os.nice(NICER)
    line = Line(sys.stdout)
    sys.stdout = sys.stderr  # what a library prints must not be taken for a line to the server
    try:
        work(json.loads(sys.stdin.readline()), line)
    except HaircutError as error:
        line.say(refused=str(error))
        return error.exit_code
    except Exception as error:
        line.say(defect=f"{type(error).__name__}: {error}"[:500])
        return 5
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Long runs: a queue of studies, each in a process of its own, with progress and cancel; answers outlive the server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from haircut.case import canonical
from haircut.runs.answers import Question, find_answer

State = Literal["queued", "running", "done", "failed", "cancelled"]
AT_ONCE: Final = 2
MOST_WAITING: Final = 16
MOST_REMEMBERED: Final = 200
STARTS: Final = 30
PER_SECONDS: Final = 60.0
LONGEST_SECONDS: Final = 4 * 3600.0


class TooManyJobs(Exception):
    """More jobs than are taken; says when to ask again."""

    def __init__(self, detail: str, after_seconds: int) -> None:
        super().__init__(detail)
        self.after_seconds = after_seconds


@dataclass
class Job:
    """One question on its way to an answer.

    Attributes:
        id: that of the answer: the same question has the same id, before and after.
        question: what is asked.
        why: the reason.
        state: queued, running, done, failed or cancelled.
        what, done, total: the last progress.
        detail: why it failed.
        asked_at, started_at, ended_at: seconds of the epoch.
    """

    id: str
    question: Question
    why: str | None
    state: State = "queued"
    what: str = "waits for a free place"
    done: int = 0
    total: int = 0
    detail: str = ""
    asked_at: float = field(default_factory=time.time)
    started_at: float | None = None
    ended_at: float | None = None
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")

    def as_dict(self) -> dict[str, Any]:
        """What `/jobs/ID.json` says."""
        end = self.ended_at or time.time()
        case = self.question.case
        return {
            "id": self.id,
            "study": self.question.study,
            "case": None if case is None else case.name,
            "asked": dict(self.question.asked),
            "state": self.state,
            "what": self.what,
            "done": self.done,
            "total": self.total,
            "detail": self.detail or None,
            "seconds": None if self.started_at is None else round(end - self.started_at, 1),
        }


class Jobs:
    """The queue. Two studies at once share the cores with the sliders; the rest waits its turn."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._starts: deque[float] = deque()
        self._at_once = at_once
        self._closed = False

    def start(self, question: Question, why: str | None = None) -> Job:
        """The job of a question: the one that is there where it has not failed, else a new one.

        Raises:
            TooManyJobs: where the queue is full, or too many were started in the last minute.
        """
        with self._lock:
            known = self._jobs.get(question.name)
            if known is not None and not (known.state in ("failed", "cancelled") or self._lost(known)):
                return known
            kept = find_answer(question)
            if kept is not None and kept.of_today:
                return self._remember(Job(question.name, question, why, "done", "kept", 1, 1))
            self._limit()
            job = self._remember(Job(question.name, question, why))
            self._waiting.append(job)
            self._next()
            return job

    def get(self, name: str) -> Job | None:
        """A job by its id."""
        with self._lock:
            return self._jobs.get(name)

    def of(self, question: Question) -> Job | None:
        """The job of a question, where there is one that is not done."""
        found = self.get(question.name)
        return None if found is None or found.state == "done" else found

    def listed(self) -> list[Job]:
        """All that are remembered, the latest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: -job.asked_at)

    def cancel(self, job: Job) -> None:
        """Stop a job; what it had not finished is gone, as nothing half is ever kept."""
        with self._lock:
            if job.over:
                return
            job.state, job.ended_at = "cancelled", time.time()
            if job in self._waiting:
                self._waiting.remove(job)
            if job.process is not None:
                job.process.kill()

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            self._closed = True
            for job in list(self._jobs.values()):
                self.cancel(job)

    # --- under the lock

    def _lost(self, job: Job) -> bool:
        """Whether a job is done and somebody has taken its answer away since."""
        return job.state == "done" and find_answer(job.question) is None

    def _limit(self) -> None:
        now = time.monotonic()
        while self._starts and now - self._starts[0] > PER_SECONDS:
            self._starts.popleft()
        if len(self._starts) >= STARTS:
            wait = int(PER_SECONDS - (now - self._starts[0])) + 1
            raise TooManyJobs(f"{STARTS} jobs were started in the last minute; ask again in {wait} s", wait)
        if len(self._waiting) >= MOST_WAITING:
            raise TooManyJobs(f"{MOST_WAITING} jobs are waiting; cancel one, or ask again later", 30)
        self._starts.append(now)

    def _remember(self, job: Job) -> Job:
        self._jobs.pop(job.id, None)
        self._jobs[job.id] = job
        over = [each.id for each in self._jobs.values() if each.over]
        for name in over[: max(0, len(self._jobs) - MOST_REMEMBERED)]:
            del self._jobs[name]
        return job

    def _next(self) -> None:
        while self._waiting and len(self._running) < self._at_once and not self._closed:
            job = self._waiting.popleft()
            self._running.append(job)
            job.state, job.started_at, job.what = "running", time.time(), "starts"
            job.process = subprocess.Popen(
                [sys.executable, "-m", "haircut.faces.server.work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            )  # fmt: skip
            threading.Thread(target=self._follow, args=(job, job.process), daemon=True).start()

    # --- one thread a running job

    def _follow(self, job: Job, process: subprocess.Popen[str]) -> None:
        clock = threading.Timer(LONGEST_SECONDS, process.kill)
        clock.daemon = True
        clock.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            with suppress(OSError), process.stdin as stdin:  # it may have died already: its code says so
                stdin.write(json.dumps(_order(job)) + "\n")
            for text in process.stdout:
                self._heard(job, json.loads(text))
        except (OSError, ValueError) as error:
            job.detail = job.detail or f"what its process said was not understood ({type(error).__name__})"
        finally:
            clock.cancel()
            process.stdout and process.stdout.close()
            code = process.wait()
            with self._lock:
                self._running.remove(job)
                if not job.over:
                    job.state, job.ended_at = "failed", time.time()
                    job.detail = job.detail or f"its process ended with code {code}; the server goes on"
                job.process = None
                self._next()

    def _heard(self, job: Job, said: Mapping[str, Any]) -> None:
        with self._lock:
            if job.over:
                return
            if "kept" in said:
                job.state, job.ended_at = "done", time.time()
                job.done = job.total = max(job.total, 1)
            elif "refused" in said or "defect" in said:
                job.detail = str(said.get("refused") or said.get("defect"))
                job.state, job.ended_at = "failed", time.time()
            else:
                job.what, job.done, job.total = str(said["what"]), int(said["done"]), int(said["total"])


def _order(job: Job) -> dict[str, Any]:
    case = job.question.case
    origin = None if case is None else case.origin
    return {
        "study": job.question.study,
        "asked": dict(job.question.asked),
        "why": job.why,
        "case": None if case is None else canonical(case),
        "folder": str(origin.folder) if origin and origin.folder else None,
        "market": str(origin.market) if origin and origin.market else None,
    }

"""Twenty readers and two jobs on one server: how long pages take, whether anything is lost, whether memory grows.

    python bench/load.py [SECONDS]

A reader asks for a page, looks at it for two seconds on average, and asks for the next; one of them moves sliders. Two
long jobs run all the time, one after the other. Fails where the 95th percentile of a page is over 300 ms, an answer is
a defect, a job or a run is lost, or the server's memory grows by more than a tenth in the second half.
"""

from __future__ import annotations

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
READERS: Final = 20
JOBS: Final = 2
LOOKS_SECONDS: Final = 2.0
PAGE_P95_SECONDS: Final = 0.300
LARGEST_GROWTH: Final = 0.10
KEPT: Final = {"liquidation": {"paths": 1024}, "scenarios": {"paths": 1024}, "attribution": {"paths": 512},
               "book": {"paths": 512}, "sector": {"paths": 512}}  # fmt: skip
PAGES: Final = (
    "/", "/runs", "/jobs", "/backtest", "/elements", f"/sources/{CASE}", f"/claims/{CASE}/{CLAIM}",
    f"/claims/{CASE}/{CLAIM}/cash-flow", f"/books/{CASE}/liquidation?paths=1024", f"/books/{CASE}/scenarios?paths=1024",
    f"/books/{CASE}/attribution?paths=512", f"/books/{CASE}/book?paths=512", "/jobs.json",
    f"/books/{CASE}/sector?paths=512", f"/books/{CASE}/liquidation.json?paths=1024",
)  # fmt: skip
MOVED: Final = ("depth", "power")
STOPS: Final = 4
"""Of a slider: so few that what the server remembers of them is full before memory is judged."""


class Desk:
    """A server of its own, asked over HTTP."""

    def __init__(self, runs: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = "from haircut.faces.cli import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", CASE, "--port", str(port)], stderr=subprocess.DEVNULL,
            env={**os.environ, "HAIRCUT_RUNS": str(runs)},
        )  # fmt: skip
        self.base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 600
        while time.monotonic() < until:
            try:
                self.get("/jobs.json")
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("load: the server did not start")

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[1])

    def ask(self, study: str, asked: dict[str, Any]) -> str:
        """Start a job; its id."""
        body = json.dumps({"study": study, "case": CASE, "asked": asked}).encode()
        request = urllib.request.Request(
            f"{self.base}/jobs", body, {"content-type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(json.loads(answer.read())["id"])

    def over(self, job: str, seconds: float) -> str:
        """The state of a job once it is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            state = str(self.json(f"/jobs/{job}.json")["state"])
            if state in ("done", "failed", "cancelled"):
                return state
            time.sleep(0.3)
        return "not over"

    @property
    def memory_bytes(self) -> int:
        """Resident memory of the server, its jobs not counted."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def main(seconds: float) -> int:
    """Load a server and judge it."""
    with tempfile.TemporaryDirectory() as place:
        desk = Desk(Path(place))
        try:
            found = loaded(desk, seconds)
        finally:
            desk.process.terminate()
            desk.process.wait(20)
    print(json.dumps(found, indent=1))
    return 1 if found["wrong"] else 0


def loaded(desk: Desk, seconds: float) -> dict[str, Any]:
    """What was measured."""
    for job in [desk.ask(study, asked) for study, asked in KEPT.items()]:
        assert desk.over(job, 600) == "done", job
    for path in PAGES:
        desk.get(path)
    twin = desk.json(f"/claims/{CASE}/{CLAIM}.json")
    moved = {each["key"]: each["values"][:STOPS] for each in twin["sliders"] if each["key"] in MOVED}
    pages: list[float] = []
    sliders: list[float] = []
    defects: list[str] = []
    asked: list[str] = []
    memory: list[int] = []
    stop = threading.Event()

    def read(number: int) -> None:
        chance = random.Random(number)
        while not stop.is_set():
            slides = number == 0
            path = chance.choice(PAGES)
            if slides:
                state = "&".join(f"{key}={chance.choice(stops)}" for key, stops in moved.items())
                path = f"/claims/{CASE}/{CLAIM}/parts?step=first&view=wide&{state}"
            started = time.perf_counter()
            try:
                status, body = desk.get(path)
            except OSError as error:
                defects.append(f"{path}: {error}")
                continue
            (sliders if slides else pages).append(time.perf_counter() - started)
            if status != 200 or not body:
                defects.append(f"{path}: {status}")
            stop.wait(chance.expovariate(1.0 / LOOKS_SECONDS))

    def work(number: int) -> None:
        seed = 1_000 * number
        while not stop.is_set():
            seed += 1
            job = desk.ask("reprice", {"paths": 20_000, "seed": seed})
            asked.append(job)
            while not stop.is_set() and desk.json(f"/jobs/{job}.json")["state"] in ("queued", "running"):
                stop.wait(0.5)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    threads += [threading.Thread(target=work, args=(number,)) for number in range(1, JOBS + 1)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(min(2.0, seconds / 20))
        memory.append(desk.memory_bytes)
    stop.set()
    for thread in threads:
        thread.join(120)
    states = {job: desk.over(job, 600) for job in asked}
    recorded = len(desk.json("/runs.json")["runs"])
    return judged(pages, sliders, defects, states, recorded, memory, seconds)


def judged(
    pages: list[float], sliders: list[float], defects: list[str], states: dict[str, str], recorded: int,
    memory: list[int], seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """Numbers in milliseconds and megabytes, and what is wrong."""
    half = len(memory) // 2
    first, last = statistics.median(memory[half : half + 5]), statistics.median(memory[-5:])
    growth = last / first - 1.0
    lost = [job for job, state in states.items() if state != "done"]
    p95 = quantile(pages, 0.95)
    wrong = [f"{len(defects)} answers were defects: {defects[:3]}"] if defects else []
    wrong += (
        [f"p95 of a page is {1e3 * p95:.0f} ms, over {1e3 * PAGE_P95_SECONDS:.0f}"]
        if p95 > PAGE_P95_SECONDS
        else []
    )
    wrong += [f"jobs are lost: {lost[:3]}"] if lost else []
    wrong += [f"{len(states)} runs were asked for, {recorded} are recorded"] if recorded < len(states) else []
    wrong += [f"memory grows by {100 * growth:.0f} % in the second half"] if growth > LARGEST_GROWTH else []
    return {
        "seconds": seconds, "readers": READERS, "pages": len(pages), "defects": len(defects),
        "page_p50_ms": round(1e3 * quantile(pages, 0.5)), "page_p95_ms": round(1e3 * p95),
        "page_max_ms": round(1e3 * max(pages)), "sliders": len(sliders),
        "slider_p50_ms": round(1e3 * quantile(sliders, 0.5)), "slider_p95_ms": round(1e3 * quantile(sliders, 0.95)),
        "jobs_done": len(states) - len(lost), "runs_recorded": recorded, "memory_mb": round(last / 2**20),
        "memory_growth_second_half": round(growth, 3), "load_average": [round(each, 1) for each in os.getloadavg()],
        "wrong": wrong,
    }  # fmt: skip


def quantile(values: list[float], share: float) -> float:
    """An order statistic."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 120.0))

"""Jobs: the same question is the same job, answers outlive the server, a process that dies takes nobody along."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from haircut.faces.server import jobs as queue
from haircut.faces.server.jobs import Jobs
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.kept_exhibits import write_exhibits
from haircut.runs.answers import find_answer, keep_answer, kept_answers
from tests.unit.faces.server.workbench import CASE, SALE, client_of, desk_of, over


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIRCUT_RUNS", str(folder))
        yield folder


@pytest.fixture(scope="module")
def desk(runs: Path) -> Iterator[Any]:
    made = desk_of()
    yield made
    made.jobs.close()


@pytest.fixture(scope="module")
def client(desk: Any) -> Any:
    return client_of(desk)


@pytest.fixture(scope="module")
def sale(client: Any) -> dict[str, Any]:
    """A sale that was asked for and is over."""
    answer = client.post("/jobs", json=SALE)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/jobs/{answer.json()['id']}.json"
    found = over(client, answer.json()["id"])
    assert found["state"] == "done", found
    return found


def test_the_same_question_is_the_same_job_and_is_computed_once(client: Any, sale: dict[str, Any]) -> None:
    again = client.post("/jobs", json=SALE).json()
    assert (again["id"], again["state"], again["seconds"]) == (sale["id"], "done", sale["seconds"])
    other = {**SALE, "asked": {"paths": 2048}}
    assert client.post("/jobs", json=other).json()["id"] != sale["id"]


def test_an_answer_outlives_its_server(runs: Path, sale: dict[str, Any]) -> None:
    fresh = client_of(desk_of())
    page = fresh.get(f"/books/{CASE}/liquidation?paths=1024")
    kept = next(each for each in kept_answers() if each.id == sale["id"])
    assert kept.manifest["verdict"] in page.text
    assert fresh.post("/jobs", json=SALE).json()["state"] == "done"


def test_the_page_has_exhibits_whose_files_open(client: Any, sale: dict[str, Any]) -> None:
    page = client.get(f"/books/{CASE}/liquidation?paths=1024").text
    links = re.findall(r'href="(/answers/[^"]+)"', page)
    assert {link.rpartition(".")[2] for link in links} == {"svg", "png", "csv", "xlsx", "json", "html"}
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert len(answer.content) > 40, link


def test_an_embedded_exhibit_may_be_framed_by_this_machine_and_has_no_form(
    client: Any, sale: dict[str, Any]
) -> None:
    answer = client.get(f"/answers/liquidation/{sale['id']}/liquidation_depths.html")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*" in policy
    assert "x-frame-options" not in answer.headers
    assert "<form" not in answer.text and "<script" not in answer.text


def test_the_twin_has_the_answer_and_its_exhibits(client: Any, sale: dict[str, Any]) -> None:
    found = client.get(f"/books/{CASE}/liquidation.json?paths=1024").json()
    assert found["answer"]["nolv_usd"] > found["answer"]["flv_usd"]
    assert found["kept"]["id"] == sale["id"]
    assert found["exhibits"][0]["name"] == "liquidation_price_path"
    assert client.get(f"/books/{CASE}/liquidation.json?paths=4096").json()["answer"] is None


def test_a_refusal_of_the_study_is_the_jobs_detail(client: Any) -> None:
    asked = {**SALE, "asked": {"paths": 1024, "units": 99_000_000}}
    found = over(client, client.post("/jobs", json=asked).json()["id"])
    assert found["state"] == "failed"
    assert "installed base" in found["detail"]
    page = client.get(f"/books/{CASE}/liquidation?paths=1024&units=99000000").text
    assert "The last try failed" in page


def started(desk: Any, name: str) -> Any:
    """The process of a job, once it has its turn."""
    until = time.monotonic() + 60
    while desk.jobs.get(name).process is None and time.monotonic() < until:
        time.sleep(0.02)
    return desk.jobs.get(name).process


def test_a_cancelled_job_is_gone_and_may_be_asked_again(client: Any, desk: Any) -> None:
    asked = {"study": "reprice", "case": CASE, "asked": {"paths": 150_000}}
    name = client.post("/jobs", json=asked).json()["id"]
    process = started(desk, name)
    found = client.post(f"/jobs/{name}/cancel", json={}).json()
    assert found["state"] == "cancelled"
    assert process.wait(10) == -signal.SIGKILL
    assert find_answer(desk.jobs.get(name).question) is None
    again = client.post("/jobs", json=asked).json()
    assert again["state"] in ("queued", "running")
    client.post(f"/jobs/{name}/cancel", json={})


def test_a_worker_killed_in_mid_run_leaves_the_server_and_every_answer(
    client: Any, desk: Any, runs: Path, sale: dict[str, Any]
) -> None:
    before = {each.id for each in kept_answers()}
    asked = {"study": "reprice", "case": CASE, "asked": {"paths": 140_000}}
    name = client.post("/jobs", json=asked).json()["id"]
    os.kill(started(desk, name).pid, signal.SIGKILL)
    found = over(client, name)
    assert (found["state"], "ended with code -9" in found["detail"]) == ("failed", True)
    assert {each.id for each in kept_answers()} == before
    assert client.get("/jobs").status_code == 200


def test_a_worker_whose_server_is_gone_stops(desk: Any, runs: Path) -> None:
    question = desk.question("reprice", CASE, {"paths": 130_000})
    worker = subprocess.Popen(
        [sys.executable, "-m", "haircut.faces.server.work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(json.dumps(queue._order(queue.Job(question.name, question, None))) + "\n")
    worker.stdin.close()
    assert "what" in json.loads(worker.stdout.readline())
    worker.stdout.close()
    assert worker.wait(60) == 1
    assert find_answer(question) is None


def test_a_full_queue_and_too_many_starts_are_refused(monkeypatch: pytest.MonkeyPatch, runs: Path) -> None:
    busy = desk_of()
    busy.jobs = Jobs(at_once=0)
    client = client_of(busy)
    monkeypatch.setattr(queue, "MOST_WAITING", 3)
    codes = [client.post("/jobs", json={**SALE, "asked": {"paths": 1100 + n}}).status_code for n in range(5)]
    assert codes == [202, 202, 202, 429, 429]
    monkeypatch.setattr(queue, "MOST_WAITING", 99)
    monkeypatch.setattr(queue, "STARTS", 4)
    answers = [client.post("/jobs", json={**SALE, "asked": {"paths": 1200 + n}}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 429, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"study": "nothing"}, 422),
        ({"study": "liquidation"}, 422),
        ({"study": "liquidation", "case": "nowhere"}, 404),
        ({"study": "liquidation", "case": CASE, "asked": {"units": "many"}}, 422),
        ({"study": "liquidation", "case": CASE, "asked": {"device": "h100"}}, 422),
        ({"study": "liquidation", "case": CASE, "asked": 3}, 422),
        ({"study": "liquidation", "case": CASE, "more": 1}, 422),
        ({"study": ["liquidation"], "case": CASE}, 422),
        ({"study": "attribution", "case": CASE, "asked": {"claim": "ddtl-9"}}, 422),
        ({"study": "compare", "asked": {"first": "../..", "second": "ab12"}}, 422),
        ({"study": "liquidation", "case": CASE, "why": "x" * 2_000}, 422),
    ],
)
def test_a_question_that_does_not_fit_is_refused(client: Any, sent: dict[str, Any], status: int) -> None:
    answer = client.post("/jobs", json=sent)
    assert answer.status_code == status, answer.text


def test_the_memo_of_a_book_is_made_of_the_answers_that_are_kept(client: Any, desk: Any, runs: Path) -> None:
    place = f"/books/{CASE}/files"
    assert client.get(f"{place}/memo.docx").status_code == 404
    assert client.get(f"{place}/memo.pdf").status_code == 422
    table = Table(
        pl.DataFrame({"what": ["a"], "value": [1.0]}), (Column("what", "what"), Column("value", "v", "bp"))
    )
    shown = (
        Exhibit("book_issuers", "Who owes what.", table),
        Exhibit("wall@coreweave", "Of one issuer.", table),
    )
    question = desk.question("book", CASE, {})
    keep_answer(question, {"issuers": []}, "Who owes what.", 1.0, lambda at: write_exhibits(shown, at))
    assert client.get(f"{place}/memo.pdf").content.startswith(b"%PDF")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{place}/memo.xlsx").content))
    assert book.sheet_names == ["contents", "book issuers", "wall coreweave"]
    assert f"{place}/memo.pdf" in client.get(f"/books/{CASE}/book").text


def test_a_kept_answer_is_found_by_its_id_and_where_it_was_asked_otherwise(
    client: Any, sale: dict[str, Any]
) -> None:
    page = client.get(f"/answers/liquidation/{sale['id']}")
    assert page.status_code == 200
    assert client.get(f"/answers/liquidation/{sale['id']}.json").json()["kept"]["id"] == sale["id"]
    other = client.get(f"/books/{CASE}/liquidation?paths=8192&units=5").text
    assert "no answer is kept" in other and f"/answers/liquidation/{sale['id']}" in other
    assert client.get("/answers/nothing/x").status_code == 404

"""The addresses as they describe themselves, asked at random: no answer is a defect, every answer is described."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

import haircut as hc
from haircut.faces.server.app import Desk, create_app
from haircut.faces.server.jobs import Jobs
from tests.browser.served import CASE

schemathesis = pytest.importorskip("schemathesis", reason="make install-dev installs it")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")

CALLS_IN_CI = 300
CALLS = int(os.environ.get("HAIRCUT_API_CALLS", CALLS_IN_CI))
PATHS = 512
OF_AN_OPERATION = 6
CHECKS = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
)


class Counted:
    """The application, with the status of every answer counted."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.statuses: Counter[int] = Counter()
        self.broken: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1
                if message["status"] >= 500:
                    self.broken.append(f"{scope['method']} {scope['path']}?{scope['query_string']!r}")
            await send(message)

        await self.app(scope, receive, answer)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIRCUT_RUNS", str(tmp_path_factory.mktemp("runs")))
        desk = Desk({CASE: hc.load(CASE)}, paths=PATHS)
        desk.jobs = Jobs(at_once=0)  # questions are taken and wait: what is asked here is the server
        desk.warm()
        hc.reprice(CASE, paths=PATHS, seed=1)
        yield Counted(create_app(desk))


@pytest.fixture(scope="module")
def schema(app: Counted) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers={"host": "127.0.0.1"})


def test_every_address_is_described_in_openapi_3_1_with_a_name_of_its_own(schema: Any) -> None:
    described = schema.raw_schema
    assert described["openapi"].startswith("3.1")
    names = [each["operationId"] for methods in described["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names)) > 40
    assert "start_job" in names and "show_study" in names


def test_no_question_breaks_the_server(app: Counted, schema: Any, capsys: pytest.CaptureFixture[str]) -> None:
    operations = [each.ok() for each in schema.get_all_operations()]
    turn = 0 if CALLS <= CALLS_IN_CI else secrets.randbelow(2**32)
    while sum(app.statuses.values()) < CALLS:
        turn += 1
        for operation in operations:

            @seed(turn)
            @settings(
                max_examples=OF_AN_OPERATION,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def ask(case: Any) -> None:
                answer = case.call(headers={"host": "127.0.0.1"})
                assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:300]}"
                case.validate_response(answer, checks=CHECKS)

            ask()
    with capsys.disabled():
        print(f"\n{sum(app.statuses.values())} calls: {dict(sorted(app.statuses.items()))}")
    assert app.broken == []
    assert app.statuses[200] > CALLS / 5, "most questions must reach a page"

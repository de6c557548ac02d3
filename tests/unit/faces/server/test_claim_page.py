"""The claim page: the address is the state, every answer is checked, nothing but loopback is answered."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

import haircut as hc
from haircut.errors import UsageError
from haircut.faces.serve import cases_of, loopback
from haircut.faces.server.app import Desk, create_app
from haircut.faces.server.sliders import sliders

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
BASE = f"/claims/{CASE}/{CLAIM}"


@pytest.fixture(scope="module")
def client() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient
    return TestClient(create_app(Desk({CASE: hc.load(CASE)})), base_url="http://127.0.0.1:8000")


@pytest.fixture(scope="module")
def today(client: Any) -> dict[str, Any]:
    return dict(client.get(f"{BASE}.json").json())


def fair(answer: dict[str, Any]) -> float:
    rows = [row for row in answer["measures"] if row["measure"] == "fair_margin_bp"]
    return float(rows[0]["value"])


def test_the_index_leads_to_the_claim(client: Any) -> None:
    assert f"/claims/{CASE}" in client.get("/").text
    answer = client.get(f"/claims/{CASE}", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == BASE


def test_the_page_opens_with_the_verdict_and_has_no_script_of_its_own_text(client: Any) -> None:
    page = client.get(BASE)
    assert page.status_code == 200
    assert "fair margin" in page.text.lower()
    assert "<script>" not in page.text
    assert "style=" not in page.text.replace("data-style=", "")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_twin_says_what_the_page_says(client: Any, today: dict[str, Any]) -> None:
    assert f"{fair(today):.0f} " in client.get(BASE).text


@pytest.mark.parametrize(
    ("query", "dearer"), [("customers=CCC", True), ("customers=BB", False), ("depth=3.00", False)]
)
def test_a_slider_moves_the_margin_the_way_it_must(
    client: Any, today: dict[str, Any], query: str, dearer: bool
) -> None:
    moved = fair(client.get(f"{BASE}.json?{query}").json())
    assert (moved > fair(today)) is dearer


def test_every_stop_of_every_slider_is_a_case() -> None:
    case = hc.load(CASE)
    for slider in sliders(case, CLAIM):
        assert slider.missing or slider.today in slider.values, slider.key
        for value in {slider.values[0], slider.values[-1]} if slider.values else ():
            hc.overlay(case, slider.change(value))


def test_parts_are_html_by_id(client: Any) -> None:
    answer = client.get(f"{BASE}/parts?customers=BB&view=wide").json()
    assert answer["parts"]
    assert all(isinstance(html, str) for html in answer["parts"].values())


@pytest.mark.parametrize("name", ["ltv_paths.svg", "ltv_paths.png", "ltv_paths.csv"])
def test_an_exhibit_downloads(client: Any, name: str) -> None:
    answer = client.get(f"{BASE}/{name}")
    assert answer.status_code == 200
    starts = {"svg": b"<svg", "png": b"\x89PNG", "csv": b""}
    assert answer.content.lstrip().startswith(starts[name.rpartition(".")[2]])
    assert len(answer.content) > 100


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{BASE}?deflation=7", 422),
        (f"{BASE}?nothing=1", 422),
        (f"{BASE}/parts?view=wider", 422),
        (f"/claims/{CASE}/ddtl-9", 404),
        ("/claims/../../etc/passwd", 404),
        ("/static/..%2f..%2fcli.py", 404),
        ("/nowhere", 404),
    ],
)
def test_a_wrong_address_is_a_problem(client: Any, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert json.loads(answer.text)["status"] == status


def test_another_host_name_is_refused(client: Any) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code >= 400


def test_nothing_can_be_posted(client: Any) -> None:
    assert client.post("/", content=b"x").status_code == 405


def test_only_loopback_is_listened_on() -> None:
    assert loopback("::1") == "::1"
    with pytest.raises(UsageError, match="loopback"):
        loopback("0.0.0.0")


def test_cases_are_named_once() -> None:
    with pytest.raises(UsageError, match="two cases"):
        cases_of([CASE, CASE])

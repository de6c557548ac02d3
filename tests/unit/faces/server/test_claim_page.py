"""The claim page: the address is the state, every answer is checked, nothing but loopback is answered."""

from __future__ import annotations

import html
import io
import json
import re
import warnings
from typing import Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

import haircut as hc
from haircut import credit
from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.faces.serve import cases_of, loopback
from haircut.faces.server.app import Desk, create_app
from haircut.faces.server.page import TABS
from haircut.faces.server.sliders import Slider, sliders
from haircut.runs import executor, live, tables

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
BASE = f"/claims/{CASE}/{CLAIM}"


@pytest.fixture(scope="module")
def client() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient
    desk = Desk({CASE: hc.load(CASE)})
    desk.warm()  # as `haircut serve` does: kernels may have to be compiled, and an answer has its time
    return TestClient(create_app(desk), base_url="http://127.0.0.1:8000")


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


def slider(case: Case, key: str) -> Slider:
    return next(each for each in sliders(case, case.claim) if each.key == key)


def test_the_page_has_every_slider_that_a_claim_may_have(client: Any) -> None:
    wanted = {"deflation", "launch", "btc", "g_c", "depth", "tenor", "advance", "customers", "renewal"}
    assert wanted <= {each.key for each in sliders(hc.load(CASE), CLAIM)}
    page = client.get(BASE).text
    assert "nothing in this book is paid in coins" in page
    assert client.get(f"{BASE}.json?btc=-0.50").status_code == 422


def test_a_book_that_mines_has_a_slider_of_the_coin() -> None:
    case = hc.load(CASE)
    rig = case.market.rigs[0].id
    fleets = tuple(fleet.model_copy(update={"device": rig}) for fleet in case.book.fleets)
    mining = case.model_copy(update={"book": case.book.model_copy(update={"fleets": fleets})})
    coin = slider(mining, "btc")
    assert not coin.missing
    path = hc.overlay(case, coin.change("-0.50")).scenario.btc_path
    assert path is not None
    assert [(level.month, level.factor) for level in path.levels] == [(1, 0.5)]
    assert hc.overlay(case, coin.change(coin.today)) == case


def test_a_contract_that_ends_sooner_leaves_machines_at_market_rent() -> None:
    case = hc.load(CASE)
    moved = hc.overlay(case, slider(case, "renewal").change("-24"))
    assert {each.end.year for each in moved.book.contracts} == {2028}
    today, early = (credit.base_case(credit.compile_book(each)) for each in (case, moved))
    for name, lines in today.borrower.items():
        fewer, more = (np.nansum(each["contract_revenue"]) for each in (early.borrower[name], lines))
        assert fewer < more


def test_an_answer_is_that_of_a_run_on_the_same_paths_bit_for_bit() -> None:
    case = live.live_case(hc.overlay(hc.load(CASE), {"scenario": {"rent_drift_shift": -0.1}}), 512)
    stated = credit.with_stated_schedule(credit.compile_book(case))
    answer = live.ask(stated, {})
    ordinary = executor.evaluate(stated)
    assert answer.own == tables.measure_rows("haircut", ordinary.measures(), 512)
    assert answer.ladder.equals(tables.ladder_frame(ordinary))


def test_parts_are_html_by_id(client: Any) -> None:
    answer = client.get(f"{BASE}/parts?customers=BB&view=wide").json()
    assert answer["parts"]
    assert all(isinstance(html, str) for html in answer["parts"].values())


def opened(content: bytes, kind: str) -> object:
    """What a reader's program makes of a file; it raises where the file does not open."""
    if kind == "svg":
        return ElementTree.fromstring(content)
    if kind == "png":
        picture = Image.open(io.BytesIO(content))
        picture.load()
        return picture.size
    if kind == "csv":
        return pl.read_csv(io.BytesIO(content), infer_schema_length=None).columns
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_every_download_of_the_page_and_its_tabs_opens(client: Any) -> None:
    pages = [BASE, *(f"{BASE}/{tab}" for tab in TABS)]
    text = "".join(client.get(page, params={"mechanisms": "1"}).text for page in pages)
    links = {html.unescape(link) for link in re.findall(r'<a href="([^"]+)" download>', text)}
    kinds = {link.partition("?")[0].rpartition(".")[2] for link in links}
    assert kinds == {"svg", "png", "csv", "xlsx"}
    for link in sorted(links):
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert "attachment" in answer.headers["content-disposition"]
        assert opened(answer.content, link.partition("?")[0].rpartition(".")[2]), link


def test_a_workbook_has_the_numbers_of_the_csv_and_where_they_come_from(client: Any) -> None:
    rows = opened(client.get(f"{BASE}/ladder.xlsx").content, "xlsx")
    assert isinstance(rows, list)
    frame = pl.read_csv(io.BytesIO(client.get(f"{BASE}/ladder.csv").content), infer_schema_length=None)
    numbers = {cell for row in rows for cell in row if isinstance(cell, float)}
    own = [value for value in frame["balance"].to_list() if value]
    assert own and set(own) <= numbers
    assert any("2,000 paths" in str(cell) for row in rows for cell in row)


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

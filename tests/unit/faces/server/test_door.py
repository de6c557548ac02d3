"""Who may ask: loopback without a login, elsewhere a token; a form comes from a page of the same session."""

from __future__ import annotations

import hmac
import re
from typing import Any

import pytest

from haircut.errors import UsageError
from haircut.faces.cli import main
from haircut.faces.serve import loopback
from haircut.faces.server import door as doors
from haircut.faces.server.door import COOKIE, Door
from tests.unit.faces.server.workbench import CASE, SALE, client_of, desk_of

TOKEN = "a-token-of-a-team-that-nobody-guesses-0123"
HOST = {"host": "desk.example"}


@pytest.fixture(scope="module")
def client() -> Any:
    return client_of(desk_of())


@pytest.fixture
def locked() -> Any:
    return client_of(desk_of(Door(TOKEN, ("desk.example",))), "http://desk.example")


def form_key(client: Any, page: str = "/jobs") -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{64})"', client.get(page).text)
    assert found is not None
    return found.group(1)


def test_without_a_token_only_loopback_is_listened_on(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.delenv("HAIRCUT_TOKEN", raising=False)
    for host in ("0.0.0.0", "::", "192.168.0.7", "desk.example"):
        with pytest.raises(UsageError, match="HAIRCUT_TOKEN"):
            loopback(host)
    assert main(["serve", CASE, "--host", "0.0.0.0"]) == 2
    assert "HAIRCUT_TOKEN" in capsys.readouterr().err


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 32"):
        Door("secret")


def test_a_host_name_that_is_not_known_is_not_answered(client: Any) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8765", ""):
        assert client.get("/", headers={"host": host}).status_code == 421
    assert client.get("/", headers={"host": "localhost:8765"}).status_code == 200


def test_every_page_of_a_locked_desk_asks_for_the_token(locked: Any) -> None:
    for path in ("/", "/jobs.json", f"/claims/{CASE}", "/openapi.json", "/runs", "/nowhere"):
        answer = locked.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
    assert locked.post("/jobs", json=SALE).status_code == 401
    assert locked.get("/login").status_code == 200
    assert locked.get("/static/page.css").status_code == 200


def test_a_program_brings_the_token_with_it(locked: Any) -> None:
    assert locked.get("/jobs.json", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN[:-1]}"):
        assert locked.get("/jobs.json", headers={"authorization": wrong}).status_code == 401


def enter(client: Any, token: str = TOKEN) -> Any:
    key = form_key(client, "/login")
    return client.post("/login", data={"form_key": key, "token": token})


def test_the_token_is_traded_for_a_session_that_scripts_cannot_read(locked: Any) -> None:
    answer = enter(locked)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    for part in (f"{COOKIE}=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Secure" in Door(TOKEN, secure=True).cookie("x")
    assert locked.get("/jobs").status_code == 200
    assert TOKEN not in cookie


def test_a_session_ends_when_it_is_left(locked: Any) -> None:
    enter(locked)
    session = locked.cookies[COOKIE]
    assert locked.post("/logout", data={"form_key": form_key(locked, "/")}).status_code == 303
    locked.cookies.clear()
    assert locked.get("/jobs", headers={"cookie": f"{COOKIE}={session}"}).status_code == 401


def test_a_session_ends_with_its_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(TOKEN)
    session = door.enter(TOKEN)
    headers = {"cookie": f"{COOKIE}={session}"}
    assert door.session(headers) == session
    now = doors.time.monotonic()
    monkeypatch.setattr(doors.time, "monotonic", lambda: now + doors.SESSION_SECONDS + 1)
    assert door.session(headers) is None


def test_wrong_tokens_are_counted(locked: Any) -> None:
    codes = [enter(locked, f"wrong {number}").status_code for number in range(doors.TRIES + 1)]
    assert codes == [401] * doors.TRIES + [429]
    assert enter(locked).status_code == 429


def test_tokens_and_keys_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    whole = hmac.compare_digest
    monkeypatch.setattr(
        doors.hmac, "compare_digest", lambda a, b: (seen.append((len(a), len(b))), whole(a, b))[1]
    )
    door = Door(TOKEN)
    assert not door.fits("x") and not door.fits(TOKEN + "x" * 1000) and door.fits(TOKEN)
    assert not door.is_form_key("x", "local")
    assert seen[:3] == [(32, 32)] * 3, "digests of one length, whatever was given"
    assert len(seen) == 4


def test_a_form_without_the_key_of_its_session_changes_nothing(client: Any) -> None:
    values = {"study": "liquidation", "case": CASE, "units": "1"}
    for key in ("", "0" * 64, Door().form_key("local")):
        assert client.post("/jobs", data={**values, "form_key": key}).status_code == 403
    assert client.get("/jobs.json").json()["jobs"] == []


def test_a_form_of_our_page_is_taken_and_leads_back_to_it(client: Any) -> None:
    key = form_key(client, f"/books/{CASE}/liquidation")
    page = f"/books/{CASE}/liquidation"
    sent = {
        "form_key": key,
        "study": "liquidation",
        "case": CASE,
        "units": "1",
        "device": "h100-sxm",
        "page": page,
    }
    answer = client.post("/jobs", data=sent)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{page}?")
    job = client.get("/jobs.json").json()["jobs"][0]
    assert job["asked"]["units"] == 1.0
    client.post(f"/jobs/{job['id']}/cancel", json={})


@pytest.mark.parametrize(
    "page", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_form_leads_to_no_other_site(client: Any, page: str) -> None:
    sent = {"form_key": form_key(client, f"/books/{CASE}/liquidation"), "study": "liquidation", "case": CASE,
            "units": "2", "page": page}  # fmt: skip
    answer = client.post("/jobs", data=sent)
    assert answer.headers["location"].startswith("/books/")
    for job in client.get("/jobs.json").json()["jobs"]:
        client.post(f"/jobs/{job['id']}/cancel", json={})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_comes_from_another_site_is_refused(client: Any, headers: dict[str, str]) -> None:
    assert client.post("/jobs", json=SALE, headers=headers).status_code == 403


def test_json_cannot_be_sent_as_what_needs_no_leave(client: Any) -> None:
    """A page of another site may send text/plain without asking; it is not read."""
    for kind in ("text/plain", "multipart/form-data; boundary=x", ""):
        answer = client.post("/jobs", content=b'{"study": "book"}', headers={"content-type": kind})
        assert answer.status_code == 415

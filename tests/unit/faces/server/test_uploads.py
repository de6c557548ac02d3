"""Uploads: a workbook and a packed folder are read; what leads out, grows or acts is refused and leaves nothing."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.case import content_hash
from haircut.case.excel.template import template
from haircut.errors import InputRefused
from haircut.faces.server import uploads
from haircut.faces.server.uploads import read_upload
from tests.unit.faces.server.workbench import CASE, client_of, desk_of

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "examples" / CASE
KIND = {"content-type": "application/octet-stream"}


def packed(files: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return stream.getvalue()


def files_of(prefix: str = "my-deal/", name: str = "my-deal") -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {
        prefix + file.relative_to(FOLDER).as_posix(): file.read_bytes()
        for file in FOLDER.rglob("*.yaml")
        if "expected" not in file.parts
    }
    return found | {f"{prefix}case.yaml": case_file().replace(f"name: {CASE}", f"name: {name}")}


def case_file() -> str:
    return (FOLDER / "case.yaml").read_text()


@pytest.fixture(scope="module")
def client() -> Any:
    return client_of(desk_of())


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """No upload leaves a file behind, read or refused."""
    place = tmp_path / "places"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("prefix", ["my-deal/", "", "a/b/my-deal/"])
def test_a_packed_folder_is_the_case(prefix: str) -> None:
    case = read_upload("my-deal.zip", packed(files_of(prefix)))
    assert case.name == "my-deal"
    same = hc.load(FOLDER).model_copy(update={"name": "my-deal"})
    assert content_hash(case) == content_hash(same)
    assert case.origin.folder is None


def test_a_workbook_is_the_case(tmp_path: Path) -> None:
    file = template(hc.load(FOLDER), tmp_path / "my deal.xlsx")
    case = read_upload("my deal.xlsx", file.read_bytes())
    assert content_hash(case) == content_hash(hc.load(FOLDER).model_copy(update={"name": case.name}))


def test_a_market_may_be_packed_with_its_case(tmp_path: Path) -> None:
    market = ROOT / "examples" / "markets" / "2026-10-01"
    own = {f"markets/own/{file.name}": file.read_bytes() for file in market.glob("*.yaml")}
    text = case_file().replace("../markets/2026-10-01", "../markets/own")
    assert "../markets/own" in text
    assert read_upload("x.zip", packed({**files_of(), **own, "my-deal/case.yaml": text})).name == CASE


@pytest.mark.parametrize(
    "market", ["/etc", "../../../../etc", "../../other", str(ROOT / "examples/markets/2026-10-01")]
)
def test_a_market_elsewhere_is_not_read(market: str) -> None:
    text = case_file().replace("../markets/2026-10-01", market)
    assert market in text
    with pytest.raises(InputRefused, match="market"):
        read_upload("x.zip", packed({**files_of(), "my-deal/case.yaml": text}))


@pytest.mark.parametrize(
    "path",
    ["../evil.yaml", "a/../../evil.yaml", "/etc/evil.yaml", "..\\evil.yaml", "C:evil.yaml", "a/b/c/d/e/f/g.yaml",
     "a\n/b.yaml"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(InputRefused, match="paths below the folder"):
        read_upload("x.zip", packed({**files_of(), path: "x: 1"}))


def test_a_link_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        link = zipfile.ZipInfo("my-deal/case.yaml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    with pytest.raises(InputRefused, match="no links"):
        read_upload("x.zip", stream.getvalue())


def test_a_bomb_is_refused_before_it_grows() -> None:
    bomb = packed({**files_of(), "my-deal/book/bomb.yaml": b"x" * (uploads.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000
    with pytest.raises(InputRefused, match="when unpacked"):
        read_upload("x.zip", bomb)
    many = packed({f"my-deal/{number}.yaml": "" for number in range(uploads.MOST_FILES + 1)})
    with pytest.raises(InputRefused, match="files"):
        read_upload("x.zip", many)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.zip", b"PK\x03\x04 nothing"),
        ("x.zip", b""),
        ("x.zip", packed({"readme.txt": "no case"})),
        ("x.xlsx", b"PK\x03\x04 nothing"),
        ("x.xlsx", packed({"xl/vbaProject.bin": "x"})),
        ("x.yaml", b"name: x"),
        ("../x.zip", b""),
        ("x\x00.zip", b""),
        (".zip", b""),
        ("x.zip", packed({"my-deal/case.yaml": "a: &a [*a, *a]"})),
    ],
)
def test_what_is_no_case_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        read_upload(name, content)
    assert "haircut-upload-" not in str(refused.value), "the sender is told of no place on this machine"


def test_problems_are_named_by_file_and_field() -> None:
    text = case_file() + "\nnothing: 1\n"
    with pytest.raises(InputRefused) as refused:
        read_upload("x.zip", packed({**files_of(), "my-deal/case.yaml": text}))
    assert "x.zip: my-deal/case.yaml" in str(refused.value)
    assert "nothing" in str(refused.value)


def test_a_sent_case_is_served_until_many_more_are(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.post("/uploads?name=my-deal.zip", content=packed(files_of()), headers=KIND)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"case": "my-deal", "page": "/claims/my-deal", "ignored_cells": []}
    assert "my-deal" in client.get("/").text
    assert client.get("/sources/my-deal").status_code == 200
    again = client.post("/uploads?name=my-deal.zip", content=packed(files_of()), headers=KIND)
    assert again.json()["case"] == "my-deal"
    text = str(files_of()["my-deal/case.yaml"]).replace("paths: ", "paths: 1", 1)
    other = client.post(
        "/uploads?name=x.zip", content=packed({**files_of(), "my-deal/case.yaml": text}), headers=KIND
    )
    assert other.json()["case"].startswith("my-deal-")
    monkeypatch.setattr("haircut.faces.server.desk.MOST_UPLOADED", 1)
    files = files_of("one-more/", "one-more")
    client.post("/uploads?name=one-more.zip", content=packed(files), headers=KIND)
    assert client.get("/sources/my-deal").status_code == 404
    assert client.get("/sources/one-more").status_code == 200
    assert client.get(f"/sources/{CASE}").status_code == 200


def test_an_upload_needs_its_own_kind_and_has_its_limit(client: Any) -> None:
    assert client.post("/uploads?name=x.zip", content=b"x").status_code == 415
    large = b"x" * (uploads.MOST_BYTES + 1)
    assert client.post("/uploads?name=x.zip", content=large, headers=KIND).status_code == 413
    assert client.post("/uploads", content=b"x", headers=KIND).status_code == 422


def test_uploads_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haircut.faces.server.routes_uploads.MOST", 2)
    client = client_of(desk_of())
    codes = [client.post("/uploads?name=x.zip", content=b"x", headers=KIND).status_code for _ in range(3)]
    assert codes == [422, 422, 429]

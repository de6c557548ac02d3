"""The commands on a real case: what is printed where, and that the same call gives the same bytes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from haircut.errors import Reason
from haircut.faces import cli

CASE = "coreweave-ddtl-3"
CALL = ["reprice", CASE, "--paths", "512", "--seed", "5"]
WANTED = [
    "pd_1y",
    "pd_3y",
    "pd_maturity",
    "pd_loss_maturity",
    "lgd",
    "el_bp",
    "fair_margin_bp",
    "fair_model_bp",
    "quoted_margin_bp",
    "quote_kind",
    "rich_cheap_bp",
    "wal_years",
    "min_dscr",
    "llcr",
    "book_ltv",
    "market_ltv",
    "nolv_ltv",
    "flv_ltv",
    "quote_date",
]
UNITS = {"bp", "share", "x", "years", "months", "usd", None}


@pytest.fixture(scope="module", autouse=True)
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAIRCUT_RUNS", str(folder))
        yield folder


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    code = cli.main(arguments)
    shown = capsys.readouterr()
    assert code == 0, shown.err
    return shown.out, shown.err


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said([*CALL, "--json"], capsys)[0])
    return found


def test_json_holds_what_the_contract_names_and_nothing_else(answer: dict[str, Any]) -> None:
    assert list(answer) == ["run", "case", "as_of", "seed", "paths", "measures"]
    assert (answer["case"], answer["as_of"], answer["seed"], answer["paths"]) == (CASE, "2026-10-01", 5, 512)
    rows = answer["measures"]
    assert {tuple(row) for row in rows} == {
        ("claim", "measure", "value", "std_error", "unit", "exact", "reason")
    }
    assert set(WANTED) <= {row["measure"] for row in rows}
    assert {row["unit"] for row in rows} <= UNITS
    for row in rows:
        assert (row["value"] is None) == (row["reason"] is not None), row
        assert row["reason"] is None or row["reason"] in Reason.__args__
    texts = [row for row in rows if row["measure"] in ("quote_kind", "quote_date")]
    assert all(isinstance(row["value"], str) and row["unit"] is None and row["exact"] for row in texts)


def test_the_same_call_gives_the_same_bytes_whatever_the_threads(capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = said([*CALL, "--json"], capsys)
    found, told = said([*CALL, "--json", "--threads", "2"], capsys)
    fresh, _ = said([*CALL, "--json", "--threads", "1", "--fresh"], capsys)
    assert first == found == fresh
    assert f"found run {json.loads(first)['run']}, computed earlier; --fresh repeats it" in told


def test_without_json_nothing_is_on_stdout_and_the_memo_is_written(
    answer: dict[str, Any], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, told = said(CALL, capsys)
    memo = root / answer["run"] / "memo.html"
    assert out == ""
    assert str(memo) in told
    assert memo.read_text(encoding="utf-8").endswith("</html>\n")


def test_parquet_holds_the_measures(
    answer: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said([*CALL, "--parquet", str(tmp_path / "measures.parquet")], capsys)
    frame = pl.read_parquet(tmp_path / "measures.parquet")
    assert frame["measure"].to_list() == [row["measure"] for row in answer["measures"]]


def test_explain_report_and_runs_know_the_run(
    answer: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = answer["run"]
    explained = json.loads(said(["explain", run, "fair_margin_bp", "--json"], capsys)[0])
    assert (explained["run"], explained["measure"]) == (run, "fair_margin_bp")
    written = json.loads(said(["report", run[:8], "--output", str(tmp_path / "m.html"), "--json"], capsys)[0])
    assert Path(written["path"]).is_file()
    listed = json.loads(said(["runs", "--json"], capsys)[0])["runs"]
    assert run in [row["id"] for row in listed]
    assert run in said(["runs"], capsys)[1]


def test_underwrite_json_holds_what_the_contract_names(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(["underwrite", CASE, "--json"], capsys)[0])
    for name in (
        "case", "as_of", "claim", "min_dscr", "first_dscr_breach", "over_lending_multiple",
        "over_lending_same_tenor", "implied_payback_years",
    ):  # fmt: skip
        assert name in found
    assert {tuple(row) for row in found["ltv"]} == {("date", "book", "market", "nolv", "flv")}


def test_check_says_that_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(["check", CASE, "--json"], capsys)[0])["ok"] is True
    assert "nothing is wrong with it" in said(["check", CASE], capsys)[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "no-such-case"], 3, "coreweave-ddtl-3"),
        (["reprice", CASE, "--paths", "0"], 2, "paths"),
        (["reprice", CASE, "--overlay", "no-such-overlay"], 3, "an overlay of the case"),
        (["reprice", CASE, "--rent-basis", "no-such-basis"], 2, "expected one of"),
        (["explain", "zzzz", "fair_margin_bp"], 3, "no such run"),
    ],
)
def test_what_is_refused_says_what_would_be_accepted(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert words in shown.err
    assert "Traceback" not in shown.err


def test_each_basis_of_rent_is_priced_and_the_spread_told(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["reprice", CASE, "--paths", "16", "--rent-basis", "all", "--json"]
    found = json.loads(said(call, capsys)[0])
    values = [row["value"] for row in found["bases"]]
    assert len(values) > 1
    assert found["spread_bp"] == max(values) - min(values)
    assert [run["rent_basis"] for run in found["runs"]] == [row["rent_basis"] for row in found["bases"]]

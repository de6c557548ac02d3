"""The memo on paper: its pages as a reader gets them, its text, its fonts, its bytes."""

import re
import subprocess
from pathlib import Path

import pytest

from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import RunFrames
from haircut.reports.render import report
from tests.unit.reports import synthetic_run

A4_POINTS = (595.3, 841.9)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFrames:
    return RunFrames(synthetic_run.write(tmp_path_factory.mktemp("run")))


@pytest.fixture(scope="module")
def memo(run: RunFrames) -> Path:
    return report(run, "pdf")


@pytest.fixture(scope="module")
def text(memo: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(memo), "-"], capture_output=True, text=True, timeout=60, check=True
    )
    # A place where a line may break is a mark of no width.
    return done.stdout.replace("\u200b", "")


def test_one_run_has_one_file(run: RunFrames, memo: Path, tmp_path: Path) -> None:
    again = RunFrames(synthetic_run.write(tmp_path / "elsewhere"))
    assert report(again, "pdf", tmp_path / "again.pdf").read_bytes() == memo.read_bytes()


@pytest.mark.system("pdftotext")
def test_every_sentence_table_and_stamp_is_on_paper(run: RunFrames, text: str) -> None:
    joined = re.sub(r"\s+", " ", text)
    assert re.sub(r"\s+", " ", run.verdict)[:60] in joined
    for name, build in EXHIBITS.items():
        exhibit = build(run)
        assert exhibit.title.split(": ")[0][:40] in joined, name
        for reason in exhibit.not_calculated:
            assert reason[:30] in joined, name
        if exhibit.table is not None:
            assert re.sub(r"\s+", " ", run.stamp(exhibit.table.scenario))[:60] in joined, name


@pytest.mark.system("pdftotext")
def test_every_input_is_on_paper(run: RunFrames, text: str) -> None:
    flat = re.sub(r"\s+", "", text)
    for path in run.provenance["path"]:
        assert re.sub(r"[^\w]", "", path)[:12] in re.sub(r"[^\w]", "", flat)


@pytest.mark.system("pdftotext")
def test_what_a_case_says_is_text_and_no_markup(tmp_path: Path) -> None:
    nasty = '#panic("run") *bold* $x$ @label <tag> [#read("memo.json")]'
    made = report(synthetic_run.write(tmp_path / "run", title=nasty), "pdf")
    done = subprocess.run(
        ["pdftotext", "-layout", str(made), "-"], capture_output=True, text=True, timeout=60, check=True
    )
    assert '#panic("run") *bold* $x$ @label <tag>' in re.sub(r"\s+", " ", done.stdout)


@pytest.mark.system("pdftoppm")
def test_pages_are_a4_few_and_none_is_cut(memo: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["pdftoppm", "-r", "36", "-gray", str(memo), str(tmp_path / "page")], timeout=60, check=True
    )
    pages = sorted(tmp_path.glob("page*.pgm"))
    assert 4 <= len(pages) <= 10
    for page in pages:
        head, width, height, pixels = _grey(page.read_bytes())
        assert head == b"P5"
        assert abs(width - A4_POINTS[0] / 2) <= 1 and abs(height - A4_POINTS[1] / 2) <= 1
        rows = [pixels[y * width : (y + 1) * width] for y in range(height)]
        margin = 15  # of 20 pixels: 14 mm
        assert all(min(row[:margin] + row[-margin:]) > 250 for row in rows), f"{page.name}: ink in the margin"
        assert sum(min(row) < 200 for row in rows) > 20, f"{page.name}: an empty page"


def test_fonts_are_inside_and_none_is_the_systems(memo: Path) -> None:
    names = set(re.findall(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([A-Za-z-]+)", memo.read_bytes()))
    assert names <= {b"Roboto-Regular", b"Roboto-Bold", b"Roboto"}


def _grey(data: bytes) -> tuple[bytes, int, int, bytes]:
    head, width, height, _, rest = data.split(None, 4)[:5]
    size = int(width) * int(height)
    return head, int(width), int(height), rest[-size:] if len(rest) >= size else data[-size:]

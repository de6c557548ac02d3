"""The terminal: the answer on one screen of 100 columns, readable without colour."""

from pathlib import Path

from haircut.reports.frames import RunFrames
from haircut.reports.terminal import WIDTH, summary


def test_the_summary_fits_one_screen(frames: RunFrames) -> None:
    lines = summary(frames.folder, Path("haircut-runs/7f3a09c1d2e4/memo.html")).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= 40
    assert not any("\x1b" in line for line in lines)


def test_the_summary_holds_verdict_table_crossings_memo_and_three_commands(frames: RunFrames) -> None:
    text = summary(frames.folder, Path("memo.html"))
    assert frames.verdict.split(";")[0] in text.replace("\n", " ")
    assert "building model" in text
    assert "443  ± 5" in text
    assert "passes 100 % Jan-2027" in text
    assert "memo  memo.html" in text
    assert (
        text.count("haircut explain") + text.count("haircut underwrite") + text.count("haircut reprice") == 3
    )

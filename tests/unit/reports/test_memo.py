"""The memo: offline, escaped, every number with its origin, the same bytes for the same run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from haircut.errors import UsageError
from haircut.reports import report
from haircut.reports.frames import RunFrames
from haircut.reports.html_parts import source
from haircut.reports.memo import POLICY, page
from tests.unit.reports import synthetic_run

VOID = {"meta", "br", "link", "img", "input", "hr", "wbr"}


class Reader(HTMLParser):
    """Collects what a page holds and whether its elements close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.hrefs.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_same_run_gives_the_same_bytes(frames: RunFrames, copy_of: RunFrames) -> None:
    first, again, elsewhere = page(frames), page(frames), page(copy_of)
    assert first == again == elsewhere


def test_no_time_of_day_and_no_folder_is_in_the_page(page: str, frames: RunFrames) -> None:
    assert "2026-11-25" not in page
    assert str(frames.folder) not in page


def test_the_page_runs_nothing_and_asks_nobody(page: str) -> None:
    reader = Reader(page)
    assert reader.open == []
    assert POLICY in page
    assert not reader.tags & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "foreignobject",
    }
    assert not [
        name for name in reader.attributes if name.startswith("on") or name in ("src", "srcset", "style")
    ]
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_text_of_inputs_is_escaped(tmp_path: Path) -> None:
    text = page_of(synthetic_run.write(tmp_path, title=synthetic_run.NASTY))
    assert "<script" not in text
    assert "&lt;script&gt;alert(" in text


def page_of(folder: Path) -> str:
    return page(RunFrames(folder))


def test_only_web_addresses_become_links() -> None:
    assert "href" not in source("javascript:alert(1)")
    assert "href" not in source("data:text/html,x")
    assert source("https://example.org/a?b=1&c=2, page 3") == (
        '<a class="out" href="https://example.org/a?b=1&amp;c=2" rel="noreferrer noopener">'
        "example.org/a</a>, page 3"
    )


def test_every_link_inside_the_page_arrives(page: str) -> None:
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    inner = {href[1:] for href in reader.hrefs if href.startswith("#")}
    assert inner
    assert inner <= set(reader.ids)


def test_every_measure_and_every_input_can_be_arrived_at(page: str, frames: RunFrames) -> None:
    ids = set(Reader(page).ids)
    assert {f"m-{name}" for name in synthetic_run.BASE} <= ids
    assert {f"src-{path}" for path in frames.provenance["path"]} <= ids


def test_every_table_carries_its_stamp(page: str) -> None:
    sections = re.findall(r"<section.*?</section>", page, re.DOTALL)
    with_table = [section for section in sections if "<table>" in section]
    assert len(with_table) >= 12
    for section in with_table:
        stamp = re.search(r'<p class="stamp">(.*?)</p>', section)
        assert stamp is not None
        for part in (
            "as of 01-Oct-2026",
            "USD",
            "scenario",
            "run 7f3a09c1d2e4",
            "20,000 paths",
            "± one standard error",
        ):
            assert part in stamp.group(1)


def test_the_page_opens_with_the_verdict(page: str, frames: RunFrames) -> None:
    first = re.search(r"<h1>(.*?)</h1>", page)
    assert first is not None
    assert first.group(1) == frames.verdict
    assert page.index("<h1>") < page.index('id="x-ltv_paths"') < page.index('id="x-result_table"')
    assert page.index('id="x-limits_of_the_model"') < page.index('id="arose"')
    assert page.rindex("<section") == page.index('<section id="x-sources_and_assumptions"')


def test_what_is_not_calculated_says_why(page: str) -> None:
    assert (
        "Not calculated: fair margin, with the premium for novelty of loan, because an input is missing."
        in page
    )


def test_an_unknown_format_is_refused(frames: RunFrames) -> None:
    with pytest.raises(UsageError, match="no report format 'docx'"):
        report(frames.folder, to="docx")


def test_a_report_is_written_whole_and_where_it_was_asked(frames: RunFrames, tmp_path: Path) -> None:
    written = report(frames.folder, path=tmp_path / "new" / "memo.html")
    assert written.read_text(encoding="utf-8").endswith("</html>\n")
    assert [path.name for path in written.parent.iterdir()] == ["memo.html"]

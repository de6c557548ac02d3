"""The documentation says what the code does: its Python runs, its commands parse, its links and names hold."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import haircut as hc
from haircut.case import library_names
from haircut.faces import cli
from haircut.pricing.measures import CATALOGUE
from haircut.runs import beside

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("examples/*/README.md"),
    ]
)
DECISIONS = ROOT / "docs" / "developing" / "decisions"
RUN_IN_THE_DOCS = "7f3a"
"""Where a page names a run it names this one; it is replaced by a run that exists."""
PATHS = 512
QUESTIONS = {"ten-thousand-h100s", "article", "article.uk"}
"""Pages of cases that ask one question of the market and have no case folder."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- Python


def python_of(text: str) -> Iterator[str]:
    """Fenced python, indented blocks and spans of code that begin with `import haircut`."""
    yield from re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    yield from (
        re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
        for block in re.findall(r"^((?:    import haircut.*\n)(?:(?:    .*)?\n)*)", text, re.MULTILINE)
    )
    yield from re.findall(r"`(import haircut[^`]+)`", text)


BLOCKS = [(named(page), block) for page in PAGES for block in python_of(text_of(page))]


def test_the_readme_and_the_page_of_runs_have_python_to_run() -> None:
    assert {"README.md", "docs/reference/runs.md"} <= {page for page, _ in BLOCKS}


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[page for page, _ in BLOCKS])
def test_python_in_a_page_runs(
    page: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On few paths and without the scenarios beside a run, so that a page costs seconds."""
    price = hc.reprice

    def quickly(case: object, **settings: object) -> hc.Run:
        return price(case, **{**settings, "paths": PATHS})

    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path))
    monkeypatch.setattr(beside, "corners", lambda case, others=(): iter(()))
    monkeypatch.setattr(hc, "reprice", quickly)
    if RUN_IN_THE_DOCS in block:
        block = block.replace(RUN_IN_THE_DOCS, quickly("coreweave-ddtl-3").id)
    exec(compile(block, page, "exec"), {"__name__": "__docs__"})


# --- commands


def commands_of(text: str) -> Iterator[str]:
    """Lines of code blocks that call haircut or make; comments and the picture of an answer are left out."""
    for line in re.findall(
        r"^ {4,}(?:next +)?((?:\.venv/bin/)?haircut [a-z].*|make [a-z].*)$", text, re.MULTILINE
    ):
        if "·" not in line:
            yield line.split("#")[0].strip()


COMMANDS = sorted({(named(page), line) for page in PAGES for line in commands_of(text_of(page))})
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))


def exists(case: str) -> bool:
    return (ROOT / "examples" / case / "case.yaml").is_file()


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line}" for page, line in COMMANDS])
def test_a_command_in_a_page_is_one(page: str, line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert words[1] in TARGETS
        for setting in words[2:]:
            name, _, value = setting.partition("=")
            assert name in {"BOOK", "CASE", "SEED", "PATHS", "PYTHON", "ONLY"}, setting
            assert name not in {"BOOK", "CASE"} or exists(value), setting
        return
    chosen = cli.parser().parse_args(words[1:])
    named_cases = getattr(chosen, "case", None) or []
    for name in [named_cases] if isinstance(named_cases, str) else named_cases:
        # A workbook is the reader's own: the page that names it says how it was written.
        assert name.endswith(".xlsx") or exists(name)
    for overlay in getattr(chosen, "overlay", ()):
        case = getattr(chosen, "case", None) or chosen.name
        own = (ROOT / "examples" / case / "overlays" / f"{overlay}.yaml").is_file()
        assert own or overlay in library_names()
    if chosen.command == "explain":
        assert chosen.measure in CATALOGUE


def test_commands_are_found() -> None:
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_targets_in_the_text_exist(page: Path) -> None:
    spoken = set(re.findall(r"`make ([a-z][a-z-]*)", text_of(page)))
    assert spoken <= TARGETS


# --- links and names


def headings(path: Path) -> set[str]:
    """Anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in headings(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_paths_in_code_exist(page: Path) -> None:
    """A span of code that looks like a path of the repository is one."""
    spans = re.findall(r"`((?:src|docs|examples|tests|schema|requirements|bench)/[\w./*-]+)`", text_of(page))
    assert [span for span in spans if not list(ROOT.glob(span.rstrip("/")))] == []


def test_every_measure_has_its_heading_on_the_page_that_explains_it() -> None:
    page = text_of(ROOT / "docs" / "methods" / "measures.md")
    for name, entry in CATALOGUE.items():
        part = page.split(f"\n## {entry.equation}\n")
        assert len(part) == 2, (name, entry.equation)
        assert f"| `{name}` |" in part[1].split("\n## ")[0], name


def test_pages_of_methods_that_sources_name_exist_with_their_heading() -> None:
    found = set()
    for file in (ROOT / "src" / "haircut").rglob("*.py"):
        found |= set(
            re.findall(r"docs/(?:methods|reference|developing)/[\w-]+\.md(?:#[\w-]+)?", text_of(file))
        )
    assert found
    for link in found:
        path, _, anchor = link.partition("#")
        assert (ROOT / path).is_file(), link
        assert not anchor or anchor in headings(ROOT / path), link


def test_every_example_has_a_page_and_a_readme() -> None:
    cases = {file.parent.name for file in ROOT.glob("examples/*/case.yaml")}
    pages = {page.stem for page in (ROOT / "docs" / "cases").glob("*.md")}
    assert pages == cases | QUESTIONS | {"first-deal"}
    assert all((ROOT / "examples" / case / "README.md").is_file() for case in cases)


def test_overlays_that_a_readme_names_exist() -> None:
    for case in {file.parent for file in ROOT.glob("examples/*/case.yaml")}:
        text = text_of(case / "README.md") + text_of(ROOT / "docs" / "cases" / f"{case.name}.md")
        for name in (file.stem for file in (case / "overlays").glob("*.yaml")):
            base, _, tail = name.rpartition("-")
            assert name in text or (base in text and tail in text), (
                f"{case.name}: overlay {name} is not mentioned"
            )


# --- the house


def test_decision_records_are_numbered_without_a_gap() -> None:
    files = sorted(DECISIONS.glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for number, file in enumerate(files, 1):
        lines = text_of(file).splitlines()
        assert lines[0].startswith(f"# {number}. "), file.name
        assert len(lines) <= 60, f"{file.name} is longer than a page"


def test_the_architecture_page_lists_the_rooms_that_exist() -> None:
    page = text_of(ROOT / "docs" / "developing" / "architecture.md")
    listed = re.findall(r"^\| `([a-z]+)` \|", page.split("\n## ")[1], re.MULTILINE)
    assert len(listed) == 10
    rooms = {file.parent.name for file in (ROOT / "src" / "haircut").glob("*/__init__.py")}
    assert rooms <= set(listed)
    contract = text_of(ROOT / "pyproject.toml").split('containers = ["haircut"]')[1].split("\n]")[0]
    layers = re.findall(r'^    "\(?([a-z]+)\)?",$', contract, re.MULTILINE)
    assert listed == [name for name in reversed(layers) if name != "errors"]


def test_folders_of_tests_are_those_of_the_gates() -> None:
    gates = set(re.findall(r"\$\(PYTEST\)(?: --deep)? tests/([a-z]+)", text_of(ROOT / "Makefile")))
    folders = {
        name
        for name in os.listdir(ROOT / "tests")
        if (ROOT / "tests" / name).is_dir() and name[0] not in "_."
    }
    assert folders <= gates

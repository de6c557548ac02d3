"""Every reader of what a user writes, fed with broken copies of good input.

    python -m tests.fuzz.readers NAME SECONDS [EXAMPLES]

A reader answers or refuses with a `HaircutError`. Anything else, an answer that takes over five seconds, or a
process that grows by more than a gigabyte, is a finding; hypothesis then shrinks what was fed.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import haircut as hc
from haircut.case.market.series import read_series
from haircut.errors import HaircutError
from haircut.faces.server.uploads import read_upload

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "coreweave-ddtl-3"
SERIES = ROOT / "src" / "haircut" / "data" / "btc_usd_daily.csv"
LONGEST_SECONDS = 5.0
MOST_BYTES = 1 << 30
BATCH = 100

TOKENS = (
    *(token.encode() for token in """&a |*a|!!python/object/apply:os.system ['x']|!x |<<: *a|- |? |: |{|[|}|]|>|'
"|#|,|;|1e999|-1e999|.nan|nan|-0|0x1f|1_000|2026-02-30|9999-12-31|0000-00-00|null|~|true|../../etc/passwd|=1+1|A1048576
<!DOCTYPE x [<!ENTITY a 'b'>]>|\u202e\U0001f4a9""".replace("\n", "|").split("|")),
    b"\n---\n", b"\n...\n", b"|\n", b"%YAML 1.2\n", b"\t", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n",
    b"9" * 400, b"1" + b"0" * 5_000, b"[" * 3_000, b"{a: " * 3_000, b"- " * 3_000, b"&a;" * 500,
)  # fmt: skip


class TookTooLongError(Exception):
    """No answer in five seconds."""


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[int, float, float, bytes]]:
    """What is done to good input: where, over how much of it, with what."""
    one = st.tuples(
        st.integers(0, 5),
        st.floats(0, 1),
        st.floats(0, 1),
        st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)),
    )
    return draw(st.lists(one, min_size=1, max_size=6))


def broken(content: bytes, changes: list[tuple[int, float, float, bytes]]) -> bytes:
    """The input with changes made to it."""
    for kind, where, share, token in changes:
        place = int(where * len(content))
        length = int(share**4 * len(content)) + 1
        before, there, after = content[:place], content[place : place + length], content[place + length :]
        if kind == 0:
            content = before + token + content[place:]
        elif kind == 1:
            content = before + after
        elif kind == 2:
            content = (before + there + there + after)[:400_000]
        elif kind == 3:
            content = before + token + after
        elif kind == 4:
            content = before + bytes(byte ^ 0x20 for byte in there[:8]) + there[8:] + after
        else:
            content = content[:place]
    return content


# --- the readers


@cache
def place() -> Path:
    """A folder of copies that may be written over."""
    top = Path(tempfile.mkdtemp(prefix="haircut-fuzz-"))
    shutil.copytree(ROOT / "examples" / "markets" / "2026-10-01", top / "markets" / "2026-10-01")
    shutil.copytree(EXAMPLE, top / EXAMPLE.name, ignore=shutil.ignore_patterns("expected"))
    return top


@cache
def case_files() -> tuple[Path, ...]:
    return tuple(sorted(file for file in place().rglob("*.yaml") if "overlays" not in file.parts))


@contextlib.contextmanager
def written_over(file: Path, content: bytes) -> Iterator[None]:
    before = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(before)


def read_case(number: int, changes: Any) -> None:
    """A file of a case or of its market."""
    file = case_files()[number % len(case_files())]
    with written_over(file, broken(file.read_bytes(), changes)):
        hc.load(place() / EXAMPLE.name)


@cache
def loaded() -> Any:
    return hc.load(place() / EXAMPLE.name)


@cache
def overlays() -> tuple[bytes, ...]:
    shipped = sorted((ROOT / "src" / "haircut" / "data" / "overlays").glob("*.yaml"))
    own = sorted((EXAMPLE / "overlays").glob("*.yaml"))
    return tuple(file.read_bytes() for file in (*own, *shipped))


def read_overlay(number: int, changes: Any) -> None:
    """An overlay laid over a case."""
    file = place() / "fuzzed.yaml"
    file.write_bytes(broken(overlays()[number % len(overlays())], changes))
    hc.overlay(loaded(), file)


@cache
def workbook() -> bytes:
    from haircut.case.excel.template import template

    return Path(template(loaded(), place() / "good.xlsx")).read_bytes()


@cache
def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def repacked(found: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in found.items():
            made.writestr(name, content)
    return stream.getvalue()


def read_workbook(number: int, changes: Any) -> None:
    """A workbook: its bytes, or one of its parts."""
    names = sorted(parts(workbook()))
    if number % 4 == 0:
        content = broken(workbook(), changes)
    else:
        name = names[number % len(names)]
        content = repacked({**parts(workbook()), name: broken(parts(workbook())[name], changes)})
    file = place() / "fuzzed.xlsx"
    file.write_bytes(content)
    hc.load(file)


@cache
def series() -> bytes:
    return b"\n".join(SERIES.read_bytes().splitlines()[:400]) + b"\n"


def read_csv(number: int, changes: Any) -> None:
    """A dated series."""
    head = series().partition(b"\n")[0].decode().split(",")
    file = place() / "fuzzed.csv"
    file.write_bytes(broken(series(), changes))
    read_series(
        file, date=head[0], value=head[1], unit="usd", as_of=datetime.date(2026, 10, 1), later="leave"
    )


@cache
def folder() -> dict[str, bytes]:
    home = place() / EXAMPLE.name
    return {
        f"deal/{file.relative_to(home).as_posix()}": file.read_bytes()
        for file in sorted(home.rglob("*.yaml"))
    }


def send_case(number: int, changes: Any) -> None:
    """An upload: the bytes of a zip, a file in it, a name in it, or a workbook."""
    kind, names = number % 4, sorted(folder())
    name = names[number // 4 % len(names)]
    if kind == 0:
        content = broken(repacked(folder()), changes)
    elif kind == 1:
        content = repacked({**folder(), name: broken(folder()[name], changes)})
    elif kind == 2:
        renamed = (
            broken(name.encode(), changes).decode("utf-8", "replace").replace("\x00", "")[:60_000] or "x"
        )
        content = repacked({**folder(), renamed: folder()[name]})
    else:
        return void(read_upload("deal.xlsx", broken(workbook(), changes)))
    read_upload("deal.zip", content)


def void(_: Any) -> None:
    """Nothing of it is wanted."""


READERS: dict[str, Callable[[int, Any], None]] = {
    "case": read_case,
    "overlay": read_overlay,
    "workbook": read_workbook,
    "series": read_csv,
    "upload": send_case,
}


# --- the loop


def fed(reader: Callable[[int, Any], None], number: int, changes: Any) -> float:
    """Feed a reader once; the seconds it took.

    Raises:
        TookTooLongError, or whatever a reader must not raise.
    """

    def late(*_: object) -> None:
        raise TookTooLongError(f"no answer in {LONGEST_SECONDS:.0f} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    started = time.perf_counter()
    try:
        with contextlib.suppress(HaircutError):
            reader(number, changes)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return time.perf_counter() - started


def peak_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def fuzz(name: str, seconds: float, examples: int = 0) -> dict[str, Any]:
    """Feed one reader until the time or the number of examples is over.

    Args:
        name: of READERS.
        seconds: to go on.
        examples: the most; 0 without a limit. With a limit the examples are the same every time.
    """
    reader = READERS[name]
    reader(1, [])  # what is not broken is read
    opened = peak_bytes()
    count, slowest, until = 0, 0.0, time.monotonic() + seconds
    first = 0 if examples else random.SystemRandom().randrange(2**32)

    while time.monotonic() < until and (not examples or count < examples):

        @seed(first + count)
        @settings(
            max_examples=min(BATCH, examples - count) if examples else BATCH, deadline=None, database=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        )  # fmt: skip
        @given(st.integers(0, 1_000), edits())
        def feed(number: int, changes: Any) -> None:
            nonlocal count, slowest
            if time.monotonic() < until:
                count += 1
                slowest = max(slowest, fed(reader, number, changes))
                assert peak_bytes() - opened < MOST_BYTES, "grew by more than a gigabyte"

        feed()
    return {
        "reader": name,
        "examples": count,
        "slowest_seconds": round(slowest, 3),
        "peak_megabytes": peak_bytes() >> 20,
        "grown_megabytes": (peak_bytes() - opened) >> 20,
    }


if __name__ == "__main__":
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    try:
        print(json.dumps(fuzz(sys.argv[1], float(sys.argv[2]), limit)))
    finally:
        shutil.rmtree(place(), ignore_errors=True)

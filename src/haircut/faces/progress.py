"""What is being done, on stderr: one line that is rewritten on a terminal, one line a phase elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self

EVERY_SECONDS = 0.1


class Progress:
    """A progress line that says when kernels are compiled and that disappears when the work is done."""

    def __init__(self, work: str, meanwhile: Callable[[], None] | None = None) -> None:
        """`meanwhile` is started beside the work once there is work to do."""
        self.work = work
        self.meanwhile = None if meanwhile is None else Thread(target=meanwhile)
        self.terminal = sys.stderr.isatty()
        self.started = time.monotonic()
        self.shown = -1.0
        self.compiling = False
        self.width = 0

    def __enter__(self) -> Self:
        return self

    def tell(self, what: str, done: int, total: int) -> None:
        """Called by the engine with how much is done; the first call says whether kernels are compiled."""
        if self.shown < 0 and not self.compiling:
            self.begin()
        now = time.monotonic()
        if self.terminal and (now - self.shown >= EVERY_SECONDS or done >= total):
            self.shown = now
            self.draw(f"{self.work}: {what.strip()} {done:,} of {total:,} · {now - self.started:.1f} s")

    def begin(self) -> None:
        """Say once that kernels must be compiled, where they must."""
        from haircut.kernels import compiled_before

        self.shown = 0.0
        if self.meanwhile is not None:
            self.meanwhile.start()
        if not compiled_before():
            self.compiling = True
            self.draw("compiling kernels (once) ...")
            if not self.terminal:
                sys.stderr.write("\n")

    def draw(self, text: str) -> None:
        """Replace the line."""
        if self.terminal:
            sys.stderr.write("\r" + text.ljust(self.width))
            self.width = len(text)
        else:
            sys.stderr.write(text)
        sys.stderr.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.terminal and self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
        if self.compiling and kind is None:
            sys.stderr.write(f"compiled kernels and ran in {time.monotonic() - self.started:.1f} s\n")
        sys.stderr.flush()

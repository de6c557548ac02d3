"""A claim that is being looked at: today's answer, the answer for a state of its sliders, kept for a while."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

import haircut as hc
from haircut.case import canonical
from haircut.case.case import Case
from haircut.faces.server.sliders import Slider, sliders
from haircut.reports.frames import RunFrames
from haircut.runs import live
from haircut.scenarios.kept_draws import Kept

MOST_ANSWERS: Final = 32
T = TypeVar("T")


@dataclass(frozen=True)
class LiveFrames(RunFrames):
    """The frames of an answer that lies in memory, so that every exhibit can be drawn from it."""

    answer: live.Live
    shown: str

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        return self.answer.manifest(self.shown)

    @cached_property
    def inputs(self) -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads(canonical(self.answer.case))
        return found

    @cached_property
    def all_measures(self) -> pl.DataFrame:
        return self.answer.measures

    @cached_property
    def ladder(self) -> pl.DataFrame:
        return self.answer.ladder.filter(pl.col("claim") == self.claim).sort("month")

    @cached_property
    def fans(self) -> pl.DataFrame:
        return self.answer.fans

    @cached_property
    def causes(self) -> pl.DataFrame:
        return self.answer.causes

    @cached_property
    def provenance(self) -> pl.DataFrame:
        return self.answer.inputs


class Recent(OrderedDict[Any, Any]):
    """The answers given last."""

    def get_or_make(self, key: Any, make: Callable[[], T]) -> T:
        """The answer of a key, made where it is not there."""
        if key not in self:
            self[key] = make()
            while len(self) > MOST_ANSWERS:
                self.popitem(last=False)
        self.move_to_end(key)
        found: T = self[key]
        return found


class Deal:
    """One claim of one case.

    Answers are made one at a time: two would only share the same cores.
    """

    def __init__(self, source: str | Path | Case, claim: str | None = None, paths: int = live.LIVE_PATHS):
        case = source if isinstance(source, Case) else hc.load(source)
        self.case = live.live_case(case, paths)
        self.claim = claim or case.claim
        self.sliders: tuple[Slider, ...] = sliders(self.case, self.claim)
        self._kept: Kept = {}
        self._loans, self._answers, self._whole = Recent(), Recent(), Recent()
        self._pages = Recent()
        self._lock, self._page_lock = threading.RLock(), threading.Lock()

    def case_of(self, state: Mapping[str, str]) -> Case:
        """The case of a state: first the loan, whose schedule is then written out, then the world."""
        by_key = {slider.key: slider for slider in self.sliders}
        loan = [key for key in state if by_key[key].loan]
        with self._lock:
            case: Case = self._loans.get_or_make(
                tuple((key, state[key]) for key in loan),
                lambda: live.stated(hc.overlay(self.case, *(by_key[k].change(state[k]) for k in loan))),
            )
        moved: Case = hc.overlay(case, *(by_key[key].change(state[key]) for key in state if key not in loan))
        return moved

    def written(self, state: Mapping[str, str]) -> Case:
        """The case of a state with its schedule still derived: what a reader asks the sources of."""
        by_key = {slider.key: slider for slider in self.sliders}
        moved: Case = hc.overlay(self.case, *(by_key[key].change(value) for key, value in state.items()))
        return moved

    def now(self, state: Mapping[str, str]) -> LiveFrames:
        """The answer for a state, with what mechanisms hide where that is known already."""
        key = tuple(state.items())
        with self._lock:
            if key in self._whole:
                return self._frames(self._whole[key])
            return self._frames(
                self._answers.get_or_make(
                    key, lambda: live.ask(self.case_of(state), self._kept, self.written(state))
                )
            )

    def whole(self, state: Mapping[str, str]) -> LiveFrames:
        """The answer for a state with what each mechanism hides."""
        key = tuple(state.items())
        with self._lock:
            answer = self._whole.get_or_make(
                key, lambda: live.with_mechanisms(self.now(state).answer, self._kept)
            )
            return self._frames(answer)

    def drawn(self, state: Mapping[str, str], frames: LiveFrames, page: str, draw: Callable[[], str]) -> str:
        """A page of an answer as text, remembered for a while.

        Args:
            state: of the sliders.
            frames: the answer; a page with its mechanisms is another page.
            page: its name.
            draw: makes it.
        """
        key = (page, bool(frames.answer.beside), tuple(state.items()))
        with self._page_lock:
            if key in self._pages:
                return str(self._pages.get_or_make(key, str))
        text = draw()  # outside of the lock: others may read meanwhile
        with self._page_lock:
            return self._pages.get_or_make(key, lambda: text)

    def _frames(self, answer: live.Live) -> LiveFrames:
        return LiveFrames(Path(), answer, self.claim)

"""What is served: cases, the deals that are looked at, the jobs that run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from fastapi.exceptions import HTTPException

import haircut as hc
from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.faces.server.deal import Deal
from haircut.faces.server.door import Door
from haircut.faces.server.jobs import Jobs
from haircut.faces.server.studies import STUDIES, asked_of
from haircut.runs import live
from haircut.runs.answers import Question

MOST_LIVE_CLAIMS: Final = 8
"""A book of more claims is not repriced while somebody waits: it has pages of its own."""
MOST_UPLOADED: Final = 20
FEWEST_ISSUERS: Final = 2


class Desk:
    """The cases that are served, each loaded when first asked for.

    Args:
        cases: by name: a case, its folder, or the name of an example. Nothing else can be reached.
        door: who may enter.
        paths: of a live answer.
    """

    def __init__(
        self, cases: Mapping[str, Any], door: Door | None = None, paths: int = live.LIVE_PATHS
    ) -> None:
        self.paths = paths
        self.cases = dict(cases)
        self.door = door or Door()
        self.jobs = Jobs()
        self.uploaded: list[str] = []
        self._loaded: dict[str, Case] = {}
        self._deals: dict[tuple[str, str], Deal] = {}
        self._lock = threading.RLock()

    def titles(self) -> dict[str, str]:
        """Name and title of each case."""
        return {name: self.case(name).title for name in list(self.cases)}

    def warm(self) -> None:
        """Answer for today once, so that the first reader does not wait for kernels to load."""
        from haircut.faces.server.page import claim_page

        for name in self.cases:
            if self.is_live(name):
                deal = self.deal(name, None)
                claim_page(deal, {}, deal.whole({}))

    def case(self, name: str) -> Case:
        """A case that is served.

        Raises:
            HTTPException: 404 for what is not.
        """
        if name not in self.cases:
            raise HTTPException(404, f"no case {name[:60]!r}; served are {', '.join(self.cases)}")
        with self._lock:
            if name not in self._loaded:
                source = self.cases[name]
                self._loaded[name] = source if isinstance(source, Case) else hc.load(source)
            return self._loaded[name]

    def is_live(self, name: str) -> bool:
        """Whether its claims have sliders."""
        return len(self.case(name).book.claims) <= MOST_LIVE_CLAIMS

    def is_book(self, name: str) -> bool:
        """Whether it has issuers to compare."""
        return len(self.case(name).book.issuers) >= FEWEST_ISSUERS

    def is_past(self, name: str) -> bool:
        """Whether it is a wave of the past: its inputs say when each was known."""
        folder = self.case(name).origin.folder
        return folder is not None and (folder / "known_from.yaml").is_file()

    def first(self, book: bool) -> str:
        """The case to which a page without a case leads: a whole book, or a loan, where there is one."""
        fits = [name for name in self.cases if self.is_book(name) is book]
        return (fits or list(self.cases))[0]

    def deal(self, case: str, claim: str | None) -> Deal:
        """One claim; without a name, the claim of the case.

        Raises:
            HTTPException: 404 for what is not served; 422 for a claim of a book too large for sliders.
        """
        source = self.case(case)
        known = [item.id for item in source.book.claims]
        if claim is not None and claim not in known:
            raise HTTPException(404, f"no claim {claim[:60]!r} in {case}; it has {', '.join(known)}")
        if not self.is_live(case):
            raise HTTPException(
                422,
                f"{case} has {len(known)} claims, which are repriced together: found a page with sliders, expected a "
                f"case of at most {MOST_LIVE_CLAIMS}; see /books/{case}/relative-value and /books/{case}/book",
            )
        with self._lock:
            first = self._deals.get((case, ""))
            if first is None:
                first = self._deals[(case, "")] = Deal(source, paths=self.paths)
                self._deals[(case, first.claim)] = first
            if claim is None or (case, claim) in self._deals:
                return self._deals[(case, claim or "")]
            return self._deals.setdefault((case, claim), Deal(source, claim, self.paths))

    def question(self, study: str, case: str | None, given: Mapping[str, Any]) -> Question:
        """What a page or a job asks.

        Raises:
            UsageError, HTTPException: where it does not fit.
        """
        if study not in STUDIES:
            raise UsageError(f"study: found {study[:40]!r}; expected one of {', '.join(STUDIES)}")
        if not STUDIES[study].needs_case:
            return Question(study, asked_of(study, given))
        if case is None:
            raise UsageError(f"case: found nothing; expected one of {', '.join(self.cases)}")
        about = self.case(case)
        of_a_claim = any(field.name == "claim" for field in STUDIES[study].fields)
        if of_a_claim:
            given = {"claim": about.claim, **given}
        asked = asked_of(study, given)
        if of_a_claim and asked["claim"] not in [each.id for each in about.book.claims]:
            raise UsageError(
                f"claim: found {asked['claim']!r}; expected one of {', '.join(each.id for each in about.book.claims)}"
            )
        if study == "backtest" and not self.is_past(case):
            waves = ", ".join(name for name in self.cases if self.is_past(name)) or "none that is served"
            raise UsageError(f"backtest: found {case}, which is not of the past; expected {waves}")
        if study == "liquidation" and asked["device"] not in [each.id for each in about.market.devices]:
            known = ", ".join(each.id for each in about.market.devices)
            raise UsageError(f"device: found {asked['device']!r}; expected one of {known}")
        return Question(study, asked, about)

    def add(self, case: Case) -> str:
        """Serve an uploaded case, under its name or, where that is taken, with its content's digits behind it."""
        from haircut.case import content_hash

        with self._lock:
            name = case.name
            if name in self.cases:
                if content_hash(self.case(name)) == content_hash(case):
                    return name
                name = f"{case.name}-{content_hash(case)[:6]}"
                case = case.model_copy(update={"name": name})
            self.cases[name] = case
            self.uploaded = [each for each in self.uploaded if each != name] + [name]
            while len(self.uploaded) > MOST_UPLOADED:
                gone = self.uploaded.pop(0)
                for kept in (self.cases, self._loaded):
                    kept.pop(gone, None)
                self._deals = {key: deal for key, deal in self._deals.items() if key[0] != gone}
            return name

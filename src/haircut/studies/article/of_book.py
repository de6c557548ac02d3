"""What the book says to the claims: from the sector's answer, and from what its inputs state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from haircut.case.case import Case
from haircut.studies.article.verdict import Number
from haircut.studies.whole_book.default_rate import of_rating
from haircut.studies.whole_book.observed import behind

Answer = Mapping[str, Any]

PRESS_YEAR: Final = 2025
OVER_LENT: Final = 1.005
"""What prints as more than 1.00x."""
UTILITY: Final = "BBB"
"""The rating at which utilities and toll roads borrow."""
DENSE_KW: Final = 30.0
MATTERS: Final = 0.10
"""A tenth: of the fair margin, of secured lending; less moves no price that anybody quotes."""


def row(answer: Answer, table: str, segment: str = "all") -> Mapping[str, Any]:
    """One segment of a table of the sector's answer."""
    found: Mapping[str, Any] = next(each for each in answer[table] if each["segment"] == segment)
    return found


def over_lent(answer: Answer, worse: Answer | None = None) -> Number:
    """Share of secured lending beyond what expected cash carries within tenor and life; rents falling 30 % as high."""

    def share(found: Answer) -> float:
        rows = found["utility_clothes"]
        total = sum(each["drawn_usd"] for each in rows)
        above = sum(each["drawn_usd"] for each in rows if (each["over_lending"] or 0.0) >= OVER_LENT)
        return above / total if total else 0.0

    rows = answer["utility_clothes"]
    return Number(
        "over_lent", share(answer), MATTERS, "share", high=None if worse is None else share(worse),
        words=(("claims", float(len(rows))), ("late", float(sum(each["outlives"] for each in rows)))),
    )  # fmt: skip


def debt_wave(answer: Answer) -> Number:
    """Debt on machines and halls closed in 2025, USD; without its largest claim as low, with notes as high."""
    years = {each["year"]: each for each in answer["issuance"]}
    found = years.get(PRESS_YEAR)
    if found is None or found["press_usd"] is None:
        return Number("debt_wave", None, 0.0, "usd")
    secured = found["machines_usd"] + found["halls_usd"]
    before = years.get(PRESS_YEAR - 1)
    return Number(
        "debt_wave", secured, found["press_usd"], "usd",
        low=secured - found["largest_usd"], high=found["committed_usd"],
        words=(
            ("growth", None if before is None else found["committed_usd"] / before["committed_usd"] - 1.0),
            ("press_usd", found["press_usd"]), ("machines_usd", found["machines_usd"]),
            ("halls_usd", found["halls_usd"]), ("notes_usd", found["notes_usd"]),
        ),
    )  # fmt: skip


def defaults(answer: Answer, case: Case) -> Number:
    """Defaults a year of the book's debt against those of the rating at which utilities borrow."""
    found = row(answer, "default_rate")
    utility = next(each for each in case.market.credit.ratings if each.rating == UTILITY)
    return Number(
        "defaults", found["rate"], of_rating(utility), "share",
        std_error=found["std_error"], low=found["low"], high=found["high"],
        words=(("building", found["building"]), ("utility", of_rating(utility)), ("rating", UTILITY)),
    )  # fmt: skip


def peak_of_2021(answer: Answer) -> Number:
    """Net debt of miners over that of 2021: none under eight names."""
    found = answer["net_debt_2021"]
    names = found["names"]
    then, now = (sum(each[f"debt_{when}_usd"] for each in names) for when in ("then", "now"))
    ratio = None
    if found["enough_names"]:
        known = [each for each in names if each["net_then_usd"] is not None]
        before = sum(each["net_then_usd"] for each in known)
        ratio = sum(each["net_now_usd"] for each in known) / before if before > 0.0 else None
    return Number(
        "peak_of_2021", ratio, 1.0, "x",
        words=(
            ("with_net_debt", float(found["with_net_debt"])), ("with_debt", float(found["with_debt"])),
            ("fewest", float(found["fewest_names"])), ("then_usd", then), ("now_usd", now),
            ("net_now_usd", row(answer, "net_debt", "crypto_miners")["net_debt_usd"]),
        ),
    )  # fmt: skip


def rollover(case: Case, answer: Answer) -> Number:
    """Share of miners' debt that is not on coins or rigs: on halls, GPUs and in notes; halls and GPUs alone as low."""
    miners = {each.id for each in case.book.issuers if each.segment == "crypto_miners"}
    owner = {each.id: each.issuer for each in case.book.borrowers}
    rigs = {each.id for each in case.market.rigs}
    device = {each.id: each.device for each in case.book.fleets}
    parts = {"halls": 0.0, "gpus": 0.0, "notes": 0.0, "coins_and_rigs": 0.0, "other": 0.0}
    for claim in case.book.claims:
        if owner[claim.borrower] not in miners:
            continue
        kind = behind(claim)
        if claim.coin_line is not None or any(device[each] in rigs for each in claim.collateral_fleets):
            kind = "coins_and_rigs"
        parts["gpus" if kind == "machines" else kind] += claim.drawn_usd or 0.0
    total = sum(parts.values())
    if total <= 0.0:
        return Number("rollover", None, 0.5, "share")
    halls = parts["halls"] + parts["gpus"]
    return Number(
        "rollover", (halls + parts["notes"]) / total, 0.5, "share", low=halls / total,
        words=(
            ("halls", halls / total), ("notes", parts["notes"] / total),
            ("coins_and_rigs", parts["coins_and_rigs"] / total), ("total_usd", total),
        ),
    )  # fmt: skip


def convergence(answer: Answer, at_the_end: float | None, ends: tuple[float, float] | None = None) -> Number:
    """Convergence's part of the fair margin; at the far end of what is assumed of dependence as high."""
    part = part_of_fair(answer, "convergence")
    coupling, correlation = ends or (None, None)
    told = (("at_the_end", at_the_end), ("coupling", coupling), ("correlation", correlation))
    return replace(part, high=max(part.high or 0.0, at_the_end or 0.0), words=(*part.words, *told))


def illiquidity(answer: Answer) -> Number:
    """Illiquidity's part of the fair margin over the orders of the mechanisms."""
    return part_of_fair(answer, "illiquidity")


def deflation(answer: Answer) -> Number:
    """Deflation's part of the fair margin over the orders of the mechanisms."""
    return part_of_fair(answer, "deflation")


def part_of_fair(answer: Answer, mechanism: str) -> Number:
    """One mechanism's part of the fair margin, from the least to the most over the orders of the mechanisms."""
    found = row(answer, "real_spread")
    part = next(each for each in found["contributions"] if each["mechanism"] == mechanism)
    fair = found["fair_bp"]
    error = None if part["std_error"] is None else part["std_error"] / fair
    return Number(
        mechanism, part["bp"] / fair, MATTERS, "share", std_error=error,
        low=part["low_bp"] / fair, high=part["high_bp"] / fair,
        words=(("bp", part["bp"]), ("bp_error", part["std_error"])),
    )  # fmt: skip


def dense_racks(case: Case) -> Number:
    """Share of the book's GPUs under liquid cooling in racks of 30 kW or more, and how much of that is assumed."""
    rigs = {each.id for each in case.market.rigs}
    sites = {each.id: each for each in case.book.sites}
    dense = units = assumed = fields = 0.0
    for fleet in case.book.fleets:
        if fleet.device in rigs:
            continue
        site = sites[fleet.site]
        units += fleet.units
        if site.cooling == "liquid" and (site.rack_density_kw or 0.0) >= DENSE_KW:
            dense += fleet.units
        for name in ("cooling", "rack_density_kw"):
            said = site.sources.get(name)
            fields += 1.0
            assumed += said is not None and said.mark == "assumed"
    if units <= 0.0:
        return Number("dense_racks", None, 0.5, "share")
    share = assumed / fields
    return Number(
        "dense_racks",
        dense / units,
        0.5,
        "share",
        assumed_share=share,
        words=(("assumed", share), ("units", units)),
    )


def underpaid(answer: Answer, segment: str, name: str) -> Number:
    """Fair less quoted margin, bp; least and most of the sixteen corners as low and high."""
    found = row(answer, "real_spread", segment)
    if found["fair_bp"] is None:
        return Number(name, None, 0.0, "bp")
    quoted = found["quoted_bp"]
    return Number(
        name, found["fair_bp"] - quoted, 0.0, "bp", std_error=found["std_error"],
        low=found["low_bp"] - quoted, high=found["high_bp"] - quoted,
        words=(
            ("quoted", quoted), ("fair", found["fair_bp"]), ("fair_error", found["std_error"]),
            ("building", found["base_bp"]), ("coverage", found["coverage"]),
        ),
    )  # fmt: skip


def two_dates(answer: Answer) -> Number:
    """Months from the turn of the credit cycle to the retirement of half of the pledged machines."""
    found = row(answer, "two_dates")
    months = found["months_between"]
    return Number(
        "two_dates", None if months is None else float(months), 0.0, "months",
        words=(("turns", found["turns"]), ("retires", found["retires"])),
    )  # fmt: skip


def machine_debt(case: Case) -> float:
    """USD drawn on pledged GPUs."""
    rigs = {each.id for each in case.market.rigs}
    gpus = {each.id for each in case.book.fleets if each.device not in rigs}
    return sum(
        claim.drawn_usd or 0.0 for claim in case.book.claims if gpus.intersection(claim.collateral_fleets)
    )

"""The sliders of a claim: what each changes, its range, where today stands, or why this loan has none."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.case.fields import walk
from haircut.curves import add_months
from haircut.errors import UsageError

Change = dict[str, Any]
DERIVED: Final = ("sculpted", "straight", "annuity", "bullet")
STATED: Final = "as stated"


@dataclass(frozen=True, slots=True)
class Slider:
    """One slider.

    Attributes:
        key: its name in the address.
        label: what a reader sees.
        stops: values in the address, from low to high, each with its words.
        today: the stop at which the case stands.
        change: from a value in the address to a partial mapping for `hc.overlay`.
        loan: whether it changes the loan, so that its schedule is derived again.
        note: what is held fixed.
        missing: why this claim has no such slider; the rest is then empty.
    """

    key: str
    label: str
    stops: tuple[tuple[str, str], ...] = ()
    today: str = ""
    change: Callable[[str], Change] = lambda value: {}
    loan: bool = False
    note: str = ""
    missing: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _ in self.stops)

    def words(self, value: str) -> str:
        """A stop in words."""
        return dict(self.stops)[value]


def sliders(case: Case, claim_id: str) -> tuple[Slider, ...]:
    """Every slider of a claim, in the order of the page."""
    claim = next(claim for claim in case.book.claims if claim.id == claim_id)
    return (
        _deflation(case),
        _launch(case),
        _coin(case),
        _coupling(case),
        _depth(case),
        _customers(case),
        _renewal(case),
        _gap(case),
        _power(case),
        _tenor(case, claim),
        _advance(case, claim),
    )


def chosen(known: tuple[Slider, ...], query: Mapping[str, str]) -> dict[str, str]:
    """What an address asks for, without what stands at today's value.

    Raises:
        UsageError: for an unknown slider or a value that is no stop of it, saying which are.
    """
    by_key = {slider.key: slider for slider in known}
    state = {}
    for key, value in query.items():
        slider = by_key.get(key)
        if slider is None:
            raise UsageError(f"{key}: no such slider; there are {', '.join(by_key)}")
        if slider.missing:
            raise UsageError(f"{key}: n/a for this claim, because {slider.missing}")
        if value not in slider.values:
            raise UsageError(f"{key}: found {value[:40]!r}; expected one of {', '.join(slider.values)}")
        if value != slider.today:
            state[key] = value
    return {slider.key: state[slider.key] for slider in known if slider.key in state}


_day = datetime.date.fromisoformat


def _nearest(stops: tuple[tuple[str, str], ...], value: float) -> str:
    return min(stops, key=lambda stop: abs(float(stop[0]) - value))[0]


def _deflation(case: Case) -> Slider:
    stops = [(f"{step / 20:.2f}", f"{5 * step:+d} % a year") for step in range(-8, 5)]
    stops = [(value if value != "-0.00" else "0.00", text) for value, text in stops]
    today = case.scenario.rent_drift_shift
    with_zero = tuple((v, "as the market says" if float(v) == 0.0 else t) for v, t in stops)
    return Slider(
        "deflation", "Rent drift, on top of the market's", with_zero, _nearest(with_zero, today),
        lambda value: {"scenario": {"rent_drift_shift": float(value)}},
    )  # fmt: skip


def _launch(case: Case) -> Slider:
    label, launches = "Next launch", case.market.compute.launches
    # A rival without a wedge takes no rent, so its date moves nothing.
    felt = (each for each in launches if each.launch_date >= case.market.as_of and each.wedge > 0.0)
    ahead = sorted(felt, key=lambda launch: launch.launch_date)
    if not ahead:
        return Slider("launch", label, missing="the market expects no launch")
    first = ahead[0]
    last = add_months(first.launch_date, 24)
    days = [case.market.as_of + datetime.timedelta(days=1)]
    months = (add_months(first.launch_date, month) for month in range(-24, 25))
    days = [*days, *(day for day in months if days[0] < day <= last)]
    stops = tuple((day.isoformat(), f"{day:%b %Y}") for day in days)
    return Slider(
        "launch", f"{label}: {first.generation}", stops, first.launch_date.isoformat(),
        lambda value: {"market": {"compute": {"launches": {first.generation: {"launch_date": _day(value)}}}}},
        note="before its delay; later launches keep their dates",
    )  # fmt: skip


def _coin(case: Case) -> Slider:
    label = "BTC shock, in the first month"
    if not _has_coins(case):
        return Slider("btc", label, missing="nothing in this book is paid in coins or secured on them")
    if case.scenario.btc_path is not None:
        return Slider("btc", label, missing="an overlay of this case states the path of the coin")

    def change(value: str) -> Change:
        level = {"month": 1, "factor": 1.0 + float(value)}
        return {"scenario": {"btc_path": {"levels": [level], "shocks": "kept", "then": "market"}}}

    stops = tuple(
        (f"{step / 10:.2f}", f"{10 * step:+d} %" if step else "as the market says") for step in range(-8, 6)
    )
    return Slider("btc", label, stops, "0.00", lambda value: {} if float(value) == 0.0 else change(value))


def _has_coins(case: Case) -> bool:
    """Whether a machine of the book mines, or a party or claim of it holds coins."""
    rigs = {rig.id for rig in case.market.rigs}
    if any(fleet.device in rigs for fleet in case.book.fleets):
        return True
    return any(
        "btc" in str(path[-1]) and isinstance(value, (int, float)) and value > 0.0
        for entity in (*case.book.borrowers, *case.book.claims)
        for path, value, _ in walk(entity)
        if path
    )


def _coupling(case: Case) -> Slider:
    today = case.market.compute.stress_coupling.value
    stops = tuple((f"{step / 4:.2f}", f"x {step / 4:.2f}") for step in range(4, 17))
    return Slider(
        "g_c", "Coupling of glut and funding stress, g_c", _including(stops, today, "x {:.2f}"),
        f"{today:.2f}",
        lambda value: {"market": {"compute": {"stress_coupling": float(value)}}},
    )  # fmt: skip


def _depth(case: Case) -> Slider:
    liquidation = case.market.liquidation
    label = "Depth of the resale market"
    if liquidation.impact == "none":
        return Slider("depth", label, missing="this case sells without price impact")
    share = liquidation.depth.value
    factors = [3.0 ** (step / 4) for step in range(-4, 5)]
    stops = tuple((f"{factor:.2f}", f"x {factor:.2f}") for factor in factors)
    return Slider(
        "depth", label, stops, "1.00",
        lambda value: {"market": {"liquidation": {"depth": share * float(value)}}},
    )  # fmt: skip


def _customers(case: Case) -> Slider:
    customers, label = case.book.customers, "Customers' credit"
    if not customers:
        return Slider("customers", label, missing="this book has no customer")
    ratings = [row.rating for row in case.market.credit.ratings][::-1]
    own = {customer.credit.rating for customer in customers}
    same = own.pop() if len(own) == 1 else None
    stops = tuple((rating, rating) for rating in ratings)
    if same not in ratings:
        stops = ((STATED, STATED), *stops)

    def change(value: str) -> Change:
        if value == STATED:
            return {}
        empty = dict.fromkeys(("curve", "hazard_per_year", "measure", "wang_rating"))
        credit = {**empty, "rating": value}
        return {"book": {"customers": {customer.id: {"credit": credit} for customer in customers}}}

    return Slider("customers", label, stops, same if same in ratings and same else STATED, change)


def _gap(case: Case) -> Slider:
    today = case.settings.re_let_gap_months
    months = sorted({*range(0, 13), 15, 18, 24, today})
    stops = tuple((str(month), f"{month} months") for month in months)
    return Slider(
        "re_let_gap", "Re-let gap after a contract ends", stops, str(today),
        lambda value: {"settings": {"re_let_gap_months": int(value)}},
    )  # fmt: skip


def _renewal(case: Case) -> Slider:
    label, contracts = "Renewal: contracts end", case.book.contracts
    if not contracts:
        return Slider("renewal", label, missing="this book has no contract")
    first, last = min(each.end for each in contracts), max(each.end for each in contracts)
    stops = []
    for months in range(-24, 37, 3):
        if all(add_months(each.end, months) > max(each.start, case.market.as_of) for each in contracts):
            to = f"{add_months(last, months):%b %Y}"
            spoken = to if first == last else f"{add_months(first, months):%b %Y} to {to}"
            stops.append((str(months), spoken + (f" ({months:+d} months)" if months else "")))
    return Slider(
        "renewal", label, tuple(stops), "0",
        lambda value: {
            "book": {"contracts": {each.id: {"end": add_months(each.end, int(value))} for each in contracts}}
        },
        note="later is a renewal at the same price; what has ended goes to market",
    )  # fmt: skip


def _power(case: Case) -> Slider:
    today = case.scenario.power_price_factor
    stops = tuple((f"{step / 4:.2f}", f"x {step / 4:.2f}") for step in range(2, 13))
    return Slider(
        "power", "Power price", _including(stops, today, "x {:.2f}"), f"{today:.2f}",
        lambda value: {"scenario": {"power_price_factor": float(value)}},
    )  # fmt: skip


def _tenor(case: Case, claim: Claim) -> Slider:
    label = "Tenor"
    if claim.amortisation.kind not in DERIVED:
        return Slider("tenor", label, missing="the schedule of this claim is given, payment by payment")
    first = max(case.market.as_of, claim.amortisation.start or case.market.as_of)
    earliest = add_months(first, claim.payment_frequency_months)
    stops = []
    for months in range(-36, 37, 3):
        day = add_months(claim.maturity_date, months)
        if day > earliest:
            stops.append((str(months), f"{day:%b %Y}" + (f" ({months:+d} months)" if months else "")))
    return Slider(
        "tenor", label, tuple(stops), "0",
        lambda value: {
            "book": {"claims": {claim.id: {"maturity_date": add_months(claim.maturity_date, int(value))}}}
        },
        loan=True, note="the schedule is derived again",
    )  # fmt: skip


def _advance(case: Case, claim: Claim) -> Slider:
    label = "Advance rate: debt over cost"
    if claim.sizing is not None or not claim.drawn_usd:
        return Slider("advance", label, missing="debt is sized by its cash flow")
    cost = sum(f.units * f.cost_usd_per_unit for f in case.book.fleets if f.id in claim.collateral_fleets)
    if cost <= 0.0:
        return Slider("advance", label, missing="no machines are pledged")
    drawn = claim.drawn_usd
    today = (drawn + sum(draw.amount_usd for draw in claim.draws)) / cost
    grid = [share / 100.0 for share in range(40, 101, 5)]
    stops = _including(
        tuple((f"{share:.2f}", f"{100 * share:.0f} %") for share in grid), today, "", percent=True
    )

    def change(value: str) -> Change:
        factor = float(value) / today
        if math.isclose(factor, 1.0, abs_tol=0.01):
            return {}
        terms: Change = {"drawn_usd": drawn * factor}
        if claim.commitment_usd is not None:
            terms["commitment_usd"] = claim.commitment_usd * max(factor, 1e-9)
        if claim.draws:
            terms["draws"] = [
                {"date": draw.date, "amount_usd": draw.amount_usd * factor} for draw in claim.draws
            ]
        return {"book": {"claims": {claim.id: terms}}}

    return Slider(
        "advance", label, stops, f"{today:.2f}", change, loan=True,
        note="debt changes, machines stay; the schedule is derived again",
    )  # fmt: skip


def _including(
    stops: tuple[tuple[str, str], ...], today: float, words: str, percent: bool = False
) -> tuple[tuple[str, str], ...]:
    """The stops with today's value among them."""
    key = f"{today:.2f}"
    text = f"{100 * today:.0f} %" if percent else words.format(today)
    known = dict(stops) | ({} if key in dict(stops) else {key: text})
    return tuple(sorted(known.items(), key=lambda stop: float(stop[0])))

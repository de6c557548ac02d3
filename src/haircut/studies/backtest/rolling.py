"""When would the monitor have rung? The same book looked at again each quarter, from what was known by then."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from haircut import credit
from haircut.case import overlay
from haircut.case.case import Case
from haircut.credit.arrays import PathState, new_state
from haircut.credit.compile import CompiledBook
from haircut.credit.month import run_path
from haircut.credit.outcomes import COLUMNS, BaseCase
from haircut.credit.projection import PATIENCE_MONTHS
from haircut.credit.steps.default import FACTS
from haircut.credit.trace import new_trace
from haircut.errors import InputRefused
from haircut.runs.choice import chosen_case
from haircut.scenarios.expected import expected_block
from haircut.studies.backtest.coin import closes, coin_given, month_end
from haircut.studies.backtest.known import Later
from haircut.studies.backtest.predict import predict
from haircut.studies.backtest.propagate import as_overlay

FILE: Final = "rolling.yaml"
MONTHS: Final = (3, 6, 9)
"""After the as-of date of the case."""
HIGHEST_LTV: Final = 1.0
LEAST_COVER: Final = 1.0
HIGHEST_PD: Final = 0.20
"""When the monitor rings: market LTV of a loan on rigs above 100 %, cover of the next twelve months below 1.00x, PD of
twelve months above 20 %. Set before it was run, and never moved."""
FRESH_DAYS: Final = 100
"""A published figure is read for a quarter and a few days; then the carried one is nearer."""
PATHS: Final = 2_048
SHARE_LOADING: Final = 1.1
"""Market values follow the coin between quotes with the loading of the market's shares."""


def rolling(case: Case, threads: int | None = None) -> list[dict[str, Any]]:
    """One row a name and date, the case's own date included: LTV, cover, PD, and which of them rings.

    Args:
        case: with `rolling.yaml` in its folder.
        threads: that work at once; never changes a number.

    Raises:
        InputRefused: where the folder has no such file.
    """
    rows = looked_at(case, threads)
    for months in MONTHS:
        rows += looked_at(case_at(case, months), threads)
    return rows


def looked_at(case: Case, threads: int | None) -> list[dict[str, Any]]:
    """What the monitor reads on the as-of date of a case."""
    pd = {row["name"]: row for row in predict(chosen_case(case, min(PATHS, case.settings.paths)), threads)}
    seen = credit.base_case(credit.compile_book(_selling(case)))
    owner = {borrower.id: borrower.issuer for borrower in case.book.borrowers}
    rows = []
    for issuer in case.book.issuers:
        claims = [claim for claim in case.book.claims if owner[claim.borrower] == issuer.id]
        ltv = [float(seen.claims[claim.id]["market_ltv"][0]) for claim in claims if claim.collateral_fleets]
        ltv = [value for value in ltv if np.isfinite(value)]
        cover = [value for claim in claims if (value := _lowest_cover(seen, claim.id)) is not None]
        row = {
            "as_of": case.market.as_of.isoformat(),
            "name": issuer.id,
            "ltv": max(ltv, default=None),
            "cover": min(cover, default=None),
            "pd_12m": pd[issuer.id]["pd_12m"],
            "pd_12m_error": pd[issuer.id]["pd_12m_error"],
        }
        rows.append({**row, "rings": rings(row)})
    return rows


def rings(row: Mapping[str, Any]) -> list[str]:
    """Which tests a row breaks.

    >>> rings({"ltv": 1.2, "cover": None, "pd_12m": 0.05})
    ['ltv']
    """
    broken = []
    if row["ltv"] is not None and row["ltv"] > HIGHEST_LTV:
        broken.append("ltv")
    if row["cover"] is not None and row["cover"] < LEAST_COVER:
        broken.append("cover")
    if row["pd_12m"] > HIGHEST_PD:
        broken.append("pd")
    return broken


def case_at(case: Case, months: int) -> Case:
    """The case so many months later, from what was known by then.

    Coin, difficulty and yields are those of the day. The book is carried forward by the month of the model along the
    coin's path; what was published in the 100 days before replaces what was carried; loans drawn by the day are added
    with their money, paid down in equal parts.
    """
    as_of = month_end(case.market.as_of, months)
    later = _market_at(_carried(case, months, as_of), case, as_of)
    known = read_rolling(case)
    later = _with_loans(later, [row for row in known["loans"] if row["known_from"] <= as_of], as_of)
    facts = [Later(**row) for row in known["facts"]]
    told = {
        fact.path: float(fact.value)
        for fact in sorted(facts, key=_value_date)
        if fact.known_from <= as_of and (as_of - fact.value_date).days <= FRESH_DAYS
    }
    return overlay(later, as_overlay(later, told, f"known-by-{as_of}")) if told else later


def has_monitor(case: Case) -> bool:
    """Whether the folder of a case says what became known later."""
    return case.origin.folder is not None and (case.origin.folder / FILE).is_file()


def read_rolling(case: Case) -> dict[str, Any]:
    """`rolling.yaml` beside a case.

    Raises:
        InputRefused: where it is missing or not of this form.
    """
    file = Path(case.origin.folder or ".") / FILE
    try:
        data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        return {"facts": data["facts"], "loans": data["loans"]}
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise InputRefused(f"{file}: found {error!r}; expected lists facts and loans") from None


def _value_date(fact: Later) -> datetime.date:
    return fact.value_date


def _selling(case: Case) -> Case:
    """The same case where every mined coin is sold, so that cover counts it."""
    mined = {"coin_retention_share": 0.0}
    return overlay(case, {"book": {"borrowers": {each.id: mined for each in case.book.borrowers}}})


def _lowest_cover(seen: BaseCase, claim: str) -> float | None:
    year = [float(value) for value in seen.claims[claim]["dscr"][1:13] if np.isfinite(value)]
    return min(year, default=None)


def state_after(compiled: CompiledBook, months: int) -> PathState:
    """Balances, cash and coins after so many months of the month on the expected path; nobody defaults."""
    rules = compiled.arrays.rules.copy()
    rules["grace"], rules["months"] = PATIENCE_MONTHS, months
    arrays = compiled.arrays._replace(rules=rules)
    block = expected_block(compiled.scenarios.p, "expected", compiled.scenarios.coin_p)
    state, claims = new_state(arrays), len(arrays.claims)
    row, facts = np.zeros((claims, len(COLUMNS))), np.zeros((claims, FACTS))
    run_path(arrays, block, 0, state, row, facts, new_trace(arrays, 1, 1), -1)
    return state


def _carried(case: Case, months: int, as_of: datetime.date) -> dict[str, Any]:
    """Plain data of the case with its book carried forward along the coin's path."""
    compiled = credit.compile_book(overlay(case, coin_given(case, months)))
    state = state_after(compiled, months)
    principal = dict(zip(compiled.claim_ids, state.claims["principal"], strict=True))
    place = {name: index for index, name in enumerate(compiled.indices.borrowers)}
    data: dict[str, Any] = case.model_dump()
    book = data["book"]
    for borrower in book["borrowers"]:
        index = place[borrower["id"]]
        borrower["accounts"]["cash_usd"] = max(float(state.cash.accounts["balance"][index]), 0.0)
        borrower["accounts"]["coins_btc"] = max(float(state.borrowers["coins"][index]), 0.0)
        borrower["purchase_commitments"] = tuple(
            order for order in borrower["purchase_commitments"] if order["date"] > as_of
        )
        borrower["sources"] = {
            key: value
            for key, value in borrower["sources"].items()
            if not key.startswith(("accounts", "purchase"))
        }
    kept = []
    for claim in book["claims"]:
        left = float(principal.get(claim["id"], 0.0))
        if left > 1.0 and claim["maturity_date"] > as_of:
            claim["sources"].pop("drawn_usd", None)
            kept.append({**claim, "drawn_usd": left})
    book["claims"] = tuple(kept)
    return data


def _market_at(data: dict[str, Any], case: Case, as_of: datetime.date) -> Case:
    """The case with the coin, the network and the yields of a day."""
    market, day = data["market"], as_of.isoformat()
    price = closes(as_of, as_of)[as_of]
    coin = case.market.btc
    assert coin is not None
    fall = price / coin.price.value
    market["as_of"] = as_of
    market["btc"]["price"].update(value=price, date=as_of, range=None)
    epoch = _last(_rows("btc_difficulty_epochs.csv"), "start_date_est", day)
    market["network"]["hashrate"].update(
        value=float(epoch["difficulty"]) * 2.0**32 / 600.0 / 1e18,
        date=datetime.date.fromisoformat(epoch["start_date_est"]),
        range=None,
    )
    curve = _rows("us_treasury_par_yields_daily_2021_2025.csv")
    last = _last(curve, "date", day)["date"]
    yields = {
        float(row["tenor_years"]): float(row["par_yield_pct"]) / 100.0 for row in curve if row["date"] == last
    }
    for row in market["rates"]["par_yields"]:
        row.update(value=yields[row["tenor_years"]], date=as_of)
    market["rates"]["overnight"].update(value=yields[min(yields)], date=as_of)
    for issuer in data["book"]["issuers"]:
        issuer["market_cap_usd"] *= fall**SHARE_LOADING
        issuer["sources"] = {}
    return Case.model_validate(data).from_origin(case.origin)


def _with_loans(case: Case, loans: Sequence[Mapping[str, Any]], as_of: datetime.date) -> Case:
    """Loans, and the machines that they paid for, that were signed by the day."""
    if not loans:
        return case
    data: dict[str, Any] = case.model_dump()
    model = next(fleet for fleet in data["book"]["fleets"])
    for row in loans:
        terms, fleet = dict(row["claim"]), row.get("fleet")
        if fleet is not None:
            own = {
                **model,
                **fleet,
                "units": float(fleet["units"]),
                "cost_usd_per_unit": 6000.0,
                "sources": {},
            }
            data["book"]["fleets"] = (*data["book"]["fleets"], own)
        coupon, pledged = terms.pop("coupon"), tuple(terms.pop("collateral"))
        left = (terms["maturity_date"] - as_of) / (terms["maturity_date"] - terms["closing_date"])
        terms["drawn_usd"] = float(terms["drawn_usd"]) * min(left, 1.0)
        borrower = next(each for each in data["book"]["borrowers"] if each["id"] == terms["borrower"])
        if fleet is None:  # what paid for machines that come with it is spent
            borrower["accounts"]["cash_usd"] += terms["drawn_usd"]
        data["book"]["claims"] = (*data["book"]["claims"], {
            **terms,
            "interest": {"kind": "fixed", "coupon": coupon, "day_count": "30/360"},
            "amortisation": {"kind": "annuity"},
            "payment_frequency_months": 1,
            "collateral_fleets": pledged,
        })  # fmt: skip
    return Case.model_validate(data).from_origin(case.origin)


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("haircut") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _last(rows: Sequence[dict[str, str]], key: str, day: str) -> dict[str, str]:
    return max((row for row in rows if row[key] <= day), key=lambda row: row[key])

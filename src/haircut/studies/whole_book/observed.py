"""What was observed of the sector from outside the book: a basket, the press on issuance, miners' debt of 2021."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from haircut.case.book import Claim
from haircut.credit.compile import CompiledBook
from haircut.studies.whole_book.worth import coin_price, coins_of

FILE: Final = "deals/sector.yaml"
FEWEST_NAMES: Final = 8
"""Net debt of fewer names says nothing about a sector."""
NOTES: Final = ("senior_note", "convertible_note")


def facts() -> Mapping[str, Mapping[str, Any]]:
    """Facts on the sector by id.

    >>> facts()["basket-2026-07-23"]["value"]
    319
    """
    return _facts(FILE)


def fact(file: str, name: str) -> Mapping[str, Any]:
    """A fact of a file of `src/haircut/data/deals`.

    >>> fact("gpu-economics", "h100-one-year-2025-10")["value"]
    1.7
    """
    return _facts(f"deals/{file}.yaml")[name]


@cache
def _facts(file: str) -> Mapping[str, Mapping[str, Any]]:
    import yaml

    text = files("haircut.data").joinpath(file).read_text(encoding="utf-8")
    return {each["id"]: each for each in yaml.safe_load(text)}


def basket() -> dict[str, Any]:
    """The dealer basket of neocloud credits beside high yield of the same day, bp."""
    found, beside = facts()["basket-2026-07-23"], facts()["high-yield-2026-07-23"]
    return {
        "what": found["what"],
        "date": found["date"].isoformat(),
        "spread_bp": float(found["value"]),
        "high_yield_bp": float(beside["value"]),
        "evidence": found["evidence"],
        "source": found["source"],
        "note": found["note"],
    }


def press(year: int) -> float | None:
    """What the press says was issued in a year, USD; None where nothing was read.

    >>> press(2025) / 1e9, round(press(2024) / 1e9, 1), press(2023)
    (25.0, 11.8, None)
    """
    total, growth = float(facts()["issuance-2025"]["value"]), float(facts()["issuance-growth-2025"]["value"])
    return {2025: total, 2024: total / (1.0 + growth)}.get(year)


def issuance(compiled: CompiledBook) -> list[dict[str, Any]]:
    """What is outstanding today by year of its closing, by what stands behind it, beside the press, USD.

    Commitments count, drawn or not. Issuance that has been repaid is not in a book of what is owed today, so a
    year's sum is a floor.

    Returns:
        One row a year: `claims`, `drawn_usd`, `committed_usd`, of which on machines, on halls, in notes and
        convertibles, else, the largest claim, and `press_usd`.
    """
    years: dict[int, dict[str, Any]] = {}
    for claim in compiled.case.book.claims:
        year = claim.closing_date.year
        row = years.setdefault(
            year,
            {
                "year": year, "claims": 0, "drawn_usd": 0.0, "committed_usd": 0.0, "machines_usd": 0.0,
                "halls_usd": 0.0, "notes_usd": 0.0, "other_usd": 0.0, "largest": claim.id, "largest_usd": 0.0,
                "press_usd": press(year),
            },
        )  # fmt: skip
        drawn = float(compiled.drawn[claim.id])
        committed = max(claim.commitment_usd or drawn, drawn)
        row["claims"] += 1
        row["drawn_usd"] += drawn
        row["committed_usd"] += committed
        row[f"{behind(claim)}_usd"] += committed
        if committed > row["largest_usd"]:
            row["largest"], row["largest_usd"] = claim.id, committed
    return [years[year] for year in sorted(years)]


def behind(claim: Claim) -> str:
    """What a claim is lent on: machines, halls, notes (of a company, unsecured) or other."""
    if claim.collateral_fleets:
        return "machines"
    if claim.collateral_leases:
        return "halls"
    return "notes" if claim.kind in NOTES else "other"


def net_debt(compiled: CompiledBook, name: str, borrowers: Iterable[str]) -> dict[str, Any]:
    """Debt less cash and coins of some borrowers, with the number of names."""
    case, wanted = compiled.case, set(borrowers)
    found = _owed(compiled, wanted)
    names = len({each.issuer for each in case.book.borrowers if each.id in wanted})
    return {"segment": name, "names": names, **found, "enough_names": names >= FEWEST_NAMES}


def since_2021(compiled: CompiledBook) -> dict[str, Any]:
    """Miners' debt at the end of 2021 beside today's, name by name.

    Net debt needs debt, cash and coins of a name; at fewer than eight names there is no verdict on the sector.
    2021-12-31 stands for the peak: no balance between quarters was read.

    Returns:
        `names` (rows with `debt_then_usd`, `net_then_usd`, `debt_now_usd`, `net_now_usd`), `with_debt`,
        `with_net_debt`, `enough_names`.
    """
    case = compiled.case
    rows = []
    for issuer in case.book.issuers:
        then = {
            fact["id"].rpartition(".")[2]: fact
            for fact in facts().values()
            if fact.get("issuer") == issuer.id
        }
        if not then:
            continue
        now = _owed(compiled, {each.id for each in case.book.borrowers if each.issuer == issuer.id})
        debt = float(then["debt"]["value"]) / _per_usd(then)
        whole = {"cash", "digital-assets"} <= set(then)
        held = sum(float(then[part]["value"]) for part in ("cash", "digital-assets")) if whole else 0.0
        rows.append(
            {
                "issuer": issuer.id,
                "debt_then_usd": debt,
                "net_then_usd": debt - held / _per_usd(then) if whole else None,
                "debt_now_usd": now["debt_usd"],
                "net_now_usd": now["net_debt_usd"],
                "source": then["debt"]["source"],
            }
        )
    with_net = sum(row["net_then_usd"] is not None for row in rows)
    return {
        "names": rows,
        "with_debt": len(rows),
        "with_net_debt": with_net,
        "fewest_names": FEWEST_NAMES,
        "enough_names": with_net >= FEWEST_NAMES,
    }


def _owed(compiled: CompiledBook, borrowers: set[str]) -> dict[str, float]:
    case = compiled.case
    own = [each for each in case.book.borrowers if each.id in borrowers]
    debt = sum(float(compiled.drawn[claim.id]) for claim in case.book.claims if claim.borrower in borrowers)
    cash = sum(
        each.accounts.cash_usd + sum(reserve.balance_usd for reserve in each.accounts.reserves)
        for each in own
    )
    coins = sum(coins_of(case, each.id) for each in own) * coin_price(case)
    return {"debt_usd": debt, "cash_usd": cash, "coins_usd": coins, "net_debt_usd": debt - cash - coins}


def _per_usd(then: Mapping[str, Mapping[str, Any]]) -> float:
    """Units of the facts' currency in a dollar, as the coins' own fair value and their price say it.

    No rate of exchange is shipped. Hut 8 gives the value of its coins in Canadian dollars; the shipped close of
    the same day is in USD.
    """
    if then["debt"]["unit"] == "USD":
        return 1.0
    from haircut.studies.calibrate.history import series

    day = then["coins"]["date"]
    price = float(series("btc_usd_daily.csv", "btc_usd_close_utc").until(day).values[-1])
    return float(then["digital-assets"]["value"]) / (float(then["coins"]["value"]) * price)

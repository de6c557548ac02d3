"""What the market alone says to the claims: rents, launches, the sale of 10,000 H100s."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from haircut.case.market import Market
from haircut.machines.cache import solve_once
from haircut.machines.law import RentLaw, UnitTerms
from haircut.machines.paths import simulate_log_rent
from haircut.machines.value import read
from haircut.machines.view import MarketView
from haircut.machines.view.residual import law_and_terms
from haircut.studies.article.verdict import Number
from haircut.studies.liquidate import liquidate
from haircut.studies.whole_book.observed import fact

DEVICE: Final = "h100-sxm"
UNITS: Final = 10_000.0
FALL: Final = 0.20
"""The least fall of rent in a year that the article gives."""
ADVANCE: Final = "ddtl-5.advance-rate"
"""The fact that holds the one advance rate that was seen of a loan on machines (share of cost)."""
LAUNCHES_MATTER: Final = 0.10
FEWEST_PATHS: Final = 1_024
CONTRACTS: Final = ("2025-10", "2026-06")


def rents_fall(market: Market) -> Number:
    """Probability that the rent of an H100 is at least 20 % lower in a year; by today's regime as low and high."""
    law, _ = law_and_terms(market, MarketView(market).device(DEVICE))
    paths = simulate_log_rent(law, 12)
    fallen: NDArray[np.bool_] = paths.log_rent[:, 12] <= paths.log_rent[:, 0] + np.log(1.0 - FALL)
    share = float(fallen.mean())
    by_regime = [
        float(fallen[paths.regime[:, 0] == z].mean()) for z in range(3) if (paths.regime[:, 0] == z).any()
    ]
    change = np.quantile(np.exp(paths.log_rent[:, 12] - paths.log_rent[:, 0]) - 1.0, (0.05, 0.5, 0.95))
    return Number(
        "rents_fall", share, 0.5, "share",
        std_error=float(np.sqrt(share * (1.0 - share) / len(fallen))),
        low=min(by_regime), high=max(by_regime),
        words=(*zip(("p05", "p50", "p95"), map(float, change), strict=True), *_contracts()),
    )  # fmt: skip


def _contracts() -> tuple[tuple[str, float | str], ...]:
    """One-year contracts of an H100 about the time of the article, and the last that was read."""
    then, now = (fact("gpu-economics", f"h100-one-year-{month}") for month in CONTRACTS)
    return (
        ("then", float(then["value"])), ("then_date", str(then["date"])),
        ("now", float(now["value"])), ("now_date", str(now["date"])),
    )  # fmt: skip


def launches_take(market: Market) -> Number:
    """Share of an H100's value that coming generations take; with half and half as much again of each wedge."""
    device = MarketView(market).device(DEVICE)

    def worth(factor: float) -> tuple[float, RentLaw, UnitTerms]:
        compute = market.compute
        launches = tuple(
            each.model_copy(update={"wedge": min(each.wedge * factor, 1.0)}) for each in compute.launches
        )
        moved = market.model_copy(update={"compute": compute.model_copy(update={"launches": launches})})
        law, terms = law_and_terms(moved, device)
        surface = solve_once(law, terms, 1, 0)
        return sum(law.initial[z] * read(surface, 0, law.log_rent, z) for z in range(3)), law, terms

    none = worth(0.0)[0]
    half, own, more = (1.0 - worth(factor)[0] / none for factor in (0.5, 1.0, 1.5))
    return Number("launches_take", own, LAUNCHES_MATTER, "share", low=half, high=more)


def forced_sale(market: Market) -> Number:
    """What an orderly sale of 10,000 H100s loses on the mark; at three times and a third of the depth."""
    found, advance = liquidate(market, DEVICE, UNITS), float(fact("coreweave", ADVANCE)["value"])
    third, own, three = (1.0 - sale.nolv_usd / found.value_usd for sale in found.sales)
    return Number(
        "forced_sale", own, 1.0 - advance, "share", low=three, high=third,
        words=(
            ("mark_usd", found.value_usd), ("nolv_usd", found.sale.nolv_usd), ("flv_usd", found.sale.flv_usd),
            ("months", float(found.sale.months)), ("haircut_95", found.sale.haircut_95.value),
            ("haircut_95_error", found.sale.haircut_95.std_error), ("advance", advance),
        ),
    )  # fmt: skip


def nobody_buys(market: Market, owed_usd: float) -> Number:
    """Debt on machines over the most that any number of H100s repays in a glut with funding in stress."""
    # What a sale is expected to bring needs no paths; the fewest are simulated for what is not read here.
    found = liquidate(market, DEVICE, UNITS, regime="glut", stress=True, paths=FEWEST_PATHS)
    third, own, three = (owed_usd / sale.most_repaid_usd for sale in found.sales)
    return Number(
        "nobody_buys", own, 1.0, "x", low=three, high=third,
        words=(("owed_usd", owed_usd), ("repaid_usd", found.sale.most_repaid_usd)),
    )  # fmt: skip

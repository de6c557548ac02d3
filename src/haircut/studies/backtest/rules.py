"""The simple rules that a reader would try first."""

from __future__ import annotations

from typing import Any, Final

from haircut.case.case import Case

RULES: Final = ("debt_per_th_usd", "power_usd_per_kwh", "debt_over_liquid")
"""Each rises with risk."""


def simple_rules(case: Case) -> list[dict[str, Any]]:
    """By issuer: debt over hash rate at work, price of power, debt over cash and coins. No simulation.

    A name without debt has 0 for the first and the third. One without rigs at work has no debt per TH/s but for nought.
    Power is the mean over rigs at work or to come, the market's price where none is contracted.
    """
    spot = 0.0 if case.market.btc is None else case.market.btc.price.value
    hash_rate = {rig.id: rig.hash_rate.value for rig in case.market.rigs}
    power_of = {
        site.id: site.power_price_usd_per_kwh or case.market.power.price.value for site in case.book.sites
    }
    rows: list[dict[str, Any]] = []
    for issuer in case.book.issuers:
        own = [each for each in case.book.borrowers if each.issuer == issuer.id]
        names = {each.id for each in own}
        fleets = [
            fleet for fleet in case.book.fleets if fleet.borrower in names and fleet.device in hash_rate
        ]
        at_work = sum(
            fleet.units * hash_rate[fleet.device] for fleet in fleets if fleet.in_service <= case.market.as_of
        )
        ever = sum(fleet.units * hash_rate[fleet.device] for fleet in fleets)
        debt = sum(claim.drawn_usd or 0.0 for claim in case.book.claims if claim.borrower in names)
        liquid = sum(each.accounts.cash_usd + each.accounts.coins_btc * spot for each in own)
        power = sum(power_of[fleet.site] * fleet.units * hash_rate[fleet.device] for fleet in fleets)
        rows.append(
            {
                "name": issuer.id,
                "debt_per_th_usd": 0.0 if debt == 0.0 else (debt / at_work if at_work else None),
                "power_usd_per_kwh": power / ever if ever else None,
                "debt_over_liquid": 0.0 if debt == 0.0 else (debt / liquid if liquid else None),
            }
        )
    return rows

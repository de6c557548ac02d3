"""LTV on paper against realisable LTV of every secured claim, calm and stress."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.liquidate import Secured


def build(found: Secured) -> Exhibit:
    """The table; it has no picture."""
    heads = {
        "book_ltv": "book", "market_ltv": "market", "nolv_ltv": "NOLV", "flv_ltv": "FLV",
        "stress_nolv_ltv": "stress NOLV", "stress_flv_ltv": "stress FLV",
    }  # fmt: skip
    columns = (
        Column("claim", "claim"),
        Column("debt_usd", "debt", "usd"),
        *(Column(name, head, "share") for name, head in heads.items()),
    )
    return Exhibit(
        "secured_ltv",
        found.sentence(),
        Table(pl.DataFrame([asdict(row) for row in found.rows]), columns, "today's market"),
        notes=(
            "Debt of equal and senior rank on the pool over its value today. On paper: book, cost less straight line, "
            "machines alone; market, psi_mark F, leases and coins. Realisable: an orderly sale and one of a month, at "
            "psi_sale and after costs. Stress: a glut with funding in stress, the coin as it is. Each claim's "
            "collateral sold alone. Exact.",
        ),
        not_calculated=tuple(f"{name}, because {why}." for name, why in found.left_out.items()),
    )

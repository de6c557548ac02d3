"""A run folder with made-up numbers, in the shape of a recorded run. For tests of print and pages only."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import polars as pl

AS_OF = "2026-10-01"
CLAIM = "loan"
PATHS = 20_000
MONTHS = 60
NASTY = "<script>alert('x')</script> & \"quotes\""


def month_end(month: int) -> str:
    """The end of the month that lies `month` months after the as-of month's beginning."""
    year, index = divmod(2026 * 12 + 8 + month, 12)
    following = datetime.date(year + (index == 11), (index + 1) % 12 + 1, 1)
    return (following - datetime.timedelta(days=1)).isoformat()


def write(folder: Path, *, title: str = "A made-up loan on made-up machines") -> Path:
    """Write the whole run folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    ladder, fans = _ladder(), _fans()
    _measures().write_parquet(folder / "measures.parquet")
    ladder.write_parquet(folder / "ladder.parquet")
    fans.write_parquet(folder / "fans.parquet")
    _health().write_parquet(folder / "health.parquet")
    _causes().write_parquet(folder / "causes.parquet")
    _defaults().write_parquet(folder / "defaults.parquet")
    _provenance().write_parquet(folder / "provenance.parquet")
    (folder / "inputs.json").write_text(json.dumps(_inputs(title)))
    (folder / "manifest.json").write_text(json.dumps(_manifest(title)))
    return folder


def _manifest(title: str) -> dict[str, Any]:
    return {
        "id": "7f3a09c1d2e4",
        "case": "made-up",
        "title": title,
        "as_of": AS_OF,
        "claim": CLAIM,
        "seed": 1,
        "paths": PATHS,
        "side_paths": 4096,
        "rent_basis": "one_year_contract",
        "overlays": [],
        "created": "2026-11-25T04:00:00Z",
        "versions": {"haircut": "0.1.0", "numpy": "2.4.6"},
        "platform": "x86-64",
        "code_hash": "c0de",
        "input_hash": "1257",
        "marks": {"observed": 31, "estimated": 22, "assumed": 33},
        "cash_error_usd": 3.2e-6,
        "elapsed_seconds": 2.4,
        "stale": ["rates.usd_sofr", "credit.customers.BB"],
        "verdict": "Fair margin 443 ± 5 bp against 400 quoted: customer credit hides more than the chips; "
        "liquidation LTV passes 100 % in Oct-2027, paper LTV never above 74 %.",
    }


def _inputs(title: str) -> dict[str, Any]:
    return {
        "name": "made-up",
        "title": title,
        "claim": CLAIM,
        "customer_ratings": ["BB", "B", "CCC"],
        "compare_with": ["other-loan"],
        "market": {
            "btc": {"price": {"value": 80_000.0, "mark": "observed", "date": "2026-09-30"}},
            "rates": {"overnight": {"value": 0.04, "mark": "observed", "date": "2026-09-30"}},
            "devices": [{"id": "gb200"}],
            "term_quotes": [
                {
                    "device": "gb200",
                    "curve": "seller",
                    "tenor_months": months,
                    "value": rent,
                    "unit": "USD per GPU-hour",
                    "source": "a made-up rate card",
                    "mark": "observed",
                    "date": "2026-09-30",
                }
                for months, rent in ((12, 4.0), (36, 3.0))
            ],
        },
        "book": {
            "claims": [
                {
                    "id": CLAIM,
                    "name": "Made-up DDTL",
                    "borrower": "spv",
                    "closing_date": "2026-06-30",
                    "maturity_date": month_end(MONTHS),
                    "drawn_usd": 2.6e9,
                    "interest": {"kind": "floating", "margin_bp": 400.0},
                    "amortisation": {"kind": "sculpted"},
                    "covenants": [
                        {"test": "dscr", "minimum": 1.2},
                        {"test": "ltv", "maximum": 0.85, "basis": "book"},
                    ],
                    "collateral_fleets": ["fleet"],
                    "rank": 1,
                    "commitment_usd": 2.8e9,
                    "draws": [{"date": "2026-12-31", "amount_usd": 0.2e9}],
                    "sources": {"commitment_usd": {"mark": "observed"}},
                },
                {
                    "id": "coin-line",
                    "borrower": "miner",
                    "rank": 1,
                    "maturity_date": "2028-06-30",
                    "drawn_usd": 120e6,
                    "interest": {"kind": "fixed", "coupon": 0.09},
                    "amortisation": {"kind": "bullet"},
                    "coin_line": {
                        "pledged_btc": 2_500.0,
                        "initial_ltv": 0.6,
                        "call_ltv": 0.75,
                        "liquidation_ltv": 0.8,
                        "cure_hours": 24.0,
                        "recourse": True,
                    },
                    "sources": {"coin_line.call_ltv": {"mark": "observed"}},
                },
            ],
            "issuers": [{"id": "parent", "name": "Parent"}, {"id": "mine", "name": "Mine"}],
            "borrowers": [
                {
                    "id": "spv",
                    "issuer": "parent",
                    "accounts": {
                        "cash_usd": 50e6,
                        "coins_btc": 0.0,
                        "reserves": [{"name": "debt_service", "balance_usd": 90e6, "target_months": 3}],
                    },
                },
                {"id": "miner", "issuer": "mine", "accounts": {"cash_usd": 1e6, "coins_btc": 500.0}},
            ],
            "customers": [
                {
                    "id": "lab",
                    "name": "Made-up Lab",
                    "credit": {"rating": "B"},
                    "sources": {"credit.rating": {"mark": "assumed"}},
                },
            ],
            "fleets": [
                {
                    "id": "fleet",
                    "borrower": "spv",
                    "device": "gb200",
                    "units": 50_000,
                    "cost_usd_per_unit": 70_000.0,
                    "in_service": "2026-06-30",
                    "sources": {"units": {"mark": "observed"}, "cost_usd_per_unit": {"mark": "estimated"}},
                }
            ],
            "contracts": [
                {
                    "id": "c1",
                    "borrower": "spv",
                    "take_or_pay_share": 1.0,
                    "prepaid_usd": 100e6,
                    "fleet": "fleet",
                    "customer": "lab",
                    "price_usd_per_gpu_hour": 3.1,
                    "start": "2026-10-01",
                    "end": "2029-09-30",
                    "units": 50_000,
                },
                {
                    "id": "c2",
                    "borrower": "spv",
                    "take_or_pay_share": 0.9,
                    "prepaid_usd": 0.0,
                    "fleet": "fleet",
                    "customer": "lab",
                    "price_usd_per_gpu_hour": 2.6,
                    "start": "2029-10-01",
                    "end": "2031-03-31",
                    "units": 50_000,
                },
            ],
        },
    }


def _balance(month: int) -> float:
    return 2.6e9 * (1 - (month / MONTHS) ** 1.15)


def _values(month: int) -> dict[str, float]:
    years = month / 12
    return {
        "book": 3.5e9 * (1 - years / 6.0),
        "market": 3.4e9 * math.exp(-0.27 * years),
        "nolv": 2.75e9 * math.exp(-0.34 * years),
        "flv": 2.3e9 * math.exp(-0.36 * years),
    }


def _ladder() -> pl.DataFrame:
    rows = []
    for month in range(MONTHS + 1):
        balance, values = _balance(month), _values(month)
        principal = 0.0 if month == 0 else _balance(month - 1) - balance
        service = principal + balance * 0.08 / 12
        cfads = (1.42 - 0.006 * month + 0.05 * math.sin(month / 4)) * service
        alive = balance > 1.0
        rows.append(
            {
                "claim": CLAIM,
                "month": month,
                "date": month_end(month),
                "balance": balance,
                "interest": balance * 0.08 / 12,
                "principal": principal,
                "debt_service": service,
                "cfads": cfads,
                "contract_revenue": cfads * 1.2,
                "merchant_revenue": cfads * 0.1,
                "operating_cost": cfads * 0.3,
                "dscr": cfads / service if month and month % 3 == 0 else None,
                **{f"{name}_value": value for name, value in values.items()},
                **{f"{name}_ltv": balance / value if alive else None for name, value in values.items()},
                "rent": 3.0 * math.exp(-0.2 * month / 12),
                "break_even_rent": 1.9 - 0.004 * month,
            }
        )
    return pl.DataFrame(rows)


def _fans() -> pl.DataFrame:
    rows = []
    for month in range(MONTHS + 1):
        width, values = 0.32 * math.sqrt(month / 12), _values(month)
        centres = {
            "rent:gb200": 3.0 * math.exp(-0.2 * month / 12),
            f"market_ltv:{CLAIM}": _balance(month) / values["market"],
            f"nolv_ltv:{CLAIM}": _balance(month) / values["nolv"],
            f"flv_ltv:{CLAIM}": _balance(month) / values["flv"],
        }
        for series, centre in centres.items():
            quantiles = {
                f"p{p:02d}": centre * math.exp(width * z)
                for p, z in ((5, -1.64), (25, -0.67), (50, 0.0), (75, 0.67), (95, 1.64))
            }
            rows.append({"series": series, "date": month_end(month), "mean": centre * 1.02, **quantiles})
    return pl.DataFrame(rows)


BASE: dict[str, tuple[float | None, float | None, str | None]] = {
    "pd_1y": (0.0, None, "share"),
    "pd_3y": (0.061, 0.002, "share"),
    "pd_maturity": (0.124, 0.003, "share"),
    "pd_loss_maturity": (0.071, 0.002, "share"),
    "lgd": (0.31, 0.012, "share"),
    "el_bp": (118.0, 4.1, "bp"),
    "fair_margin_bp": (443.2, 4.8, "bp"),
    "fair_model_bp": (395.0, 4.6, "bp"),
    "quoted_margin_bp": (400.0, None, "bp"),
    "rich_cheap_bp": (-43.2, 4.8, "bp"),
    "wal_years": (2.9, None, "years"),
    "min_dscr": (1.07, None, "x"),
    "llcr": (1.21, None, "x"),
    "book_ltv": (0.743, None, "share"),
    "market_ltv": (0.765, None, "share"),
    "nolv_ltv": (0.945, None, "share"),
    "flv_ltv": (1.13, None, "share"),
    "over_lending_multiple": (1.12, None, "x"),
    "implied_payback_years": (3.4, None, "years"),
    "tenor_years": (5.0, None, "years"),
}
STOCHASTIC = ("pd_", "lgd", "el_bp", "fair_", "rich_")
SHIFTS = {
    "haircut": 0.0,
    "building": -310.0,
    "without:deflation": -62.0,
    "without:revenue_risk": -171.0,
    "without:convergence": -24.0,
    "without:illiquidity": -48.0,
    "customer:BB": -120.0,
    "customer:B": 10.0,
    "customer:CCC": 420.0,
    "depth:a third": 38.0,
    "depth:three times": -21.0,
    "case:other-loan": 55.0,
}


def _measures() -> pl.DataFrame:
    rows = []
    for scenario, shift in SHIFTS.items():
        factor = max(0.05, 1 + shift / 443.2)
        for measure, (value, spread, unit) in BASE.items():
            exact = not measure.startswith(STOCHASTIC)
            reason = None
            if measure in ("fair_margin_bp", "fair_model_bp"):
                value = (value or 0.0) + shift
            elif measure.startswith(("pd_", "el_")):
                value = (value or 0.0) * factor
            elif measure == "rich_cheap_bp":
                value = (value or 0.0) - shift
            if scenario == "building" and measure == "lgd":
                value, spread, reason = None, None, "too_few_defaults"
            rows.append((scenario, CLAIM, measure, value, spread, unit, exact, reason, None))
        texts = {"quote_kind": "contract", "quote_date": "2026-05-28", "first_dscr_breach": "2030-12-31"}
        if scenario == "building":
            texts["first_dscr_breach"] = "none"
        if scenario == "depth:a third":
            texts |= {"nolv_ltv_passes_100": AS_OF, "nolv_ltv_back_below_100": "2031-03-31"}
        if scenario == "depth:three times":
            texts |= {"nolv_ltv_passes_100": "never", "nolv_ltv_back_below_100": "never"}
        rows += [(scenario, CLAIM, name, None, None, None, True, None, text) for name, text in texts.items()]
        rows.append((scenario, CLAIM, "fair_calibrated_bp", None, None, "bp", False, "missing_input", None))
        if scenario.startswith(("without:", "building", "depth:")):
            rows.append((scenario, CLAIM, "hidden_bp", -shift, 2.1, "bp", False, None, None))
    names = ["scenario", "claim", "measure", "value", "std_error", "unit", "exact", "reason", "text"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(paths=pl.when(pl.col("scenario") == "haircut").then(PATHS).otherwise(4096))


def _health() -> pl.DataFrame:
    rows = [
        ("unpaid_at_maturity", CLAIM, "P", 640, 0.032, 0.0012, 4.1e6, 2.2e5, "usd"),
        ("unpaid_at_maturity", CLAIM, "Q", 900, 0.045, 0.0015, 6.0e6, 2.9e5, "usd"),
        ("never_drawn", CLAIM, "P", 40, 0.002, 0.0003, 1.0e5, 1.6e4, "usd"),
        ("price_capped", "b200.psi_sale", "", None, None, None, 1.71, None, "x"),
    ]
    names = ("what", "of", "measure", "paths", "share", "share_error", "value", "value_error", "unit")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def _causes() -> pl.DataFrame:
    counts = {
        "proximate": {"payment": 1320, "liquidity": 640, "maturity": 12, "ltv": 0, "coverage": 508},
        "root": {"customer": 1905, "payment": 330, "maturity": 12, "coverage": 233},
    }
    rows = [
        (CLAIM, measure, kind, cause, round(count * factor))
        for measure, factor in (("P", 1.0), ("Q", 1.6))
        for kind, causes in counts.items()
        for cause, count in causes.items()
    ]
    return pl.DataFrame(rows, schema=["claim", "measure", "kind", "cause", "count"], orient="row")


def _defaults() -> pl.DataFrame:
    rows = [(CLAIM, month, month_end(month), "P", 41) for month in range(1, MONTHS + 1)]
    return pl.DataFrame(rows, schema=["claim", "month", "date", "measure", "defaults"], orient="row")


def _provenance() -> pl.DataFrame:
    rows = [
        (
            f"book.claims.{CLAIM}.drawn_usd",
            2.6e9,
            "USD",
            "observed",
            "https://example.org/filing",
            "2026-05-28",
            None,
            None,
            "8-K",
        ),
        (
            f"book.claims.{CLAIM}.interest.margin_bp",
            400.0,
            "bp",
            "observed",
            "https://example.org/filing",
            "2026-05-28",
            None,
            None,
            None,
        ),
        (
            "book.contracts.c1.price_usd_per_gpu_hour",
            3.1,
            "USD per GPU-hour",
            "assumed",
            None,
            None,
            2.4,
            3.6,
            NASTY,
        ),
        (
            "book.contracts.c2.price_usd_per_gpu_hour",
            2.6,
            "USD per GPU-hour",
            "assumed",
            None,
            None,
            2.0,
            3.2,
            None,
        ),
        (
            "market.compute.volatility.balanced",
            0.15,
            "a year",
            "estimated",
            "a very long reference without any place to break: gpu_cloud_prices_community_2022_2025.csv",
            "2026-09-30",
            0.1,
            0.2,
            "by eye",
        ),
        (
            "market.rates.usd_sofr",
            0.0371,
            "a year",
            "observed",
            "javascript:alert(1)",
            "2026-09-26",
            None,
            None,
            None,
        ),
    ]
    names = ["path", "value", "unit", "mark", "source", "date", "range_low", "range_high", "note"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(text=pl.lit(None, pl.String), group=pl.col("path"), used=pl.lit(True))

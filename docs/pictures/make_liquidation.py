"""Writes docs/cases/ten-thousand-h100s.md and its picture: `.venv/bin/python docs/pictures/make_liquidation.py`."""

# ruff: noqa: E501  (a paragraph of a page is one line)

from collections.abc import Sequence
from pathlib import Path

import haircut as hc
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibits import liquidation_price_path
from haircut.reports.liquidation_text import range_of, value_of
from haircut.reports.picture import svg
from haircut.studies.liquidate import Liquidation

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cases" / "ten-thousand-h100s.md"
PICTURE = ROOT / "docs" / "pictures" / "ten-thousand-h100s.svg"
MARKET, DEVICE, UNITS = "2026-10-01", "h100-sxm", 10_000.0
STATES = (("mix", False), ("balanced", False), ("scarce", False), ("glut", False), ("glut", True))
SIZES = (100.0, 1_000.0, 10_000.0, 100_000.0)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def share(value: float) -> str:
    """A share as it is printed, in %."""
    return print_.number(value, "share")


def with_error(value: float, error: float) -> str:
    """A share with its standard error."""
    return f"{share(value)} ± {print_.error(error, 'share')}"


def by_depth(found: Liquidation) -> str:
    """The sale at three depths."""
    rows = []
    for name, sale in zip(("a third", "the market's", "three times"), found.sales, strict=True):
        rows.append(
            [
                name,
                f"{sale.depth_units_a_month:,.0f}",
                str(sale.months),
                print_.number(sale.nolv_usd, "usd"),
                share(sale.nolv_usd / found.value_usd),
                share(sale.flv_usd / found.value_usd),
                with_error(sale.haircut_95.value, sale.haircut_95.std_error),
                with_error(sale.haircut_99.value, sale.haircut_99.std_error),
                with_error(sale.haircut_95_after_lag.value, sale.haircut_95_after_lag.std_error),
            ]
        )
    heads = ["depth", "units a month", "months", "orderly, $m", "orderly, % of mark", "one month, % of mark",
             "haircut 95, %", "haircut 99, %", "haircut 95 after enforcement, %"]  # fmt: skip
    return table(heads, rows)


def by_state() -> str:
    """The sale in each state of today's market."""
    rows = []
    for regime, stress in STATES:
        found = hc.liquidate(MARKET, DEVICE, UNITS, regime=regime, stress=stress)
        name = "today's mix" if regime == "mix" else regime
        rows.append(
            [
                f"{name}, funding in stress" if stress else name,
                f"{found.mark_usd:,.0f}",
                print_.number(found.value_usd, "usd"),
                print_.number(found.sale.nolv_usd, "usd"),
                share(found.sale.nolv_usd / found.value_usd),
                share(found.sale.flv_usd / found.value_usd),
                str(found.sale.months),
            ]
        )
    heads = ["market today", "mark, USD each", "mark, $m", "orderly, $m", "orderly, % of mark",
             "one month, % of mark", "months"]  # fmt: skip
    return table(heads, rows)


def by_size() -> str:
    """Other numbers of units."""
    rows = []
    for units in SIZES:
        found = hc.liquidate(MARKET, DEVICE, units)
        third, own, three = found.sales
        rows.append(
            [
                f"{units:,.0f}",
                str(own.months),
                *(share(sale.nolv_usd / found.value_usd) for sale in (third, own, three)),
                share(own.flv_usd / found.value_usd),
                with_error(own.haircut_95.value, own.haircut_95.std_error),
            ]
        )
    heads = ["units", "months", "orderly at a third, % of mark", "at the market's depth", "at three times",
             "one month, % of mark", "haircut 95, %"]  # fmt: skip
    return table(heads, rows)


def by_ltv(found: Liquidation) -> str:
    """Recovery by loan-to-value."""
    rows = []
    for each in found.sale.recoveries:
        whole = (
            print_.probability_without_events(found.paths)
            if each.whole == 0.0
            else with_error(each.whole, each.whole_std_error)
        )
        late = with_error(each.after_lag, each.after_lag_std_error)
        rows.append(
            [
                share(each.ltv),
                print_.number(each.debt_usd, "usd"),
                share(each.orderly),
                share(each.forced),
                late,
                whole,
            ]
        )
    heads = ["debt, % of mark", "$m", "recovered orderly, %", "in one month, %", "after enforcement, mean of paths, %",
             "made whole, % of paths"]  # fmt: skip
    return table(heads, rows)


def by_input(found: Liquidation) -> str:
    """What was read, observed first."""
    rows = [
        [f"`{each.path}`", value_of(each), range_of(each), each.mark, each.unit]
        for each in sorted(
            found.inputs, key=lambda each: ("observed", "estimated", "assumed").index(each.mark)
        )
    ]
    return table(["input", "value", "range", "mark", "unit"], rows)


def page(found: Liquidation) -> str:
    """The page as text."""
    sale, (third, _, three) = found.sale, found.sales
    peak = float(f"{third.most_repaid_units:.3g}")
    whole = max(each.ltv for each in found.sale.recoveries if each.orderly >= 1.0)
    return f"""# If a lender seizes 10,000 H100s, to whom does it sell?

{found.sentence()}

![Price of each lot against the mark](../pictures/ten-thousand-h100s.svg)

The mark is what a paper LTV uses: the income value of the machine times the basis of appraisals. One unit alone fetches {share(found.sale_usd / found.mark_usd)} % of it before costs, because executed sales lie that far under appraisals; of what is left, size and costs take {share(1.0 - sale.nolv_usd / (found.units * found.sale_usd))} % in an orderly sale and {share(1.0 - sale.flv_usd / (found.units * found.sale_usd))} % in one month. Of the round loan-to-values below, {share(whole)} % is the highest that the orderly sale repays.

## At three depths

{by_depth(found)}

Depth, the units that buyers take a month, is the least certain number here, so every answer stands at a third and at three times it. Between those the orderly value moves from {share(third.nolv_usd / found.value_usd)} to {share(three.nolv_usd / found.value_usd)} % of the mark. The basis matters more: were machines sold at the basis of the mark in place of executed sales, the orderly sale would bring {share(sale.nolv_at_mark_usd / found.value_usd)} % of it and one month {share(sale.flv_at_mark_usd / found.value_usd)} %.

## In another market

{by_state()}

## In another number

{by_size()}

No number of H100s up to the installed base repays a debt above {print_.in_sentence(sale.most_repaid_usd, "usd")} in today's market, and at a third of its depth above {print_.in_sentence(third.most_repaid_usd, "usd")} (reached with {peak:,.0f} units; more bring less).

## What a lender gets back

{by_ltv(found)}

Orderly and one-month sales are as expected today. After enforcement: seized {found.lag_months} months after default on each of {found.paths:,} paths, sold in the time that is best there, discounted to default at the return of the machine.

## To whom

{found.buyers.sentence} An operator that could take all of them needs {found.units * 1.15 / 1_000.0:,.1f} MW of air-cooled hall with racks of 40 kW; `--case` counts such halls in a case.

## What is observed and what is assumed

{by_input(found)}

No bulk sale of GPUs is public. The one executed price is a median of single units sold at retail; depth and impact come from lots of mining rigs sold in 2022 and from one published table of speed factors ([calibration](../methods/calibration.md)).

## The same again

    haircut liquidate h100-sxm --units 10000
    haircut liquidate h100-sxm --units 10000 --regime glut --stress
    haircut liquidate h100-sxm --table
    haircut market explain h100-sxm.psi_sale

Made by `docs/pictures/make_liquidation.py` in market {MARKET}, seed {found.seed}; the tests of the documentation make it again and compare. Equations: [liquidation](../methods/liquidation.md).
"""


def main() -> None:
    """Write page and picture."""
    found = hc.liquidate(MARKET, DEVICE, UNITS)
    PAGE.write_text(page(found), "utf-8")
    exhibit = liquidation_price_path.build(found)
    assert exhibit.chart is not None
    PICTURE.write_text(svg(exhibit.chart, name=exhibit.name, title=exhibit.title) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""A sale in the terminal: verdict, depths, schedule, recoveries, buyers, what is observed, what to try next."""

from __future__ import annotations

import textwrap

from haircut.machines.view.explain import ValueOrigin
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_text import section
from haircut.reports.exhibits import haircut_table, liquidation_price_path, secured_ltv
from haircut.reports.terminal import WIDTH, text_table
from haircut.studies.liquidate import HaircutTable, Liquidation, Secured


def liquidation_text(found: Liquidation, command: str) -> str:
    """The whole answer on a page.

    Args:
        found: the sale.
        command: how the program is called, for the next commands.
    """
    parts = [
        textwrap.fill(head(found), WIDTH),
        textwrap.fill(found.sentence(), WIDTH),
        depths(found),
        schedule(found),
        recoveries(found),
        textwrap.fill(debts(found), WIDTH),
        textwrap.fill(found.buyers.sentence, WIDTH),
        halls(found),
        power_classes(found),
        inputs(found),
        "\n".join(next_commands(found, command)),
    ]
    return "\n\n".join(part for part in parts if part)


def table_text(found: HaircutTable) -> str:
    """The haircut table in the terminal."""
    head_line = f"haircut   table · market as of {print_.date(found.as_of)} · {found.paths:,} paths"
    return f"{head_line}\n\n{section(haircut_table.build(found))}"


def secured_text(found: Secured) -> str:
    """LTVs of every secured claim in the terminal."""
    head_line = f"haircut   secured claims of {found.case} · as of {print_.date(found.as_of)}"
    return f"{head_line}\n\n{section(secured_ltv.build(found))}"


def head(found: Liquidation) -> str:
    """What was asked, in one line."""
    state = "today's mix of regimes" if found.regime == "mix" else f"{found.regime} market"
    return " · ".join(
        [
            f"haircut   {found.device}",
            f"{found.units:,.0f} units",
            f"market as of {print_.date(found.as_of)}",
            state,
            "funding in stress" if found.stress else "funding as today",
            f"{found.paths:,} paths",
        ]
    )


def depths(found: Liquidation) -> str:
    """One row a depth."""
    heads = ["depth", "a month", "months", "NOLV, $m", "%", "FLV, $m", "%", "95 %", "99 %", "95 % late"]
    rows = []
    for name, sale in zip(("x 1/3", "x 1", "x 3"), found.sales, strict=True):
        depth = "no limit" if sale.depth_units_a_month is None else f"{sale.depth_units_a_month:,.0f}"
        money = [
            print_.number(value, unit)
            for usd in (sale.nolv_usd, sale.flv_usd)
            for value, unit in ((usd, "usd"), (usd / found.value_usd, "share"))
        ]
        haircuts = [
            f"{print_.number(each.value, 'share')} ± {print_.error(each.std_error, 'share')}"
            for each in (sale.haircut_95, sale.haircut_99, sale.haircut_95_after_lag)
        ]
        rows.append([name, depth, str(sale.months), *money, *haircuts])
    note = (
        f"%: of the mark of {print_.in_sentence(found.value_usd, 'usd')}. 95 %, 99 %: haircut that repays a lender on "
        f"so many paths, seized today, in % of the mark; late: after {found.lag_months} months of enforcement; ± one "
        "standard error. Depth is the least certain number here."
    )
    return f"{text_table(heads, rows, (False, *[True] * 9))}\n{textwrap.fill(note, WIDTH)}"


def schedule(found: Liquidation) -> str:
    """The orderly sale by month at the market's depth."""
    built = liquidation_price_path.build(found)
    assert built.table is not None
    rows = [[cell.text for cell in row] for row in built.table.rows()]
    columns = built.table.columns
    return text_table([column.heading for column in columns], rows, [column.numeric for column in columns])


def recoveries(found: Liquidation) -> str:
    """What a lender gets back by loan-to-value."""
    rows = [
        [
            print_.number(each.ltv, "share"),
            print_.number(each.debt_usd, "usd"),
            print_.number(each.orderly, "share"),
            print_.number(each.forced, "share"),
            f"{print_.number(each.after_lag, 'share')} ± {print_.error(each.after_lag_std_error, 'share')}",
            _share(each.whole, each.whole_std_error, found.paths),
        ]
        for each in found.sale.recoveries
    ]
    heads = ["LTV, %", "debt, $m", "orderly, %", "forced, %", "after the lag, %", "made whole, % of paths"]
    return text_table(heads, rows, (True,) * 6)


def _share(value: float, std_error: float, paths: int) -> str:
    if value == 0.0:
        return print_.probability_without_events(paths)
    return f"{print_.number(value, 'share')} ± {print_.error(std_error, 'share')}"


def debts(found: Liquidation) -> str:
    """The largest debts, and the sale at the other basis."""
    sale = found.sale
    expected, likely, most, thin, orderly, forced = (
        print_.in_sentence(usd, "usd")
        for usd in (sale.largest_debt_usd, sale.largest_debt_95_usd, sale.most_repaid_usd,
                    found.sales[0].most_repaid_usd, sale.nolv_at_mark_usd, sale.flv_at_mark_usd)
    )  # fmt: skip
    return (
        f"The largest debt that this sale repays is {expected} as expected and {likely} on 95 % of paths. No number of "
        f"{found.device} up to the installed base repays more than {most} here, nor more than {thin} at a third of the "
        f"depth. Sold at the basis of the mark in place of executed sales, the orderly sale would bring {orderly} and "
        f"one month {forced}."
    )


def halls(found: Liquidation) -> str:
    """Halls of known operators, where there are any."""
    rows = [
        [hall.site, f"{hall.spare_mw:,.1f}", f"{hall.units:,.0f}", hall.why_not or "fits"]
        for hall in found.buyers.halls
    ]
    return text_table(["hall", "spare MW", "units", ""], rows, (False, True, True, False)) if rows else ""


def power_classes(found: Liquidation) -> str:
    """Who could run a rig, by what it pays for power."""
    rows = [
        [each.buyer, f"{each.power_price_usd_per_kwh:.3f}", print_.number(each.share, "share"),
         f"{each.switch_off_usd_per_ph_day:.1f}", "runs" if each.runs else "stands still"]
        for each in found.buyers.power
    ]  # fmt: skip
    heads = ["buyer", "USD per kWh", "share, %", "stands still below, USD per PH/s day", "today"]
    return text_table(heads, rows, (False, True, True, True, False)) if rows else ""


def inputs(found: Liquidation) -> str:
    """What was read: observed, estimated, assumed."""
    counts = {mark: sum(1 for each in found.inputs if each.mark == mark) for mark in MARKS}
    rows = [[each.path, value_of(each), range_of(each), each.mark] for each in found.inputs]
    said = ", ".join(f"{count} {mark}" for mark, count in counts.items())
    table = text_table(["input", "value", "range", "mark"], rows, (False, False, False, False))
    return f"inputs: {said}\n{table}"


MARKS = ("observed", "estimated", "assumed")


def value_of(origin: ValueOrigin) -> str:
    """The numbers of one input; several are listed in their own order."""
    found = [
        print_.plain(value)
        for name, value in origin.value.items()
        if isinstance(value, float) and name != "tenor_months"
    ]
    return ", ".join(found)


def range_of(origin: ValueOrigin) -> str:
    """Its range, where it has one."""
    return (
        "" if origin.range is None else f"{print_.plain(origin.range[0])} to {print_.plain(origin.range[1])}"
    )


def next_commands(found: Liquidation, command: str) -> list[str]:
    """Three things to try."""
    here = f"{command} liquidate {found.device} --units {found.units:.0f}"
    worse = "--stress" if found.buyers.power else "--regime glut --stress"
    other = f"{here} {worse}" if not found.stress else here
    return [
        f"next  {other}",
        f"      {here} --svg sale.svg",
        f"      {command} liquidate {found.device} --table",
    ]

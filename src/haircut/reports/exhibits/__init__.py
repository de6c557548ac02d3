"""The exhibits, one file each. To add one: write the file, add its line here; it appears on every face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibits import (
    borrowing_base,
    cash_identities,
    causes,
    coin_line,
    cover_ratios,
    customer_curves,
    depth_of_the_market,
    health,
    ladder,
    limits_of_the_model,
    loans_side_by_side,
    ltv_paths,
    mechanisms,
    offtake,
    recovery_by_rank,
    rent_fan,
    result_table,
    sensitivities,
    sources_and_assumptions,
    sources_and_uses,
    spread_waterfall,
    term_strip,
)
from haircut.reports.frames import RunFrames

EXHIBITS: Final[dict[str, Callable[[RunFrames], Exhibit]]] = {
    "ltv_paths": ltv_paths.build,
    "result_table": result_table.build,
    "spread_waterfall": spread_waterfall.build,
    "customer_curves": customer_curves.build,
    "mechanisms": mechanisms.build,
    "depth_of_the_market": depth_of_the_market.build,
    "sensitivities": sensitivities.build,
    "sources_and_uses": sources_and_uses.build,
    "offtake": offtake.build,
    "borrowing_base": borrowing_base.build,
    "coin_line": coin_line.build,
    "recovery_by_rank": recovery_by_rank.build,
    "rent_fan": rent_fan.build,
    "term_strip": term_strip.build,
    "cover_ratios": cover_ratios.build,
    "loans_side_by_side": loans_side_by_side.build,
    "ladder": ladder.build,
    "causes": causes.build,
    "cash_identities": cash_identities.build,
    "health": health.build,
    "limits_of_the_model": limits_of_the_model.build,
    "sources_and_assumptions": sources_and_assumptions.build,
}

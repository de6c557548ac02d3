"""Tables of the commands, from made-up answers."""

from types import SimpleNamespace

import polars as pl

from haircut.faces.tables import runs_table, spread, spread_table, underwriting_text


def answer(basis: str, value: float) -> SimpleNamespace:
    row = {"value": value, "std_error": 4.0, "reason": None}
    return SimpleNamespace(id=basis * 3, claim="loan", manifest={"case": "made-up"}, row=lambda _: row)


def test_the_spread_of_rent_bases_is_the_largest_less_the_least() -> None:
    apart = spread({"list": answer("list", 380.0), "traded": answer("traded", 455.0)})
    assert apart["spread_bp"] == 75.0
    assert "the choice of rent basis moves the fair margin by 75 bp" in spread_table(apart)
    assert "455  ± 4" in spread_table(apart)


def test_an_empty_list_of_runs_says_how_to_make_one() -> None:
    assert "haircut reprice" in runs_table(pl.DataFrame())


def test_underwriting_shows_ltv_with_its_bases_by_year() -> None:
    row = SimpleNamespace(date="2026-10-01", book=0.74, market=0.8, nolv=0.95, flv=None)
    found = SimpleNamespace(
        case="made-up",
        claim="loan",
        overlays=("worse",),
        as_of="2026-10-01",
        drawn_usd=2.6e9,
        sizing_binding="dscr",
        tenor_years=5.0,
        wal_years=2.9,
        min_dscr=1.07,
        lender_min_dscr=1.3,
        first_dscr_breach=None,
        llcr=1.2,
        over_lending_multiple=1.1,
        over_lending_same_tenor=1.05,
        implied_payback_years=3.0,
        ltv=[row] * 14,
    )
    text = underwriting_text(found)
    assert text.count("01-Oct-2026") == 4  # the head, month 0, month 12, the last
    assert "$2,600.0m, sized by dscr" in text
    assert "n/a" in text

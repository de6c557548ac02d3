"""The register of sources, the marks and the list of fields."""

import json

import polars as pl

from haircut.case import input_marks, overlay, provenance_rows, schema_fields, summary
from haircut.case.fields import walk
from haircut.case.provenance import Sourced
from haircut.case.register import rows


def test_every_value_of_the_market_is_in_the_register(good):
    owners = {row.owner for row in rows(good) if row.path.startswith("market.")}
    assert len(owners) == sum(isinstance(value, Sourced) for _, value, _ in walk(good.market))


def test_rows_name_things(good):
    by_path = {row["path"]: row for row in provenance_rows(good)}
    assert by_path["market.rents[h100-sxm@one-year-contract]"]["value"] == 2.65
    assert by_path["market.compute.drift.glut"]["value"] == -0.35
    margin = by_path["book.claims[term-loan].interest.margin_bp"]
    assert (margin["unit"], margin["mark"], margin["source"]) == ("bp", "observed", "credit agreement")
    # An entry of a part holds for all below it; a number without one is assumed.
    assert by_path["book.borrowers[spv].accounts.cash_usd"]["source"] == "closing statement"
    assert by_path["book.fleets[fleet-two].units"]["mark"] == "assumed"
    assert by_path["book.fleets[fleet-one].units"]["range"] == (990.0, 1010.0)


def test_paths_are_unique(good):
    paths = [row["path"] for row in provenance_rows(good)]
    assert len(set(paths)) == len(paths)


def test_what_is_not_used_does_not_count(good):
    used = {row.owner for row in rows(good) if row.used}
    assert "market.rents[h100-sxm@list]" not in used
    assert "market.rents[h100-sxm@one-year-contract]" in used
    assert "market.devices[h100-sxm].new_price" not in used
    assert "market.resale[h100-sxm@executed]" not in used
    assert sum(input_marks(good).values()) == len(used)


def test_an_overlay_moves_a_mark(good):
    before, after = input_marks(good), input_marks(overlay(good, {"market": {"rates": {"overnight": 0.02}}}))
    assert after["observed"] == before["observed"] - 1
    assert after["assumed"] == before["assumed"] + 1


def test_the_register_is_a_table(good):
    assert pl.DataFrame(provenance_rows(good), strict=False).columns == [
        "path", "value", "unit", "mark", "source", "date", "range", "note",
    ]  # fmt: skip


def test_the_summary_is_plain_data(good):
    plain = json.loads(json.dumps(summary(good).as_dict()))
    assert plain["as_of"] == "2026-10-01"
    assert plain["entities"]["contracts"] == 3
    assert plain["claims"][0]["amount_usd"] == 4e7
    assert plain["stale"][0]["path"] == "market.rents[1]"


def test_fields_that_must_be_read():
    fields = schema_fields()
    assert len(set(fields)) == len(fields)
    for descriptive in (
        ("Claim", "name"), ("Device", "new_price"), ("Quantity", "source"), ("Case", "title"),
    ):  # fmt: skip
        assert descriptive not in fields
    for read in (("Quantity", "value"), ("Fleet", "units"), ("RentPath", "then"), ("Launch", "wedge")):
        assert read in fields
    assert not [model for model, _ in fields if model in ("Provenance", "ResaleQuote", "LenderShare")]

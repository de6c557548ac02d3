"""Each way of spoiling a good case, and exactly what the user is told."""

import pathlib
import shutil

import pytest

from haircut.case import load
from haircut.errors import InputRefused

GOOD = pathlib.Path(__file__).parent / "good_case"

# What is wrong; the file; the text that is replaced (None: the whole file); the new text (None: no file);
# every problem that the user reads, in order.
MUTATIONS: list[tuple[str, str, str | None, str | bytes | None, tuple[str, ...]]] = [
    (
        "duplicate key",
        "loan/book/lenders.yaml",
        "- id: fund\n  name: A fund",
        "- id: fund\n  id: fond\n  name: A fund",
        (
            "loan/book/lenders.yaml:4: book.lenders[1].id: found the key 'id' again (first on line "
            "3); expected each key once",
        ),
    ),
    (
        "unknown field near a valid one",
        "loan/book/claims.yaml",
        "cash_sweep_share: 0.5",
        "cash_sweep_shar: 0.5",
        (
            "loan/book/claims.yaml:16: book.claims[0].cash_sweep_shar: found the unknown field "
            "'cash_sweep_shar'; expected a field; nearest valid spelling: 'cash_sweep_share'",
        ),
    ),
    (
        "misspelt required field is one problem",
        "loan/book/claims.yaml",
        "  maturity_date: 2031-01-31\n",
        "  maturty_date: 2031-01-31\n",
        (
            "loan/book/claims.yaml:6: book.claims[0].maturty_date: found the unknown field "
            "'maturty_date'; expected a field; nearest valid spelling: 'maturity_date'",
        ),
    ),
    (
        "unknown field far from all",
        "loan/book/sites.yaml",
        "  cooling: air",
        "  cooling: air\n  qqq: 1",
        (
            "loan/book/sites.yaml:5: book.sites[0].qqq: found the unknown field 'qqq'; expected a "
            "field: cooling, hall_access, id, landlord, name, power_mw, power_price_usd_per_kwh, "
            "rack_density_kw, sources",
        ),
    ),
    (
        "missing required field",
        "loan/book/fleets.yaml",
        "  units: 200\n",
        "",
        (
            "loan/book/fleets.yaml:11: book.fleets[1].units: found nothing; expected a number above "
            "0 (required)",
        ),
    ),
    (
        "not a number",
        "market/power.yaml",
        "{value: 0.07,",
        "{value: .nan,",
        (
            "market/power.yaml:1: market.power.price.value: found .nan; expected a finite number, or "
            "no entry where the value is not known",
        ),
    ),
    (
        "infinite number",
        "loan/book/claims.yaml",
        "commitment_usd: 4.0e7",
        "commitment_usd: .inf",
        (
            "loan/book/claims.yaml:7: book.claims[0].commitment_usd: found .inf; expected a finite "
            "number, or no entry where the value is not known",
        ),
    ),
    (
        "number too large",
        "loan/book/claims.yaml",
        "commitment_usd: 4.0e7",
        "commitment_usd: 4.0e700",
        (
            "loan/book/claims.yaml:7: book.claims[0].commitment_usd: found 4.0e700; expected a "
            "number below 1.8e308",
        ),
    ),
    (
        "whole number too large",
        "loan/book/fleets.yaml",
        "units: 1000\n",
        "units: 99999999999999999999999999\n",
        (
            "loan/book/fleets.yaml:5: book.fleets[0].units: found a whole number of more than 18 "
            "digits; expected a smaller number, or 1e30",
        ),
    ),
    (
        "number with separators",
        "loan/book/fleets.yaml",
        "cost_usd_per_unit: 40000",
        "cost_usd_per_unit: 40_000",
        (
            "loan/book/fleets.yaml:6: book.fleets[0].cost_usd_per_unit: found '40_000'; expected a "
            "number above 0",
        ),
    ),
    (
        "negative count",
        "loan/book/fleets.yaml",
        "units: 200\n",
        "units: -200\n",
        ("loan/book/fleets.yaml:15: book.fleets[1].units: found -200; expected a number above 0",),
    ),
    (
        "zero count",
        "loan/book/contracts.yaml",
        "units: 600",
        "units: 0",
        ("loan/book/contracts.yaml:13: book.contracts[1].units: found 0; expected a number above 0",),
    ),
    (
        "share above one",
        "loan/book/contracts.yaml",
        "take_or_pay_share: 0.8",
        "take_or_pay_share: 80",
        (
            "loan/book/contracts.yaml:17: book.contracts[1].take_or_pay_share: found 80; expected a "
            "number from 0 to 1",
        ),
    ),
    (
        "text in place of a number",
        "loan/book/claims.yaml",
        "margin_bp: 450, hedged_share",
        "margin_bp: high, hedged_share",
        (
            "loan/book/claims.yaml:14: book.claims[0].interest.margin_bp: found 'high'; expected a "
            "number of at least 0",
        ),
    ),
    (
        "true in place of a number",
        "loan/book/claims.yaml",
        "undrawn_fee_bp: 40",
        "undrawn_fee_bp: true",
        (
            "loan/book/claims.yaml:13: book.claims[0].undrawn_fee_bp: found true; expected a number "
            "of at least 0",
        ),
    ),
    (
        "a fraction in place of a whole number",
        "loan/case.yaml",
        "paths: 1000",
        "paths: 1000.5",
        ("loan/case.yaml:9: settings.paths: found 1000.5; expected a whole number from 1 to 10000000",),
    ),
    (
        "quoted date",
        "loan/book/claims.yaml",
        "closing_date: 2026-01-31",
        "closing_date: '2026-01-31'",
        (
            "loan/book/claims.yaml:5: book.claims[0].closing_date: found '2026-01-31'; expected a "
            "date such as 2026-10-01, without quotes",
        ),
    ),
    (
        "no date of the calendar",
        "loan/book/claims.yaml",
        "closing_date: 2026-01-31",
        "closing_date: 2026-02-31",
        (
            "loan/book/claims.yaml:5: book.claims[0].closing_date: found 2026-02-31; expected a date "
            "of the calendar, such as 2026-10-01",
        ),
    ),
    (
        "mapping in place of a list",
        "loan/book/lenders.yaml",
        "- id: bank\n  name: A bank\n- id: fund\n  name: A fund\n  risk_budget_usd: 5.0e7\n",
        "bank: A bank\n",
        ("loan/book/lenders.yaml:1: book.lenders: found a mapping; expected a list",),
    ),
    (
        "empty file",
        "market/power.yaml",
        None,
        "",
        ("market/power.yaml: market.power: found nothing; expected a mapping",),
    ),
    (
        "missing required file",
        "loan/book/claims.yaml",
        None,
        None,
        ("loan/book/claims.yaml: book.claims: found no file; expected this file (required)",),
    ),
    (
        "misspelt file",
        "loan/book/contrats.yaml",
        None,
        "[]\n",
        (
            "loan/book/contrats.yaml: found the file 'contrats.yaml'; expected a file of the folder "
            "book; nearest valid spelling: 'contracts.yaml'",
        ),
    ),
    (
        "bad enum",
        "loan/book/claims.yaml",
        "consequence: sweep",
        "consequence: swep",
        (
            "loan/book/claims.yaml:19: book.claims[0].covenants[1].consequence: found 'swep'; "
            "expected one of lock_up, sweep, margin_step, acceleration; nearest valid spelling: "
            "'sweep'",
        ),
    ),
    (
        "bad identifier",
        "loan/book/sites.yaml",
        "id: hall",
        "id: Hall One",
        (
            "loan/book/fleets.yaml:3: book.fleets[0].site: found 'hall'; expected the id of a site "
            "of the book; nearest valid spelling: 'Hall One'",
            "loan/book/fleets.yaml:13: book.fleets[1].site: found 'hall'; expected the id of a site "
            "of the book; nearest valid spelling: 'Hall One'",
            "loan/book/sites.yaml:1: book.sites[0].id: found 'Hall One'; expected an identifier "
            "(lower-case letters, digits, '.', '_', '-')",
        ),
    ),
    (
        "dates out of order",
        "loan/book/contracts.yaml",
        "start: 2026-01-31\n  end: 2028-12-31",
        "start: 2029-01-31\n  end: 2028-12-31",
        (
            "loan/book/contracts.yaml:8: book.contracts[0].end: found 2028-12-31; expected a date "
            "after start, 2029-01-31",
        ),
    ),
    (
        "maturity before closing",
        "loan/book/claims.yaml",
        "closing_date: 2026-01-31",
        "closing_date: 2032-01-31",
        (
            "loan/book/claims.yaml:6: book.claims[0].maturity_date: found 2031-01-31; expected a "
            "date after closing_date, 2032-01-31",
        ),
    ),
    (
        "draws out of order",
        "loan/book/claims.yaml",
        "date: 2027-03-31, amount",
        "date: 2026-11-30, amount",
        (
            "loan/book/claims.yaml:11: book.claims[0].draws[1].date: found 2026-11-30; expected a "
            "date after the draw before it, 2026-12-31",
        ),
    ),
    (
        "draws beyond the commitment",
        "loan/book/claims.yaml",
        "commitment_usd: 4.0e7",
        "commitment_usd: 3.9e7",
        (
            "loan/book/claims.yaml:7: book.claims[0].commitment_usd: found 39000000; expected at "
            "least drawn_usd plus draws, 40000000",
        ),
    ),
    (
        "draw after the last draw date",
        "loan/book/claims.yaml",
        "last_draw_date: 2027-06-30",
        "last_draw_date: 2027-01-31",
        (
            "loan/book/claims.yaml:11: book.claims[0].draws[1].date: found 2027-03-31; expected a "
            "date up to last_draw_date, 2027-01-31",
        ),
    ),
    (
        "draw in the past",
        "loan/book/claims.yaml",
        "date: 2026-12-31, amount",
        "date: 2026-09-30, amount",
        (
            "loan/book/claims.yaml:10: book.claims[0].draws[0].date: found 2026-09-30; expected a "
            "date after the as-of date 2026-10-01; past draws are drawn_usd",
            "loan/book/fleets.yaml:19: book.fleets[1].funded_by_draw: found 2026-12-31; expected the "
            "date of a draw of 'spv': 2026-09-30, 2027-03-31",
        ),
    ),
    (
        "fleet waits for a draw that is not there",
        "loan/book/fleets.yaml",
        "funded_by_draw: 2026-12-31",
        "funded_by_draw: 2026-11-30",
        (
            "loan/book/fleets.yaml:19: book.fleets[1].funded_by_draw: found 2026-11-30; expected the "
            "date of a draw of 'spv': 2026-12-31, 2027-03-31",
        ),
    ),
    (
        "overlapping contracts",
        "loan/book/contracts.yaml",
        "start: 2028-12-31",
        "start: 2028-06-30",
        (
            "loan/book/contracts.yaml:13: book.contracts[1].units: found 1600 units rented from "
            "2028-06-30 (first, second); expected at most the 1000 units of the fleet 'fleet-one' at "
            "any time",
        ),
    ),
    (
        "contract of another's fleet",
        "loan/book/contracts.yaml",
        "- id: third\n  borrower: spv",
        "- id: third\n  borrower: spare",
        (
            "loan/book/contracts.yaml:19: book.contracts[2].borrower: found 'spare'; expected 'spv', "
            "which owns the fleet 'fleet-two'",
        ),
    ),
    (
        "dangling issuer",
        "loan/book/borrowers.yaml",
        "issuer: parent",
        "issuer: parnt",
        (
            "loan/book/borrowers.yaml:3: book.borrowers[0].issuer: found 'parnt'; expected the id of "
            "an issuer of the book; nearest valid spelling: 'parent'",
        ),
    ),
    (
        "dangling site",
        "loan/book/fleets.yaml",
        "site: hall\n  device: gb200",
        "site: hal\n  device: gb200",
        (
            "loan/book/fleets.yaml:13: book.fleets[1].site: found 'hal'; expected the id of a site "
            "of the book; nearest valid spelling: 'hall'",
        ),
    ),
    (
        "dangling customer",
        "loan/book/contracts.yaml",
        "customer: startup",
        "customer: start-up",
        (
            "loan/book/contracts.yaml:12: book.contracts[1].customer: found 'start-up'; expected the "
            "id of a customer of the book; nearest valid spelling: 'startup'",
        ),
    ),
    (
        "dangling fleet in collateral",
        "loan/book/claims.yaml",
        "[fleet-one, fleet-two]",
        "[fleet-one, fleet-tow]",
        (
            "loan/book/claims.yaml:21: book.claims[0].collateral_fleets[1]: found 'fleet-tow'; "
            "expected the id of a fleet of the book; nearest valid spelling: 'fleet-two'",
        ),
    ),
    (
        "dangling lender",
        "loan/book/claims.yaml",
        "{lender: fund",
        "{lender: funds",
        (
            "loan/book/claims.yaml:25: book.claims[0].lenders[1].lender: found 'funds'; expected the "
            "id of a lender of the book; nearest valid spelling: 'fund'",
        ),
    ),
    (
        "dangling claim of the case",
        "loan/case.yaml",
        "claim: term-loan",
        "claim: termloan",
        (
            "loan/case.yaml:5: claim: found 'termloan'; expected the id of a claim of the book; "
            "nearest valid spelling: 'term-loan'",
        ),
    ),
    (
        "unknown device",
        "loan/book/fleets.yaml",
        "device: gb200",
        "device: gb2000",
        (
            "loan/book/fleets.yaml:14: book.fleets[1].device: found 'gb2000'; expected a device of "
            "the market; nearest valid spelling: 'gb200'",
        ),
    ),
    (
        "unknown rating",
        "loan/book/customers.yaml",
        "rating: BB}",
        "rating: BBB}",
        (
            "loan/book/customers.yaml:3: book.customers[0].credit.rating: found 'BBB'; expected a "
            "rating of the market; nearest valid spelling: 'BB'",
        ),
    ),
    (
        "unknown curve",
        "loan/book/issuers.yaml",
        "curve: parent-cds",
        "curve: parent_cds",
        (
            "loan/book/issuers.yaml:4: book.issuers[0].credit.curve: found 'parent_cds'; expected "
            "the id of a curve of the market; nearest valid spelling: 'parent-cds'",
        ),
    ),
    (
        "duplicate id",
        "loan/book/customers.yaml",
        "id: startup",
        "id: lab",
        (
            "loan/book/contracts.yaml:12: book.contracts[1].customer: found 'startup'; expected the "
            "id of a customer of the book: lab",
            "loan/book/customers.yaml:4: book.customers[1].id: found 'lab', also the id of "
            "customers[0]; expected an id used once among customers",
        ),
    ),
    (
        "lender shares",
        "loan/book/claims.yaml",
        "share: 0.6}",
        "share: 0.5}",
        (
            "loan/book/claims.yaml:23: book.claims[0].lenders: found shares that sum to 0.9; "
            "expected shares that sum to 1",
        ),
    ),
    (
        "guarantor without credit",
        "loan/book/claims.yaml",
        "guarantor: parent",
        "guarantor: shell",
        (
            "loan/book/claims.yaml:20: book.claims[0].guarantee.guarantor: found 'shell', an issuer "
            "without credit; expected an issuer with credit (a rating, a curve or hazard_per_year)",
        ),
    ),
    (
        "amortisation after maturity",
        "loan/book/claims.yaml",
        "{kind: sculpted, start: 2027-03-31}",
        "{kind: sculpted, start: 2031-03-31}",
        (
            "loan/book/claims.yaml:15: book.claims[0].amortisation.start: found 2031-03-31; expected "
            "a date in the claim's life, 2026-01-31 to 2031-01-31",
        ),
    ),
    (
        "first test before closing",
        "loan/book/claims.yaml",
        "first_test: 2027-03-31",
        "first_test: 2025-03-31",
        (
            "loan/book/claims.yaml:18: book.claims[0].covenants[0].first_test: found 2025-03-31; "
            "expected a date in the claim's life, 2026-01-31 to 2031-01-31",
        ),
    ),
    (
        "two credits at once",
        "loan/book/customers.yaml",
        "{rating: BB}",
        "{rating: BB, hazard_per_year: 0.02, measure: P}",
        (
            "loan/book/customers.yaml:3: book.customers[0].credit: found rating and hazard_per_year; "
            "expected exactly one of rating, curve, hazard_per_year",
        ),
    ),
    (
        "hazard without measure",
        "loan/book/customers.yaml",
        "measure: Q, ",
        "",
        (
            "loan/book/customers.yaml:6: book.customers[1].credit.measure: found nothing; expected "
            "the measure of hazard_per_year, P or Q",
        ),
    ),
    (
        "covenant without its level",
        "loan/book/claims.yaml",
        "{test: dscr, minimum: 1.3,",
        "{test: dscr,",
        (
            "loan/book/claims.yaml:18: book.claims[0].covenants[0].minimum: found nothing; expected "
            "a minimum on a covenant whose test is dscr",
        ),
    ),
    (
        "ltv without basis",
        "loan/book/claims.yaml",
        "maximum: 0.9, basis: market",
        "maximum: 0.9",
        (
            "loan/book/claims.yaml:19: book.claims[0].covenants[1].basis: found nothing; expected a "
            "basis on a covenant whose test is ltv",
        ),
    ),
    (
        "fixed interest with a margin",
        "loan/book/claims.yaml",
        "{kind: floating, margin_bp: 450, hedged_share: 0.5}",
        "{kind: fixed, coupon: 0.1, margin_bp: 450}",
        (
            "loan/book/claims.yaml:14: book.claims[0].interest.margin_bp: found 450; expected no "
            "margin_bp on fixed interest",
        ),
    ),
    (
        "amount and sizing both",
        "loan/book/claims.yaml",
        "  undrawn_fee_bp: 40",
        "  sizing: {target_dscr: 1.3}\n  undrawn_fee_bp: 40",
        (
            "loan/book/claims.yaml:1: book.claims[0]: found both of drawn_usd and sizing; expected "
            "exactly one of drawn_usd and sizing",
        ),
    ),
    (
        "matured claim",
        "loan/book/claims.yaml",
        "maturity_date: 2031-01-31\n  commit",
        "maturity_date: 2026-09-30\n  commit",
        (
            "loan/book/claims.yaml:6: book.claims[0].maturity_date: found 2026-09-30; expected a "
            "date after the as-of date 2026-10-01",
            "loan/book/claims.yaml:10: book.claims[0].draws[0].date: found 2026-12-31; expected a "
            "date in the claim's life, 2026-01-31 to 2026-09-30, before its last day",
            "loan/book/claims.yaml:11: book.claims[0].draws[1].date: found 2027-03-31; expected a "
            "date in the claim's life, 2026-01-31 to 2026-09-30, before its last day",
            "loan/book/claims.yaml:15: book.claims[0].amortisation.start: found 2027-03-31; expected "
            "a date in the claim's life, 2026-01-31 to 2026-09-30",
            "loan/book/claims.yaml:18: book.claims[0].covenants[0].first_test: found 2027-03-31; "
            "expected a date in the claim's life, 2026-01-31 to 2026-09-30",
        ),
    ),
    (
        "maturity beyond the horizon",
        "loan/book/claims.yaml",
        "maturity_date: 2031-01-31\n  commit",
        "maturity_date: 2131-01-31\n  commit",
        (
            "loan/book/claims.yaml:6: book.claims[0].maturity_date: found 2131-01-31; expected a "
            "date within 40 years of the as-of date 2026-10-01",
        ),
    ),
    (
        "expired contract",
        "loan/book/contracts.yaml",
        "end: 2028-12-31",
        "end: 2026-09-30",
        (
            "loan/book/contracts.yaml:8: book.contracts[0].end: found 2026-09-30; expected a date "
            "after the as-of date 2026-10-01; drop expired contracts",
        ),
    ),
    (
        "quote from the future",
        "loan/book/claims.yaml",
        "date: 2026-01-31, margin_bp: 450",
        "date: 2026-10-02, margin_bp: 450",
        (
            "loan/book/claims.yaml:26: book.claims[0].quote.date: found 2026-10-02; expected a quote "
            "known on the as-of date 2026-10-01",
        ),
    ),
    (
        "market value from the future",
        "market/rates.yaml",
        "{tenor_years: 5, value: 0.039, unit: per year, date: 2026-10-01",
        "{tenor_years: 5, value: 0.039, unit: per year, date: 2026-10-02",
        (
            "market/rates.yaml:4: market.rates.par_yields[1].date: found 2026-10-02; expected a "
            "value known on the as-of date 2026-10-01; what came later belongs in an overlay",
        ),
    ),
    (
        "range without its value",
        "market/power.yaml",
        "range: [0.06, 0.12]",
        "range: [0.08, 0.12]",
        (
            "market/power.yaml:1: market.power.price.range: found [0.08, 0.12]; expected a range "
            "that holds the value 0.07",
        ),
    ),
    (
        "range upside down",
        "loan/book/fleets.yaml",
        "range: [990, 1010]",
        "range: [1010, 990]",
        (
            "loan/book/fleets.yaml:10: book.fleets[0].sources.units.range: found [1010, 990]; "
            "expected [low, high] with low at most high",
        ),
    ),
    (
        "observed without source",
        "loan/book/fleets.yaml",
        "source: purchase order, ",
        "",
        (
            "loan/book/fleets.yaml:10: book.fleets[0].sources.units.source: found nothing; expected "
            "the source of an observed value",
        ),
    ),
    (
        "source of no field",
        "loan/book/claims.yaml",
        "    maturity_date: {mark",
        "    maturity_dat: {mark",
        (
            "loan/book/claims.yaml:29: book.claims[0].sources.maturity_dat: found 'maturity_dat'; "
            "expected a field of this entity; nearest valid spelling: 'maturity_date'",
        ),
    ),
    (
        "negative volatility",
        "market/rates.yaml",
        "volatility: {value: 0.01",
        "volatility: {value: -0.01",
        ("market/rates.yaml:6: market.rates.volatility.value: found -0.01; expected a number of at least 0",),
    ),
    (
        "negative volatility of a regime",
        "market/compute.yaml",
        "volatility: {glut: 0.20",
        "volatility: {glut: -0.20",
        (
            "market/compute.yaml:2: market.compute.volatility.glut: found -0.2; expected a number of "
            "at least 0",
        ),
    ),
    (
        "transition row that does not sum to one",
        "market/compute.yaml",
        "{glut: 0.030, balanced: 0.945",
        "{glut: 0.030, balanced: 0.845",
        (
            "market/compute.yaml:4: market.compute.transition_from_balanced: found probabilities "
            "that sum to 0.9; expected glut, balanced and scarce that sum to 1",
        ),
    ),
    (
        "negative probability",
        "market/compute.yaml",
        "initial_state: {glut: 0.0, balanced: 0.2, scarce: 0.8",
        "initial_state: {glut: -0.1, balanced: 0.3, scarce: 0.8",
        (
            "market/compute.yaml:6: market.compute.initial_state.glut: found -0.1; expected a number "
            "of at least 0",
        ),
    ),
    (
        "impossible correlations",
        "market/correlations.yaml",
        "calm: {compute-demand: 0.4}",
        "calm: {compute-demand: 0.9, demand-power: 0.9, compute-power: -0.9}",
        (
            "market/correlations.yaml:1: market.correlations.calm: found correlations whose smallest "
            "eigenvalue is -0.800000; expected pairs that can hold together in calm (no negative "
            "eigenvalue); bring them nearer to 0",
        ),
    ),
    (
        "unknown driver in a pair",
        "market/correlations.yaml",
        "calm: {compute-demand: 0.4}",
        "calm: {compute-btc: 0.4}",
        (
            "market/correlations.yaml:1: market.correlations.calm.compute-btc: found the pair "
            "'compute-btc'; expected a pair of two of compute, demand, power, rate, funding_spread, "
            "joined by '-'",
        ),
    ),
    (
        "rating whose default falls",
        "market/credit.yaml",
        "[0.0063, 0.0346, 0.0643, 0.0889]",
        "[0.0063, 0.0346, 0.0243, 0.0889]",
        (
            "market/credit.yaml:2: market.credit.ratings[0].cumulative_default[2]: found 0.0243; "
            "expected at least the share before it, 0.0346",
        ),
    ),
    (
        "curve with a spread too few",
        "market/credit.yaml",
        "spread_bp: [300, 520]",
        "spread_bp: [300]",
        (
            "market/credit.yaml:5: market.credit.curves[0].spread_bp: found 2 tenor_years and 1 "
            "spread_bp; expected as many spread_bp as tenor_years, at least one",
        ),
    ),
    (
        "rent on no chosen basis",
        "market/rents.yaml",
        "{device: gb200, basis: one-year-contract",
        "{device: gb200, basis: list",
        (
            "loan/book/fleets.yaml:14: book.fleets[1].device: found 'gb200', which is quoted on "
            "list; expected a device with a rent on the basis 'one-year-contract'; add the quote or "
            "choose another rent_basis",
        ),
    ),
    (
        "unknown rent basis",
        "loan/case.yaml",
        "  seed: 7",
        "  seed: 7\n  rent_basis: one-year-contracts",
        (
            "loan/case.yaml:11: settings.rent_basis: found 'one-year-contracts'; expected a basis of "
            "the market's rents; nearest valid spelling: 'one-year-contract'",
        ),
    ),
    (
        "the same rent twice",
        "market/rents.yaml",
        "{device: h100-sxm, basis: list",
        "{device: h100-sxm, basis: one-year-contract",
        (
            "market/rents.yaml:3: market.rents[2]: found 'h100-sxm@one-year-contract', also in "
            "rents[0]; expected each device and basis once",
        ),
    ),
    (
        "unknown market",
        "loan/case.yaml",
        "../market",
        "../markt",
        (
            "loan/case.yaml:4: market: found '../markt'; expected a market folder of .; nearest "
            "valid spelling: 'market'",
        ),
    ),
    (
        "python object",
        "loan/book/sites.yaml",
        "name: Hall one",
        "name: !!python/object/apply:os.system [touch executed]",
        (
            "loan/book/sites.yaml:2: book.sites[0].name: found the tag "
            "!!python/object/apply:os.system; expected no tag; nothing in a file is executed",
        ),
    ),
    (
        "own tag",
        "loan/book/sites.yaml",
        "power_mw: 5",
        "power_mw: !mw 5",
        (
            "loan/book/sites.yaml:3: book.sites[0].power_mw: found the tag !mw; expected no tag; "
            "nothing in a file is executed",
        ),
    ),
    (
        "alias",
        "loan/book/sites.yaml",
        "name: Hall one\n  power_mw: 5",
        "name: &n Hall one\n  landlord: *n",
        (
            "loan/book/sites.yaml:2: book.sites[0].name: found the anchor &n; expected no anchor; "
            "write the value out",
            "loan/book/sites.yaml:3: book.sites[0].landlord: found the alias *n; expected the value "
            "itself, written out",
        ),
    ),
    (
        "alias bomb",
        "loan/book/sites.yaml",
        None,
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n",
        (
            "loan/book/sites.yaml:1: book.sites: found a mapping; expected a list",
            "loan/book/sites.yaml:1: book.sites.a: found the anchor &a; expected no anchor; write "
            "the value out",
            "loan/book/sites.yaml:2: book.sites.b: found the anchor &b; expected no anchor; write "
            "the value out",
            "loan/book/sites.yaml:2: book.sites.b[0]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[1]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[2]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[3]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[4]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[5]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[6]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[7]: found the alias *a; expected the value itself, "
            "written out",
            "loan/book/sites.yaml:2: book.sites.b[8]: found the alias *a; expected the value itself, "
            "written out",
        ),
    ),
    (
        "deep nesting",
        "loan/book/sites.yaml",
        None,
        "[" * 30 + "]" * 30,
        (
            "loan/book/sites.yaml:1: "
            "book.sites[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: found more than "
            "20 levels of nesting; expected a flatter file",
        ),
    ),
    (
        "huge file",
        "loan/book/sites.yaml",
        None,
        "# " + "x" * 2_000_000,
        (
            "loan/book/sites.yaml: book.sites: found more than 2,000,000 bytes; expected a file of "
            "at most 2 MB; split it",
        ),
    ),
    (
        "not UTF-8",
        "loan/book/sites.yaml",
        None,
        b"- id: hall\n  name: Hall \xe9\n",
        (
            "loan/book/sites.yaml:2: book.sites: found the byte 0xe9, which is not UTF-8; expected a "
            "file saved as UTF-8",
        ),
    ),
    (
        "broken YAML",
        "loan/book/sites.yaml",
        "name: Hall one",
        "name: [Hall one",
        (
            "loan/book/sites.yaml:3: book.sites: found broken YAML (did not find expected ',' or "
            "']'); expected well-formed YAML",
        ),
    ),
    (
        "second document",
        "loan/book/sites.yaml",
        "- id: hall",
        "---\n- id: hall\n---\n- id: hall",
        (
            "loan/book/sites.yaml:2: book.sites[0].name: found nothing; expected text (required)",
            "loan/book/sites.yaml:3: book.sites: found a second document (---); expected one document a file",
        ),
    ),
    (
        "key that is a number",
        "loan/book/sites.yaml",
        "  cooling: air",
        "  cooling: air\n  7: seven",
        (
            "loan/book/sites.yaml:5: book.sites[0]: found the key 7; expected a key that is text; "
            "put it in quotes",
        ),
    ),
    (
        "yes is text, not true",
        "loan/book/sites.yaml",
        "  cooling: air",
        "  hall_access: yes",
        ("loan/book/sites.yaml:4: book.sites[0].hall_access: found 'yes'; expected true or false",),
    ),
    (
        "watts in place of kilowatts",
        "market/devices.yaml",
        "{value: 1.15, unit: kW with PUE",
        "{value: 1150, unit: W with PUE",
        (
            "market/devices.yaml:7: market.devices[0].wall_power.unit: found 'W with PUE'; expected "
            "kW (words may follow)",
        ),
    ),
    (
        "book in case.yaml",
        "loan/case.yaml",
        "claim: term-loan",
        "claim: term-loan\nbook: {}",
        ("loan/case.yaml:6: book: found the field 'book'; expected a folder book/ beside it",),
    ),
]


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A copy of the good case, as the current folder, so that messages name short paths."""
    copy = tmp_path / "copy"
    shutil.copytree(GOOD, copy)
    monkeypatch.chdir(copy)
    return copy


def spoil(file: pathlib.Path, old: str | None, new: str | bytes | None) -> None:
    if new is None:
        file.unlink()
    elif isinstance(new, bytes):
        file.write_bytes(new)
    elif old is None:
        file.write_text(new)
    else:
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS]
)
def test_a_spoilt_case_is_refused_with_exactly_these_words(folder, file, old, new, expected):
    spoil(folder / file, old, new)
    with pytest.raises(InputRefused) as refused:
        load("loan")
    assert [str(problem) for problem in refused.value.problems] == list(expected)


def test_there_are_at_least_forty_mutations():
    assert len({row[0] for row in MUTATIONS}) == len(MUTATIONS) >= 40


def test_every_problem_of_every_file_comes_at_once(folder):
    picked = (
        "negative count",
        "bad enum",
        "dangling issuer",
        "negative volatility",
        "unknown rating",
        "not a number",
    )
    expected = []
    for name, file, old, new, problems in MUTATIONS:
        if name in picked:
            spoil(folder / file, old, new)
            expected += problems
    with pytest.raises(InputRefused) as refused:
        load("loan")
    assert sorted(map(str, refused.value.problems)) == sorted(expected)
    assert str(refused.value).startswith("6 problems found")


def test_nothing_in_a_file_is_executed(folder):
    spoil(
        folder / "loan/book/sites.yaml",
        "name: Hall one",
        "name: !!python/object/apply:os.system [touch executed]",
    )
    with pytest.raises(InputRefused):
        load("loan")
    assert not (folder / "executed").exists()

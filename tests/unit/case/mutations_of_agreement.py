"""Ways of spoiling a good case: fields that do not agree with each other."""

# What is wrong; the file; the text that is replaced (None: the whole file); the new text (None: no file);
# every problem that the user reads, in order.
OF_AGREEMENT: list[tuple[str, str, str | None, str | bytes | None, tuple[str, ...]]] = [
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
            "without credit; expected an issuer with credit (a rating, a curve or hazard_per_year) or a corporate",
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
]

"""Ways of spoiling the reference book, one change each: its claims."""

from tests.unit.problems_of_mutations import Mutation, Seen

OF_CLAIMS: list[Mutation] = [
    Mutation(
        "unknown kind",
        "claims",
        "mara-cv-2030",
        "kind: convertible_note",
        "kind: convertible_bond",
        (
            Seen(
                "claims",
                "mara-cv-2030",
                "kind: convertible_bond",
                (
                    "book.claims[mara-cv-2030].kind: found 'convertible_bond'; expected one of "
                    "delayed_draw_term_loan, project_finance_loan, asset_based_loan, equipment_lease, "
                    "senior_note, convertible_note, coin_backed_line, revolver; nearest valid spelling: "
                    "'convertible_note'"
                ),
            ),
        ),
    ),
    Mutation(
        "note without its conversion",
        "claims",
        "cleanspark-cv-2032",
        "  conversion:\n    conversion_price_usd: 19.16\n    share_price_usd: 15.03\n",
        "",
        (
            Seen(
                "claims",
                "cleanspark-cv-2032",
                "- id: cleanspark-cv-2032",
                (
                    "book.claims[cleanspark-cv-2032].conversion: found nothing; expected conversion, where kind is "
                    "convertible_note"
                ),
            ),
        ),
    ),
    Mutation(
        "coin line with a conversion",
        "claims",
        "riot-coinbase",
        "kind: coin_backed_line",
        "kind: convertible_note",
        (
            Seen(
                "claims",
                "riot-coinbase",
                "- id: riot-coinbase",
                (
                    "book.claims[riot-coinbase].conversion: found nothing; expected conversion, where kind is "
                    "convertible_note"
                ),
            ),
            Seen(
                "claims",
                "riot-coinbase",
                "coin_line:",
                (
                    "book.claims[riot-coinbase].coin_line: found a mapping; expected no coin_line, where kind is "
                    "convertible_note"
                ),
            ),
        ),
    ),
    Mutation(
        "liquidation below the call",
        "claims",
        "hut-coinbase",
        "liquidation_ltv: 0.85",
        "liquidation_ltv: 0.7",
        (
            Seen(
                "claims",
                "hut-coinbase",
                "liquidation_ltv: 0.7",
                (
                    "book.claims[hut-coinbase].coin_line.liquidation_ltv: found '0.45, 0.75, 0.7'; "
                    "expected initial_ltv <= call_ltv <= liquidation_ltv"
                ),
            ),
        ),
    ),
    Mutation(
        "put after maturity",
        "claims",
        "mara-cv-2030",
        "put_dates: [2027-12-01]",
        "put_dates: [2030-12-01]",
        (
            Seen(
                "claims",
                "mara-cv-2030",
                "put_dates: [2030-12-01]",
                (
                    "book.claims[mara-cv-2030].conversion.put_dates[0]: found 2030-12-01; expected a date"
                    " between 2024-11-20 and 2030-03-01"
                ),
            ),
        ),
    ),
    Mutation(
        "matured before the as-of date",
        "claims",
        "mara-cv-2026",
        "maturity_date: 2026-12-01",
        "maturity_date: 2026-09-30",
        (
            Seen(
                "claims",
                "mara-cv-2026",
                "maturity_date: 2026-09-30",
                (
                    "book.claims[mara-cv-2026].maturity_date: found 2026-09-30; expected a date after the"
                    " as-of date 2026-10-01"
                ),
            ),
        ),
    ),
    Mutation(
        "maturity before closing",
        "claims",
        "iren-cv-2033b",
        "maturity_date: 2033-06-01",
        "maturity_date: 2026-05-01",
        (
            Seen(
                "claims",
                "iren-cv-2033b",
                "maturity_date: 2026-05-01",
                (
                    "book.claims[iren-cv-2033b].maturity_date: found 2026-05-01; expected a date after "
                    "closing_date, 2026-05-12"
                ),
            ),
        ),
    ),
    Mutation(
        "both coupon and margin",
        "claims",
        "xai-tlb",
        "margin_bp: 725",
        "margin_bp: 725\n    coupon: 0.125",
        (
            Seen(
                "claims",
                "xai-tlb",
                "coupon: 0.125",
                (
                    "book.claims[xai-tlb].interest.coupon: found 0.125; expected no coupon on floating "
                    "interest"
                ),
            ),
        ),
    ),
    Mutation(
        "negative balance",
        "claims",
        "coreweave-magnetar",
        "drawn_usd: 189000000",
        "drawn_usd: -189000000",
        (
            Seen(
                "claims",
                "coreweave-magnetar",
                "drawn_usd: -189000000",
                (
                    "book.claims[coreweave-magnetar].drawn_usd: found -189000000; expected a number of at"
                    " least 0"
                ),
            ),
        ),
    ),
    Mutation(
        "draws beyond the commitment",
        "claims",
        "jupiter-campus-loan",
        "drawn_usd: 8000000000",
        "drawn_usd: 9000000000",
        (
            Seen(
                "claims",
                "jupiter-campus-loan",
                "commitment_usd: 18000000000",
                (
                    "book.claims[jupiter-campus-loan].commitment_usd: found 18000000000; expected at "
                    "least drawn_usd plus draws, 19000000000"
                ),
            ),
        ),
    ),
    Mutation(
        "draw in the past",
        "claims",
        "ddtl-5.5",
        "date: 2026-12-31, amount_usd: 1400000000",
        "date: 2026-08-31, amount_usd: 1400000000",
        (
            Seen(
                "claims",
                "ddtl-5.5",
                "- {date: 2026-08-31, amount_usd: 1400000000}",
                (
                    "book.claims[ddtl-5.5].draws[0].date: found 2026-08-31; expected a date after the as-"
                    "of date 2026-10-01; past draws are drawn_usd"
                ),
            ),
            Seen(
                "fleets",
                "ddtl-5.5-fleet-2",
                "funded_by_draw: 2026-12-31",
                (
                    "book.fleets[ddtl-5.5-fleet-2].funded_by_draw: found 2026-12-31; expected the date of"
                    " a draw of 'ddtl-5.5-borrower': 2026-08-31"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown borrower",
        "claims",
        "black-pearl-6.125-2031",
        "borrower: black-pearl\n",
        "borrower: blackpearl\n",
        (
            Seen(
                "claims",
                "black-pearl-6.125-2031",
                "borrower: blackpearl",
                (
                    "book.claims[black-pearl-6.125-2031].borrower: found 'blackpearl'; expected the id of"
                    " a borrower of the book; nearest valid spelling: 'black-pearl'"
                ),
            ),
            Seen(
                "claims",
                "black-pearl-6.125-2031",
                "collateral_leases: [black-pearl-amazon]",
                (
                    "book.claims[black-pearl-6.125-2031].collateral_leases[0]: found 'black-pearl-"
                    "amazon', which belongs to 'black-pearl'; expected a lease of the claim's borrower "
                    "'blackpearl'"
                ),
            ),
        ),
    ),
    Mutation(
        "pledges a lease of another",
        "claims",
        "galaxy-helios",
        "collateral_leases: [helios-coreweave]",
        "collateral_leases: [corz-coreweave-rest]",
        (
            Seen(
                "claims",
                "galaxy-helios",
                "collateral_leases: [corz-coreweave-rest]",
                (
                    "book.claims[galaxy-helios].collateral_leases[0]: found 'corz-coreweave-rest', which "
                    "belongs to 'corz-project'; expected a lease of the claim's borrower 'galaxy-helios'"
                ),
            ),
        ),
    ),
    Mutation(
        "pledges machines of another",
        "claims",
        "valor-compute-debt",
        "collateral_fleets: [valor-fleet]",
        "collateral_fleets: [nebius-gpu-fleet]",
        (
            Seen(
                "claims",
                "valor-compute-debt",
                "collateral_fleets: [nebius-gpu-fleet]",
                (
                    "book.claims[valor-compute-debt].collateral_fleets[0]: found 'nebius-gpu-fleet', "
                    "which belongs to 'nebius-gpu'; expected a fleet of the claim's borrower 'valor-"
                    "compute'"
                ),
            ),
        ),
    ),
    Mutation(
        "guarantor without credit or corporate",
        "claims",
        "nebius-gpu-facility",
        "guarantor: nebius",
        "guarantor: galaxy",
        (
            Seen(
                "claims",
                "nebius-gpu-facility",
                "guarantor: galaxy",
                (
                    "book.claims[nebius-gpu-facility].guarantee.guarantor: found 'galaxy', an issuer "
                    "without credit; expected an issuer with credit (a rating, a curve or "
                    "hazard_per_year) or a corporate"
                ),
            ),
        ),
    ),
    Mutation(
        "revolver that does not revolve",
        "claims",
        "apld-revolver",
        "revolving: true",
        "revolving: false",
        (
            Seen(
                "claims",
                "apld-revolver",
                "revolving: false",
                "book.claims[apld-revolver].revolving: found false; expected revolving, where kind is revolver",
            ),
        ),
    ),
    Mutation(
        "lease without machines",
        "claims",
        "coreweave-vendor",
        "  collateral_fleets: [coreweave-vendor-fleet]\n",
        "",
        (
            Seen(
                "claims",
                "coreweave-vendor",
                "- id: coreweave-vendor",
                (
                    "book.claims[coreweave-vendor].collateral_fleets: found a list of 0 items; expected "
                    "collateral_fleets, where kind is equipment_lease"
                ),
            ),
        ),
    ),
    Mutation(
        "completion without its date",
        "claims",
        "apld-compute-9.25-2030",
        "    completion_date: 2026-12-31\n",
        "",
        (
            Seen(
                "claims",
                "apld-compute-9.25-2030",
                "guarantee:",
                (
                    "book.claims[apld-compute-9.25-2030].guarantee.completion_date: found nothing; "
                    "expected the completion date, where scope is completion"
                ),
            ),
        ),
    ),
    Mutation(
        "share above one",
        "claims",
        "hut-coatue",
        "payment_in_kind_share: 1.0",
        "payment_in_kind_share: 1.2",
        (
            Seen(
                "claims",
                "hut-coatue",
                "payment_in_kind_share: 1.2",
                (
                    "book.claims[hut-coatue].interest.payment_in_kind_share: found 1.2; expected a number"
                    " from 0 to 1"
                ),
            ),
        ),
    ),
    Mutation(
        "range upside down",
        "claims",
        "iren-cv-2029",
        "range: [183400000, 233400000]",
        "range: [233400000, 183400000]",
        (
            Seen(
                "claims",
                "iren-cv-2029",
                (
                    'date: 2025-12-08, range: [233400000, 183400000], note: "that the option was '
                    'exercised is assumed"}'
                ),
                (
                    "book.claims[iren-cv-2029].sources.drawn_usd.range: found [233400000, 183400000]; "
                    "expected [low, high] with low at most high"
                ),
            ),
        ),
    ),
]

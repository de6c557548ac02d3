"""Ways of spoiling the reference book, one change each: parties, machines, contracts and leases."""

from tests.unit.problems_of_mutations import Mutation, Seen

OF_PARTIES: list[Mutation] = [
    Mutation(
        "corporate of another issuer",
        "issuers",
        "riot",
        "corporate: riot-corporate",
        "corporate: mara-corporate",
        (
            Seen(
                "issuers",
                "riot",
                "corporate: mara-corporate",
                (
                    "book.issuers[riot].corporate: found 'mara-corporate', a borrower of 'mara'; expected"
                    " a borrower of 'riot'"
                ),
            ),
        ),
    ),
    Mutation(
        "corporate and own credit",
        "issuers",
        "keel",
        "corporate: keel-corporate",
        "corporate: keel-corporate\n  credit: {rating: B}",
        (
            Seen(
                "issuers",
                "keel",
                "credit: {rating: B}",
                (
                    "book.issuers[keel].credit: found the credit of an issuer with a corporate; expected "
                    "no credit: the corporate 'keel-corporate' is in the book, state its credit there"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown issuer",
        "borrowers",
        "abilene-dc-1",
        "issuer: abilene",
        "issuer: abilenne",
        (
            Seen(
                "borrowers",
                "abilene-dc-1",
                "issuer: abilenne",
                (
                    "book.borrowers[abilene-dc-1].issuer: found 'abilenne'; expected the id of an issuer "
                    "of the book; nearest valid spelling: 'abilene'"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown curve",
        "customers",
        "oracle",
        "curve: oracle-cds",
        "curve: oracle-cdx",
        (
            Seen(
                "customers",
                "oracle",
                "curve: oracle-cdx",
                (
                    "book.customers[oracle].credit.curve: found 'oracle-cdx'; expected the id of a curve "
                    "of the market; nearest valid spelling: 'oracle-cds'"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown rating",
        "customers",
        "fluidstack",
        "rating: B",
        "rating: Bb",
        (
            Seen(
                "customers",
                "fluidstack",
                "rating: Bb",
                (
                    "book.customers[fluidstack].credit.rating: found 'Bb'; expected a rating of the "
                    "market; nearest valid spelling: 'B'"
                ),
            ),
        ),
    ),
    Mutation(
        "customer that is no borrower",
        "customers",
        "coreweave-tenant",
        "borrower: coreweave-corporate",
        "borrower: coreweave",
        (
            Seen(
                "customers",
                "coreweave-tenant",
                "borrower: coreweave",
                (
                    "book.customers[coreweave-tenant].borrower: found 'coreweave'; expected the id of a "
                    "borrower of the book; nearest valid spelling: 'coreweave-vendor'"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown rig",
        "fleets",
        "mara-s21-xp",
        "device: s21-xp",
        "device: s21-xpp",
        (
            Seen(
                "fleets",
                "mara-s21-xp",
                "device: s21-xpp",
                (
                    "book.fleets[mara-s21-xp].device: found 's21-xpp'; expected a device of the market; "
                    "nearest valid spelling: 's21-xp'"
                ),
            ),
        ),
    ),
    Mutation(
        "fleet without its draw",
        "fleets",
        "iren-hardware-3-fleet-2",
        "funded_by_draw: 2026-12-31",
        "funded_by_draw: 2027-01-31",
        (
            Seen(
                "fleets",
                "iren-hardware-3-fleet-2",
                "funded_by_draw: 2027-01-31",
                (
                    "book.fleets[iren-hardware-3-fleet-2].funded_by_draw: found 2027-01-31; expected the "
                    "date of a draw of 'iren-hardware-3': 2026-12-31"
                ),
            ),
        ),
    ),
    Mutation(
        "more rented than there is",
        "contracts",
        "ddtl-1-contract",
        "units: 67091",
        "units: 68091",
        (
            Seen(
                "contracts",
                "ddtl-1-contract",
                "units: 68091",
                (
                    "book.contracts[ddtl-1-contract].units: found 68091 units rented from 2023-12-31 "
                    "(ddtl-1-contract); expected at most the 67091 units of the fleet 'ddtl-1-fleet' at "
                    "any time"
                ),
            ),
        ),
    ),
    Mutation(
        "lease that ended",
        "leases",
        "helios-coreweave",
        "end: 2041-06-30",
        "end: 2026-09-30",
        (
            Seen(
                "leases",
                "helios-coreweave",
                "end: 2026-09-30",
                (
                    "book.leases[helios-coreweave].end: found 2026-09-30; expected a date after the as-of"
                    " date 2026-10-01; drop expired leases"
                ),
            ),
        ),
    ),
    Mutation(
        "unknown backer",
        "leases",
        "barber-lake-fluidstack",
        "backer: google",
        "backer: gogle",
        (
            Seen(
                "leases",
                "barber-lake-fluidstack",
                "backer: gogle",
                (
                    "book.leases[barber-lake-fluidstack].backer: found 'gogle'; expected the id of a "
                    "customer of the book; nearest valid spelling: 'google'"
                ),
            ),
        ),
    ),
    Mutation(
        "landlord that is no borrower",
        "sites",
        "ddtl-2-halls",
        "landlord_borrower: corz-project",
        "landlord_borrower: core-scientific",
        (
            Seen(
                "sites",
                "ddtl-2-halls",
                "landlord_borrower: core-scientific",
                (
                    "book.sites[ddtl-2-halls].landlord_borrower: found 'core-scientific'; expected the id"
                    " of a borrower of the book; nearest valid spelling: 'core-scientific-corporate'"
                ),
            ),
        ),
    ),
    Mutation(
        "more coins than none",
        "borrowers",
        "mara-corporate",
        "coins_btc: 42500",
        "coins_btc: -42500",
        (
            Seen(
                "borrowers",
                "mara-corporate",
                "coins_btc: -42500",
                (
                    "book.borrowers[mara-corporate].accounts.coins_btc: found -42500; expected a number "
                    "of at least 0"
                ),
            ),
        ),
    ),
    Mutation(
        "observed without a source",
        "borrowers",
        "riot-corporate",
        "accounts.cash_usd: {mark: assumed,",
        "accounts.cash_usd: {mark: observed,",
        (
            Seen(
                "borrowers",
                "riot-corporate",
                (
                    'accounts.cash_usd: {mark: observed, range: [100000000, 400000000], note: "not seen '
                    'after 2025"}'
                ),
                (
                    "book.borrowers[riot-corporate].sources.accounts.cash_usd.source: found nothing; "
                    "expected the source of an observed value"
                ),
            ),
        ),
    ),
    Mutation(
        "deposit spelt wrong",
        "borrowers",
        "iren-corporate",
        "deposit_usd: 800000000",
        "deposits_usd: 800000000",
        (
            Seen(
                "borrowers",
                "iren-corporate",
                (
                    "- {date: 2026-12-31, amount_usd: 1600000000, cancellable_share: 0.5, deposits_usd: "
                    "800000000}"
                ),
                (
                    "book.borrowers[iren-corporate].purchase_commitments[0].deposits_usd: found the "
                    "unknown field 'deposits_usd'; expected a field; nearest valid spelling: "
                    "'deposit_usd'"
                ),
            ),
        ),
    ),
]

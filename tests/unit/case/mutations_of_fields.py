"""Ways of spoiling a good case: one field, or one file as YAML."""

# What is wrong; the file; the text that is replaced (None: the whole file); the new text (None: no file);
# every problem that the user reads, in order.
OF_FIELDS: list[tuple[str, str, str | None, str | bytes | None, tuple[str, ...]]] = [
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
            "field: cooling, hall_access, id, landlord, landlord_borrower, name, power_mw, power_price_usd_per_kwh, "
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
        "calm: {compute-gold: 0.4}",
        (
            "market/correlations.yaml:1: market.correlations.calm.compute-gold: found the pair "
            "'compute-gold'; expected a pair of two of compute, demand, power, rate, funding_spread, btc, "
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

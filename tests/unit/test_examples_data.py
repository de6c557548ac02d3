"""The cases, their markets and the shipped data agree, and every number says where it is from."""

import csv
import datetime
import re
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

import haircut.case as hc
from haircut.case.fields import walk
from haircut.case.provenance import Provenance, Sourced

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DATA = ROOT / "src" / "haircut" / "data"
CASES = ("coreweave-ddtl-3", "coreweave-ddtl-4", "ten-year-model", "coreweave-ddtl-5")
MARKETS = ("2026-10-01", "2024-12-31")
ADDRESS = re.compile(r"https?://|src/haircut/data/[a-z0-9_]+\.csv")


@pytest.fixture(scope="module")
def cases() -> dict[str, hc.Case]:
    return {name: hc.load(EXAMPLES / name) for name in CASES}


@pytest.fixture(scope="module")
def markets(cases: dict[str, hc.Case]) -> dict[str, hc.Market]:
    return {"2026-10-01": cases["coreweave-ddtl-3"].market, "2024-12-31": cases["ten-year-model"].market}


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((DATA / "deals").glob("*.yaml")):
        for fact in yaml.safe_load(file.read_text(encoding="utf-8")):
            assert fact["id"] not in found
            found[fact["id"]] = fact
    return found


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sourced(market: hc.Market) -> list[tuple[Any, Sourced]]:
    return [(path, value) for path, value, _ in walk(market) if isinstance(value, Sourced)]


def rent(market: hc.Market, basis: str, device: str) -> Any:
    return next(quote for quote in market.rents if (quote.basis, quote.device) == (basis, device))


# --- markets


@pytest.mark.parametrize("name", MARKETS)
def test_no_value_of_a_market_is_later_than_its_date(markets: dict[str, hc.Market], name: str) -> None:
    market = markets[name]
    assert market.as_of.isoformat() == name
    values = sourced(market)
    assert len(values) > 80
    assert not [path for path, value in values if value.date > market.as_of]


def test_the_older_market_names_nothing_later_in_words() -> None:
    folder = EXAMPLES / "markets" / "2024-12-31"
    for file in sorted(folder.glob("*.yaml")):
        text = re.sub(
            r"launch_date: [0-9-]+|generation-[0-9]+|chosen with hindsight",
            "",
            file.read_text(encoding="utf-8"),
        )
        text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        text = text.replace("us_treasury_par_yields_daily_2021_2025", "").replace("community_2022_2025", "")
        assert not re.findall(r"\b20(?:25|26|27)\b", text), file.name


@pytest.mark.parametrize("name", MARKETS)
def test_observed_values_of_a_market_have_an_address(markets: dict[str, hc.Market], name: str) -> None:
    observed = [(path, value) for path, value in sourced(markets[name]) if value.mark == "observed"]
    assert observed
    assert not [path for path, value in observed if not ADDRESS.search(value.source)]


@pytest.mark.parametrize("name", MARKETS)
def test_addresses_that_are_files_exist(markets: dict[str, hc.Market], name: str) -> None:
    for path, value in sourced(markets[name]):
        for file in re.findall(r"(?:src|examples)/[\w./-]+\.(?:csv|yaml)", value.source):
            assert (ROOT / file).is_file(), path


def test_every_device_of_a_book_is_quoted_on_every_basis_and_every_device_on_the_default(
    cases: dict[str, hc.Case],
) -> None:
    for case in cases.values():
        bases = {quote.basis for quote in case.market.rents}
        quoted = {(quote.basis, quote.device) for quote in case.market.rents}
        pledged = {fleet.device for fleet in case.book.fleets} | {case.market.compute.reference_device}
        assert {(basis, device) for basis in bases for device in pledged} <= quoted
        assert {(case.market.default_rent_basis, device.id) for device in case.market.devices} <= quoted


def test_snapshot_medians_are_those_of_the_shipped_file(markets: dict[str, hc.Market]) -> None:
    market = markets["2026-10-01"]
    day = max(
        row["date"]
        for row in rows("gpu_neocloud_marketplace_snapshots_2026.csv")
        if row["date"] <= "2026-10-01"
    )
    for device, model in (("h100-sxm", "H100"), ("b200", "B200")):
        for basis, kind in (("list-specialist", "neocloud"), ("marketplace", "marketplace")):
            prices = {
                row["provider"]: float(row["cheapest_on_demand_usd_per_gpu_hour"])
                for row in rows("gpu_neocloud_marketplace_snapshots_2026.csv")
                if (row["date"], row["gpu_model"], row["provider_class"]) == (day, model, kind)
                and row["form_factor"] in ("SXM", "unstated")
            }
            quote = rent(market, basis, device)
            assert quote.value == median(prices.values())
            assert quote.date.isoformat() == day
            if basis == "list-specialist":
                assert set(quote.panel.split(", ")) == set(prices)


@pytest.mark.parametrize(
    ("name", "device", "instance"),
    [
        ("2026-10-01", "h100-sxm", "p5.48xlarge"),
        ("2026-10-01", "b200", "p6-b200.48xlarge"),
        ("2024-12-31", "h100-sxm", "p5.48xlarge"),
    ],
)
def test_hyperscaler_quotes_are_the_last_of_the_shipped_file(
    markets: dict[str, hc.Market], name: str, device: str, instance: str
) -> None:
    last = max(
        (row["date"], float(row["price_usd_per_gpu_hour"]))
        for row in rows("gpu_list_prices_hyperscaler.csv")
        if row["instance_type"] == instance
        and row["region"] == "us-east-1"
        and row["price_kind"] == "on_demand_whole_vm"
        and row["date"] <= name
    )
    quote = rent(markets[name], "list-hyperscaler", device)
    assert (quote.date.isoformat(), quote.value) == last


def test_community_median_is_that_of_the_shipped_file(markets: dict[str, hc.Market]) -> None:
    cheapest: dict[str, float] = {}
    newest = ""
    for row in rows("gpu_cloud_prices_community_2022_2025.csv"):
        if (
            row["gpu_model"] == "H100"
            and not row["quality_flag"]
            and row["first_seen"] <= "2024-12-31" <= row["last_seen"]
        ):
            price = float(row["on_demand_usd_per_gpu_hour"])
            cheapest[row["provider"]] = min(price, cheapest.get(row["provider"], price))
            newest = max(newest, row["first_seen"])
    quote = rent(markets["2024-12-31"], "list-community", "h100-sxm")
    assert quote.value == pytest.approx(median(cheapest.values()), abs=1e-9)
    assert (quote.date.isoformat(), set(quote.panel.split(", "))) == (newest, set(cheapest))


def test_rates_are_those_of_the_shipped_files(markets: dict[str, hc.Market]) -> None:
    week = max(
        (row for row in rows("us_rates_weekly_2026.csv") if row["date"] <= "2026-10-01"),
        key=lambda row: row["date"],
    )
    rates = markets["2026-10-01"].rates
    assert rates.overnight.date.isoformat() == week["date"]
    assert rates.overnight.value == pytest.approx(float(week["sofr_pct"]) / 100)
    for node in rates.par_yields:
        assert node.value == pytest.approx(float(week[f"treasury_{node.tenor_years:.0f}y_pct"]) / 100)

    treasury = [
        row for row in rows("us_treasury_par_yields_daily_2021_2025.csv") if row["date"] <= "2024-12-31"
    ]
    day = max(row["date"] for row in treasury)
    curve = {
        float(row["tenor_years"]): float(row["par_yield_pct"]) / 100 for row in treasury if row["date"] == day
    }
    rates = markets["2024-12-31"].rates
    assert rates.overnight.value == pytest.approx(curve[min(curve)])
    for node in (rates.overnight, *rates.par_yields):
        assert node.date.isoformat() == day
    for node in rates.par_yields:
        assert node.value == pytest.approx(curve[node.tenor_years])


@pytest.mark.parametrize(("name", "last"), [("2026-10-01", "2025-09-01"), ("2024-12-31", "2024-11-01")])
def test_funding_chain_counts_the_crossings_of_the_shipped_spread(
    markets: dict[str, hc.Market], name: str, last: str
) -> None:
    series = [row for row in rows("us_credit_spread_gz_ebp_monthly.csv") if row["date"] <= last]
    levels = [float(row["gz_credit_spread_pct"]) for row in series]
    stress = [level > 2.75 for level in levels]
    pairs = list(pairwise(stress))
    funding = markets[name].funding
    up = sum(not a and b for a, b in pairs) / sum(not a for a, _ in pairs)
    down = sum(a and not b for a, b in pairs) / sum(a for a, _ in pairs)
    assert funding.calm_to_stress.value == pytest.approx(up, abs=5e-4)
    assert funding.stress_to_calm.value == pytest.approx(down, abs=5e-4)
    calm = [level for level, high in zip(levels, stress, strict=True) if not high]
    high = [level for level, high in zip(levels, stress, strict=True) if high]
    ratio = (sum(high) / len(high)) / (sum(calm) / len(calm))
    assert funding.spread_mean_stress.value == pytest.approx(funding.spread_mean_calm.value * ratio, rel=0.01)
    assert funding.initial_stress.value == (1.0 if stress[-1] else 0.0)


def test_value_bases_stand_to_each_other_as_their_quotes(markets: dict[str, hc.Market]) -> None:
    market = markets["2026-10-01"]
    h100 = next(device for device in market.devices if device.id == "h100-sxm")
    quote = {item.kind: item.value for item in reversed(market.resale) if item.device == "h100-sxm"}
    assert h100.psi_mark.value / h100.psi_sale.value == pytest.approx(
        quote["income"] / quote["executed"], rel=0.02
    )
    ask = h100.psi_sale.value * quote["ask"] / quote["executed"]
    assert h100.psi_sale.range is not None
    assert h100.psi_sale.range[1] == pytest.approx(ask, rel=0.03)
    # F today is about 39,000 USD: both quotes over it
    assert quote["income"] / h100.psi_mark.value == pytest.approx(39_000, rel=0.02)


def test_derived_rents_follow_their_stated_arithmetic(
    markets: dict[str, hc.Market], facts: dict[str, dict[str, Any]]
) -> None:
    market = markets["2026-10-01"]
    year = "one-year-contract-specialist"
    contract = {device.id: rent(market, year, device.id).value for device in market.devices}
    assert contract["h100-sxm"] == facts["h100-one-year-2026-06"]["value"]
    b200 = facts["b200-index-2026-06"]["value"] * contract["h100-sxm"] / facts["h100-index-2026-06"]["value"]
    assert contract["b200"] == pytest.approx(b200, abs=0.01)
    per_mw = sum(facts["contract-revenue-per-mw"]["value"]) / 2
    by_list = contract["b200"] * facts["gb200-list-tier-1"]["value"] / facts["b200-list-tier-1"]["value"]
    for device in ("gb200", "gb300"):
        if device == "gb300":
            by_list *= 8.5162 / rent(market, "list-specialist", "b200").value
        power = next(item for item in market.devices if item.id == device).wall_power.value
        by_power = per_mw * power / 1000 / 8760
        assert contract[device] == pytest.approx((by_list * by_power) ** 0.5, rel=0.005)
        quote = rent(market, year, device)
        assert quote.range[0] < min(by_list, by_power) and max(by_list, by_power) < quote.range[1] * 1.01
    for basis in ("index-silicon-data", "list-specialist", "marketplace"):
        for device in ("gb200", "gb300"):
            scaled = rent(market, basis, "b200").value * contract[device] / contract["b200"]
            assert rent(market, basis, device).value == pytest.approx(scaled, abs=0.01)


def test_quotes_taken_from_facts_equal_them(
    markets: dict[str, hc.Market], facts: dict[str, dict[str, Any]]
) -> None:
    now, then = markets["2026-10-01"], markets["2024-12-31"]
    pairs = [
        (rent(now, "index-silicon-data", "h100-sxm"), "h100-index-2026-06"),
        (rent(now, "index-silicon-data", "b200"), "b200-index-2026-06"),
        (rent(now, "list-hyperscaler", "gb200"), "gb200-list-tier-1"),
        (rent(then, "list-specialist", "h100-sxm"), "h100-list-2024-10"),
        (rent(then, "capacity-block-hyperscaler", "h100-sxm"), "h100-capacity-block-2024-12"),
        (now.resale[0], "h100-executed"),
        (now.resale[1], "h100-dealer-ask"),
        (now.resale[2], "h100-income-value"),
        (now.resale[3], "h100-floor"),
        (now.resale[4], "h100-pcie-comparables"),
        (then.resale[0], "h100-used-high-2024"),
    ]
    for quote, fact in pairs:
        assert (quote.value, quote.source) == (facts[fact]["value"], facts[fact]["source"]), fact
        assert quote.date.isoformat().startswith(str(facts[fact]["date"])), fact
    assert rent(then, "one-year-contract-specialist", "h100-sxm").value == pytest.approx(
        0.70 * 2.99, abs=0.005
    )
    cds = next(curve for curve in now.credit.curves if curve.id == "coreweave-cds")
    assert cds.spread_bp == (facts["crwv-cds-5y"]["value"],)


def test_ordinary_spreads_average_to_the_observed_indices(markets: dict[str, hc.Market]) -> None:
    spread = {
        rating.rating: rating.option_adjusted_spread_bp for rating in markets["2026-10-01"].credit.ratings
    }
    good = 0.01 * spread["AAA"] + 0.08 * spread["AA"] + 0.43 * spread["A"] + 0.48 * spread["BBB"]
    high = 0.54 * spread["BB"] + 0.36 * spread["B"] + 0.10 * spread["CCC"]
    assert good == pytest.approx(81, abs=1)
    assert high == pytest.approx(275, abs=1)


# --- cases


@pytest.mark.parametrize("name", CASES)
def test_a_case_and_every_overlay_of_it_are_valid(cases: dict[str, hc.Case], name: str) -> None:
    case = cases[name]
    assert case.name == name
    assert set(case.compare_with) == set(CASES[:3]) - {name}
    names = hc.overlay_names(case)
    assert names
    for overlay in names:
        assert hc.overlay(case, overlay).overlays == (overlay,)


@pytest.mark.parametrize("name", CASES)
def test_observed_facts_of_a_book_have_an_address(cases: dict[str, hc.Case], name: str) -> None:
    seen = 0
    for row in hc.provenance_rows(cases[name]):
        if row["path"].startswith("book.") and row["mark"] == "observed":
            seen += 1
            assert ADDRESS.search(row["source"]), row["path"]
            assert row["date"] is not None and row["date"] <= cases[name].market.as_of
    assert seen > 5 or name == "ten-year-model"


@pytest.mark.parametrize("name", CASES)
def test_estimates_name_facts_that_exist(
    cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]], name: str
) -> None:
    named = {
        word
        for row in hc.provenance_rows(cases[name])
        for text in (row["source"] or "", row["note"] or "")
        for part in re.findall(r"\bfacts? ([a-z0-9., -]+)", text)
        for word in re.findall(r"[a-z0-9]+(?:[.-][a-z0-9]+)+", part)
    }
    assert named
    assert not named - set(facts)


@pytest.mark.parametrize(("name", "claim"), [("coreweave-ddtl-3", "ddtl-3"), ("coreweave-ddtl-4", "ddtl-4")])
def test_terms_equal_the_facts(
    cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]], name: str, claim: str
) -> None:
    loan = next(item for item in cases[name].book.claims if item.id == claim)
    fact = {key.removeprefix(f"{claim}."): item for key, item in facts.items() if key.startswith(f"{claim}.")}
    assert loan.commitment_usd == fact["commitment"]["value"]
    assert loan.drawn_usd == fact["drawn"]["value"]
    assert loan.drawn_usd + sum(draw.amount_usd for draw in loan.draws) == loan.commitment_usd
    assert loan.closing_date == fact["closing"]["value"]
    assert loan.maturity_date.isoformat().startswith(str(fact["maturity"]["value"]))
    assert loan.interest.margin_bp == fact["margin"]["value"]
    assert loan.quote is not None and loan.quote.margin_bp == fact["margin"]["value"]
    assert loan.quote.date == loan.closing_date and loan.quote.kind == "contract"
    assert loan.guarantee is not None and loan.guarantee.scope == fact["guarantee"]["value"]
    levels = {covenant.test: covenant.minimum for covenant in loan.covenants}
    assert levels["dscr"] == fact["dscr"]["value"]
    assert loan.undrawn_fee_bp == facts["iren-undrawn-fee"]["value"]
    customer = cases[name].book.customers[0].name
    assert fact["customer"]["value"] in customer
    if claim == "ddtl-3":
        assert levels["contract_realisation"] == fact["contract-realisation"]["value"]
        ends = {contract.end.isoformat()[:7] for contract in cases[name].book.contracts}
        assert ends == {fact["contract-end"]["value"]}
    else:
        assert loan.interest.hedged_share == fact["hedged-share"]["value"]
        assert loan.draw_conditions.minimum_projected_dscr == fact["draw-dscr"]["value"]
        assert loan.draw_conditions.last_draw_date == fact["last-draw"]["value"] == loan.draws[-1].date
    carried: list[tuple[str, Provenance]] = [
        ("commitment", loan.sources["commitment_usd"]),
        ("drawn", loan.sources["drawn_usd"]),
        ("margin", loan.sources["interest.margin_bp"]),
        ("dscr", loan.sources[f"covenants.{len(levels) - 1}.minimum"]),
        ("maturity", loan.sources["maturity_date"]),
        ("guarantee", loan.sources["guarantee"]),
    ]
    for key, origin in carried:
        assert (origin.mark, origin.source) == ("observed", fact[key]["source"]), key
        assert ("secondary" in (origin.note or "")) == (fact[key]["evidence"] == "secondary"), key


def test_terms_of_ddtl_5_equal_the_facts(cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]]) -> None:
    loan = cases["coreweave-ddtl-5"].book.claims[0]
    fact = {key.removeprefix("ddtl-5."): item for key, item in facts.items() if key.startswith("ddtl-5.")}
    assert loan.commitment_usd == fact["commitment"]["value"]
    assert loan.drawn_usd == fact["drawn"]["value"]
    assert loan.drawn_usd + sum(draw.amount_usd for draw in loan.draws) == loan.commitment_usd
    assert loan.closing_date == fact["closing"]["value"]
    assert loan.maturity_date.isoformat().startswith(fact["maturity"]["value"])
    assert loan.amortisation.start is not None
    assert loan.amortisation.start.isoformat().startswith(fact["first-instalment"]["value"])
    assert loan.quote is not None
    assert loan.interest.margin_bp == loan.quote.margin_bp == fact["margin"]["value"]
    assert loan.guarantee is not None and loan.guarantee.scope == fact["guarantee"]["value"]
    assert len(cases["coreweave-ddtl-5"].book.customers) == 2
    for key, field in (("commitment", "commitment_usd"), ("drawn", "drawn_usd"), ("maturity", "maturity_date"),
                       ("margin", "interest.margin_bp"), ("guarantee", "guarantee")):  # fmt: skip
        origin = loan.sources[field]
        assert (origin.mark, origin.source) == ("observed", fact[key]["source"]), key
        assert ("secondary" in (origin.note or "")) == (fact[key]["evidence"] == "secondary"), key
    units = {fleet.id: fleet.units for fleet in cases["coreweave-ddtl-5"].book.fleets}
    debts = {None: loan.drawn_usd, **{draw.date: draw.amount_usd for draw in loan.draws}}
    for fleet in cases["coreweave-ddtl-5"].book.fleets:
        expected = debts[fleet.funded_by_draw] / fact["advance-rate"]["value"] / fleet.cost_usd_per_unit
        assert fleet.units == round(expected)
        let = [item.units for item in cases["coreweave-ddtl-5"].book.contracts if item.fleet == fleet.id]
        assert sum(let) == units[fleet.id] and abs(let[0] - let[1]) <= 1


@pytest.mark.parametrize("name", CASES[:2])
@pytest.mark.parametrize("overlay", [None, "h100-terms"])
def test_units_are_debt_over_advance_rate_over_cost(
    cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]], name: str, overlay: str | None
) -> None:
    case = cases[name] if overlay is None else hc.overlay(cases[name], overlay)
    loan = case.book.claims[0]
    debts = {None: loan.drawn_usd, **{draw.date: draw.amount_usd for draw in loan.draws}}
    rate = facts["ddtl-5.advance-rate"]["value"]
    assert {fleet.funded_by_draw for fleet in case.book.fleets} == set(debts)
    for fleet in case.book.fleets:
        assert fleet.units == round(debts[fleet.funded_by_draw] / rate / fleet.cost_usd_per_unit)
        contract = next(item for item in case.book.contracts if item.fleet == fleet.id)
        assert contract.units == fleet.units and contract.start == fleet.in_service
        assert fleet.book_life_years == facts["coreweave-book-life"]["value"]


def payback_years(case: hc.Case) -> float:
    """Cost over a year's contract cash after running cost."""
    spent = earned = 0.0
    for contract in case.book.contracts:
        fleet = next(item for item in case.book.fleets if item.id == contract.fleet)
        device = next(item for item in case.market.devices if item.id == fleet.device)
        running = device.other_cash_cost.value + device.wall_power.value * case.market.power.price.value
        spent += fleet.units * fleet.cost_usd_per_unit
        earned += fleet.units * (contract.price_usd_per_gpu_hour - running) * 8760.0
    return spent / earned


def contract_cash_usd(case: hc.Case) -> float:
    return sum(
        item.units * item.price_usd_per_gpu_hour * 24.0 * (item.end - item.start).days
        for item in case.book.contracts
    )


def test_contract_prices_agree_with_what_is_known_of_the_contracts(
    cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]]
) -> None:
    openai, meta = cases["coreweave-ddtl-3"], cases["coreweave-ddtl-4"]
    assert openai.book.contracts[0].price_usd_per_gpu_hour == facts["gb200-at-cost-rate"]["value"]
    assert contract_cash_usd(openai) == pytest.approx(7.8e9, abs=0.1e9)
    assert contract_cash_usd(openai) < facts["ddtl-3.contract-value"]["value"]
    price = meta.book.contracts[0].price_usd_per_gpu_hour
    yearly = facts["iren-microsoft-contract"]["value"] / 5 / facts["iren-microsoft-capex"]["value"]
    assert price == pytest.approx(yearly * 60_000 / 8760, abs=0.005)
    assert contract_cash_usd(meta) == pytest.approx(20.9e9, abs=0.1e9)
    assert contract_cash_usd(meta) > facts["ddtl-4.contract-value"]["value"]
    floor = price * facts["ddtl-4.contract-value"]["value"] / contract_cash_usd(meta)
    assert meta.book.contracts[0].sources["price_usd_per_gpu_hour"].range[0] == pytest.approx(
        floor, abs=0.005
    )


@pytest.mark.parametrize(
    ("name", "years"), [("coreweave-ddtl-3", "2.6"), ("coreweave-ddtl-4", "4.1"), ("coreweave-ddtl-5", "2.7")]
)
def test_implied_payback_is_the_one_that_the_readme_prints(
    cases: dict[str, hc.Case], name: str, years: str
) -> None:
    assert f"{payback_years(cases[name]):.1f}" == years
    assert f"{years} years" in (EXAMPLES / name / "README.md").read_text(encoding="utf-8")


def test_the_ten_year_model_is_check_a2(cases: dict[str, hc.Case]) -> None:
    case = cases["ten-year-model"]
    fleet, loan, lender = case.book.fleets[0], case.book.claims[0], case.book.lender_case
    assert not case.book.contracts
    assert (fleet.power_kw, fleet.other_cash_cost_usd_per_hour, fleet.failure_hazard_per_year) == (
        0.0,
        0.0,
        0.0,
    )
    assert fleet.utilisation == lender.utilisation_after_expiry
    assert fleet.maximum_age_years > 10.0 and fleet.economic_life_years == 5.0
    assert (loan.interest.coupon, loan.interest.day_count, loan.payment_frequency_months) == (
        0.10,
        "30/360",
        12,
    )
    assert loan.sizing.target_dscr == 1.40 and loan.sizing.advance_rate is None
    debt = sum(100 / 1.40 / 1.10**year for year in range(1, 11))
    true = sum(100 * 0.70 ** (year - 1) / 1.40 / 1.10**year for year in range(1, 6))
    assert (debt, true, debt / true) == pytest.approx((438.8977, 159.9360, 2.744), abs=5e-4)
    short = hc.overlay(case, "tenor-5-true-cash").book.claims[0]
    assert (short.maturity_date, short.sizing.cash_flow) == (datetime.date(2029, 12, 31), "expected")


def test_the_scenario_of_observed_rents_equals_the_facts(
    cases: dict[str, hc.Case], facts: dict[str, dict[str, Any]]
) -> None:
    path = hc.overlay(cases["ten-year-model"], "observed-rents").scenario.rent_path
    assert path is not None
    for point, fact in zip(
        path.points, ("h100-one-year-2025-10", "h100-one-year-2026-03", "h100-one-year-2026-06"), strict=True
    ):
        assert point.rent_usd_per_gpu_hour == facts[fact]["value"]
        assert point.date.isoformat().startswith(str(facts[fact]["date"]))


# --- shipped data


def test_every_shipped_file_is_listed_with_its_licence() -> None:
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([\w.*/]+)` \| ([\d,]+) \|", text, flags=re.MULTILINE))
    shipped = {file.name for file in DATA.glob("*.csv")}
    assert shipped == {name for name in listed if name.endswith(".csv")}
    for name in shipped:
        assert len(rows(name)) == int(listed[name].replace(",", "")), name
    facts = sum(
        len(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in (DATA / "deals").glob("*.yaml")
    )
    assert facts == int(listed["deals/*.yaml"])
    for licence in ("Apache-2.0", "MIT", "CC-BY-4.0", "CC-BY-SA-4.0"):
        assert (DATA / "LICENSES" / f"{licence}.txt").is_file()


def test_a_fact_without_an_address_says_so(facts: dict[str, dict[str, Any]]) -> None:
    for key, fact in facts.items():
        assert {"what", "value", "unit", "date", "evidence", "source"} <= set(fact), key
        if fact["source"] is None and fact["evidence"] != "list":
            assert "no address kept" in fact["note"], key


def test_nothing_in_the_examples_or_the_data_points_outside_the_repository() -> None:
    for folder in (EXAMPLES, DATA):
        for file in folder.rglob("*"):
            if file.suffix in (".yaml", ".md"):
                assert "/work/" not in file.read_text(encoding="utf-8"), file

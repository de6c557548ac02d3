"""The reference book loads, says where its numbers are from, and its tables agree with it to the cent."""

import copy
import datetime
import importlib
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import haircut.case as hc
from haircut.case.marks import marks_by_owner, share_assumed
from haircut.case.register import rows
from haircut.errors import InputRefused
from tests.unit.mutations_of_reference_claims import OF_CLAIMS
from tests.unit.mutations_of_reference_parties import OF_PARTIES
from tests.unit.problems_of_mutations import Mutation

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDER = EXAMPLES / "reference-2026-10"
loading = importlib.import_module("haircut.case.load")
AS_OF = datetime.date(2026, 10, 1)
MUTATIONS = [*OF_CLAIMS, *OF_PARTIES]


@pytest.fixture(scope="module")
def case() -> hc.Case:
    return hc.load(FOLDER)


@pytest.fixture(scope="module")
def written() -> dict[str, list[dict[str, Any]]]:
    """The files as text numbers, read by another reader, so that sums are exact."""

    class Exact(yaml.CSafeLoader):
        pass

    def number(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Decimal:
        return Decimal(node.value)

    Exact.add_constructor("tag:yaml.org,2002:float", number)
    Exact.add_constructor("tag:yaml.org,2002:int", number)
    files = [FOLDER / "book" / f"{name}.yaml" for name in ("issuers", "borrowers", "claims")]
    files += [FOLDER / "reconciliation.yaml", FOLDER / "coverage.yaml"]
    return {file.stem: yaml.load(file.read_text(encoding="utf-8"), Exact) for file in files}


def readme_table(head: str) -> list[list[str]]:
    """The rows of a table of the README, by the first cell of its head."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


# --- what is there


def test_the_book_is_as_wide_as_promised_and_nothing_stands_apart(case: hc.Case) -> None:
    book = case.book
    assert len(book.issuers) >= 18 and len(book.borrowers) >= 40 and len(book.claims) >= 75
    assert {issuer.segment for issuer in book.issuers} == {"ai_infrastructure", "crypto_miners"}
    assert {claim.borrower for claim in book.claims} == {borrower.id for borrower in book.borrowers}
    assert {borrower.issuer for borrower in book.borrowers} == {issuer.id for issuer in book.issuers}
    named = {item.customer for item in (*book.contracts, *book.leases)}
    named |= {lease.backer for lease in book.leases if lease.backer}
    named |= {fleet.capacity_backstop.backer for fleet in book.fleets if fleet.capacity_backstop}
    assert named == {customer.id for customer in book.customers}
    assert {fleet.site for fleet in book.fleets} == {site.id for site in book.sites}


def test_kinds_and_edges_that_the_model_knows_are_used(case: hc.Case) -> None:
    book = case.book
    assert {claim.kind for claim in book.claims} == {
        "delayed_draw_term_loan", "project_finance_loan", "asset_based_loan", "equipment_lease", "senior_note",
        "convertible_note", "coin_backed_line", "revolver",
    }  # fmt: skip
    assert {"coreweave-corporate", "xai-corporate", "ddtl-4-borrower"} == {
        customer.borrower for customer in book.customers if customer.borrower
    }
    assert any(site.landlord_borrower for site in book.sites)
    assert any(lease.backer for lease in book.leases)
    assert any(contract.prepaid_usd for contract in book.contracts)
    assert any(borrower.purchase_commitments for borrower in book.borrowers)
    assert any(line.coin_line and not line.coin_line.recourse for line in book.claims)


def test_no_id_names_two_parties_that_can_default(case: hc.Case) -> None:
    """A party's id seeds its draws: one id, one stream."""
    book = case.book
    parties = [*book.customers, *book.issuers, *book.borrowers]
    twice = [name for name, times in Counter(party.id for party in parties).items() if times > 1]
    assert not twice


def test_ddtl_3_and_4_stand_as_in_their_own_examples(case: hc.Case) -> None:
    for name in ("coreweave-ddtl-3", "coreweave-ddtl-4"):
        own = hc.load(EXAMPLES / name).book
        for field in ("borrowers", "claims", "fleets", "contracts", "sites", "lenders"):
            mine = {entity.id: entity for entity in getattr(case.book, field)}
            for entity in getattr(own, field):
                assert mine[entity.id] == entity


def test_shares_of_every_convertible_follow_a_law_and_market_values_are_stated(case: hc.Case) -> None:
    laws = {law.issuer for law in case.market.equities}
    parents = {borrower.id: borrower.issuer for borrower in case.book.borrowers}
    converting = {parents[claim.borrower] for claim in case.book.claims if claim.conversion}
    assert converting and converting <= laws
    for issuer in case.book.issuers:
        assert (issuer.market_cap_usd is not None) == (issuer.id in converting or issuer.id in laws), (
            issuer.id
        )


def test_one_share_has_one_price(case: hc.Case) -> None:
    parents = {borrower.id: borrower.issuer for borrower in case.book.borrowers}
    prices: dict[str, set[float]] = {}
    for claim in case.book.claims:
        if claim.conversion:
            prices.setdefault(parents[claim.borrower], set()).add(claim.conversion.share_price_usd)
    assert {issuer: len(found) for issuer, found in prices.items()} == dict.fromkeys(prices, 1)


def test_every_overlay_is_valid_and_does_what_it_says(case: hc.Case) -> None:
    assert set(hc.overlay_names(case)) == {
        "coin-halves", "coreweave-fails", "deflation-30", "mara-retired-debt", "power-spike",
    }  # fmt: skip
    for name in hc.overlay_names(case):
        assert hc.overlay(case, name).overlays == (name,)
    before, after = case.book, hc.overlay(case, "mara-retired-debt").book
    retired = sum(claim.drawn_usd or 0.0 for claim in before.claims) - sum(
        claim.drawn_usd or 0.0 for claim in after.claims
    )
    coins = sum(borrower.accounts.coins_btc for borrower in before.borrowers) - sum(
        borrower.accounts.coins_btc for borrower in after.borrowers
    )
    assert retired == 1e9 and coins * 80_000 == pytest.approx(retired)


# --- where it is from


def test_every_amount_and_maturity_has_a_source_or_is_assumed_within_a_range(case: hc.Case) -> None:
    for claim in case.book.claims:
        for field in ("drawn_usd", "maturity_date"):
            origin = claim.sources[field]
            if origin.mark == "assumed":
                assert origin.range is not None, (claim.id, field)
            else:
                assert origin.source and origin.date is not None, (claim.id, field)


def test_a_range_holds_its_value(case: hc.Case) -> None:
    """Also of a date, whose range is in calendar years."""
    held = 0
    for row in rows(case):
        if not row.path.startswith("book.") or row.range is None or ".draws." in row.path:
            continue
        value = row.value
        if row.unit == "date":
            day = datetime.date.fromisoformat(str(value))
            value = day.year + (day.timetuple().tm_yday - 1) / 365.0
        assert row.range[0] <= float(value) <= row.range[1], row.path
        held += 1
    assert held > 300


def test_observed_facts_have_an_address_and_a_date_not_after_the_as_of_date(case: hc.Case) -> None:
    seen = Counter[str]()
    for field in type(case.book).model_fields:
        if field == "lender_case":
            continue
        for entity in getattr(case.book, field):
            for name, origin in entity.sources.items():
                seen[origin.mark] += 1
                assert origin.date is None or origin.date <= AS_OF, (entity.id, name)
                if origin.mark == "observed":
                    assert origin.source and re.match(r"https?://\S+$", origin.source), (entity.id, name)
                    assert origin.date is not None, (entity.id, name)
                if origin.mark == "estimated":
                    assert origin.source, (entity.id, name)
    assert seen["observed"] > 300


def test_estimates_name_facts_that_exist(case: hc.Case) -> None:
    folder = EXAMPLES.parent / "src" / "haircut" / "data" / "deals"
    known = {
        fact["id"]
        for file in folder.glob("*.yaml")
        for fact in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    }
    named = {
        word
        for row in rows(case)
        if row.path.startswith("book.")
        for text in (row.source or "", row.note or "")
        for part in re.findall(r"\bfacts? ([a-z0-9., -]+)", text)
        for word in re.findall(r"[a-z0-9]+(?:[.-][a-z0-9]+)+", part)
    }
    assert len(named) > 5
    assert not named - known


def test_claims_whose_maturity_was_not_seen_have_no_quote_and_are_listed(case: hc.Case) -> None:
    unseen = [claim for claim in case.book.claims if claim.sources["maturity_date"].mark == "assumed"]
    assert unseen
    assert not [claim.id for claim in unseen if claim.quote is not None]
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"The maturity of {len(unseen)} claims was not seen" in text
    paragraph = text.split("The maturity of ")[1].split("\n\n")[0]
    assert re.findall(r"`([^`]+)`", paragraph) == [claim.id for claim in unseen]


def test_quotes_were_known(case: hc.Case) -> None:
    quoted = [claim.quote for claim in case.book.claims if claim.quote is not None]
    assert len(quoted) >= 25
    assert all(quote.date <= AS_OF and quote.source for quote in quoted)


# --- tables beside the book


def test_the_reconciliation_sums_to_the_cent(written: dict[str, Any]) -> None:
    parents = {borrower["id"]: borrower["issuer"] for borrower in written["borrowers"]}
    owed = {claim["id"]: claim["drawn_usd"] for claim in written["claims"]}
    issuer_of = {claim["id"]: parents[claim["borrower"]] for claim in written["claims"]}
    entries = written["reconciliation"]["issuers"]
    assert [entry["issuer"] for entry in entries] == [issuer["id"] for issuer in written["issuers"]]
    for entry in entries:
        own = [claim for claim, issuer in issuer_of.items() if issuer == entry["issuer"]]
        assert entry["book_usd"] == sum(owed[claim] for claim in own)
        assert ("totals" in entry) != ("why_no_total" in entry)
        for total in entry.get("totals", ()):
            scope = total.get("scope", own)
            assert set(scope) <= set(own)
            assert total["book_usd"] == sum(owed[claim] for claim in scope)
            differences = sum(item["usd"] for item in total.get("differences", ()))
            assert total["book_usd"] == total["published_usd"] + differences + total["unexplained_usd"]
            assert total["date"] <= AS_OF and total["source"].startswith("http")
            # What is left is rounding or a conflict that is named, never silence.
            assert total["explanation"]
            assert abs(total["unexplained_usd"]) <= Decimal("0.03") * total["published_usd"]


def test_coreweave_reaches_its_filed_total(written: dict[str, Any]) -> None:
    entry = written["reconciliation"]["issuers"][0]
    assert entry["issuer"] == "coreweave"
    assert abs(entry["totals"][0]["unexplained_usd"]) <= 500_000


def test_the_readme_prints_the_reconciliation(written: dict[str, Any]) -> None:
    shown = {cells[0]: cells for cells in readme_table("issuer") if cells[0]}
    total = Decimal(0)
    for entry in written["reconciliation"]["issuers"]:
        cells = shown.pop(entry["issuer"])
        total += entry["book_usd"]
        assert cells[1] == f"{entry['book_usd'] / 1_000_000:,.1f}"
        if "totals" in entry:
            assert cells[3] == f"{entry['totals'][0]['published_usd'] / 1_000_000:,.1f}"
    assert shown.pop("all")[1] == f"{total / 1_000_000:,.1f}"
    assert not shown


def test_every_collected_instrument_is_a_claim_or_left_out_for_a_reason(
    case: hc.Case, written: dict[str, Any]
) -> None:
    coverage = written["coverage"]
    assert len({row["fact"] for row in coverage}) == len(coverage) == 124
    covered = {claim for row in coverage for claim in row.get("claims", ())}
    assert covered == {claim.id for claim in case.book.claims}
    left = [row for row in coverage if "left_out" in row]
    assert not [row["fact"] for row in coverage if ("claims" in row) == ("left_out" in row)]
    shown = [cells[0].strip("`") for cells in readme_table("instrument")]
    assert shown == [row["fact"] for row in left]
    for row, cells in zip(left, readme_table("instrument"), strict=True):
        assert cells[1:] == [row["amount"], row["maturity"], row["left_out"]]
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{len(coverage)} instruments were collected" in text and f"{len(left)} are not" in text


def test_the_readme_counts_what_is_there(case: hc.Case) -> None:
    book = case.book
    drawn = sum(claim.drawn_usd or 0.0 for claim in book.claims) / 1e9
    for page in (FOLDER / "README.md", EXAMPLES.parent / "docs" / "cases" / "reference-2026-10.md"):
        words = " ".join(page.read_text(encoding="utf-8").split()).replace(", ", " and ")
        assert f"{len(book.issuers)} issuers and {len(book.borrowers)} borrowers" in words
        assert f"{len(book.claims)} claims" in words
    assert f"{drawn:,.1f} bn USD drawn" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_that_it_is_no_advice_is_said_once() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert text.lower().count("advice") == 1 and "It is not advice" in text


# --- marks by issuer and claim


def test_the_readme_prints_the_marks_by_issuer(case: hc.Case) -> None:
    marks = marks_by_owner(case).issuers
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for issuer, counts in marks.items():
        total = sum(counts.values())
        cells = " | ".join(f"{100 * count / total:.0f} %" for count in counts.values())
        assert f"| {issuer} | {total} | {cells} |" in text


def test_marks_count_each_stated_input_once_for_its_issuer(case: hc.Case) -> None:
    small = hc.load(EXAMPLES / "coreweave-ddtl-4")
    found = marks_by_owner(small)
    used = [row for row in rows(small) if row.used and re.match(r"book\.(?!lender_case)", row.path)]
    assert list(found.issuers) == ["coreweave"]
    assert sum(found.issuers["coreweave"].values()) <= len(used)
    # The claim's count leaves out the parent and nothing else.
    parent = sum(row.path.startswith("book.issuers") for row in used)
    assert sum(found.claims["ddtl-4"].values()) >= sum(found.issuers["coreweave"].values()) - parent
    observed = {row.path for row in used if row.mark == "observed"}
    assert found.claims["ddtl-4"]["observed"] <= len(observed)
    assert 0.0 <= share_assumed(found.claims["ddtl-4"]) <= 1.0


def test_an_observation_moves_a_mark_of_its_claim_alone(case: hc.Case) -> None:
    seen = {"mark": "observed", "source": "https://example.org/notes", "date": AS_OF}
    change = {"book": {"claims": {"mara-cv-2031-06": {"sources": {"closing_date": seen}}}}}
    before, after = marks_by_owner(case), marks_by_owner(hc.overlay(case, change))
    moved = [claim for claim in before.claims if before.claims[claim] != after.claims[claim]]
    assert moved == ["mara-cv-2031-06"]
    assert after.claims[moved[0]]["observed"] == before.claims[moved[0]]["observed"] + 1
    assert [issuer for issuer in before.issuers if before.issuers[issuer] != after.issuers[issuer]] == [
        "mara"
    ]


# --- spoilt copies


@pytest.fixture(scope="module")
def read_once() -> Any:
    """Files that no mutation touched are read once: reading is most of the time of a load."""
    known: dict[tuple[str, bytes], Any] = {}
    read = loading.read_yaml

    def remembered(file: Path, shown: str) -> Any:
        if Path(file).name in ("case.yaml", "market.yaml"):
            return read(file, shown)
        key = (shown, Path(file).read_bytes())
        if key not in known:
            known[key] = read(file, shown)
        return copy.copy(known[key])

    return remembered


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reference")
    shutil.copytree(FOLDER, place / "reference-2026-10")
    shutil.copytree(EXAMPLES / "markets" / "2026-10-01", place / "markets" / "2026-10-01")
    return place


def part_of(text: str, entity: str) -> tuple[int, int]:
    """Where the block of an entity starts and ends in its file."""
    found = re.search(rf"(?ms)^- id: {re.escape(entity)}\n.*?(?=^- id: |^# |\Z)", text)
    assert found is not None, entity
    return found.start(), found.end()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[row.name for row in MUTATIONS])
def test_a_spoilt_reference_book_is_refused_with_exactly_these_words(
    case: hc.Case, copied: Path, read_once: Any, monkeypatch: pytest.MonkeyPatch, mutation: Mutation
) -> None:
    _, file, entity, old, new, problems = mutation
    path = copied / "reference-2026-10" / "book" / f"{file}.yaml"
    good = path.read_text(encoding="utf-8")
    start, end = part_of(good, entity)
    assert good[start:end].count(old) == 1
    monkeypatch.chdir(copied)
    monkeypatch.setattr(loading, "read_yaml", read_once)
    path.write_text(good[:start] + good[start:end].replace(old, new) + good[end:], encoding="utf-8")
    try:
        expected = []
        for name, owner, line, message in problems:
            text = (path.parent / f"{name}.yaml").read_text(encoding="utf-8")
            first, last = part_of(text, owner)
            above = text[:first].count("\n")
            number = above + 1 + [row.strip() for row in text[first:last].splitlines()].index(line)
            place = [item.id for item in getattr(case.book, name)].index(owner)
            sentence = message.replace(f"book.{name}[{owner}]", f"book.{name}[{place}]", 1)
            expected.append(f"reference-2026-10/book/{name}.yaml:{number}: {sentence}")
        with pytest.raises(InputRefused) as refused:
            hc.load("reference-2026-10")
        assert [str(problem) for problem in refused.value.problems] == expected
    finally:
        path.write_text(good, encoding="utf-8")


def test_the_copy_itself_is_good(
    case: hc.Case, copied: Path, read_once: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied)
    monkeypatch.setattr(loading, "read_yaml", read_once)
    for _ in range(2):
        assert hc.content_hash(hc.load("reference-2026-10")) == hc.content_hash(case)


def test_there_are_at_least_thirty_mutations() -> None:
    assert len({row.name for row in MUTATIONS}) == len(MUTATIONS) >= 30

"""P(default) given a fall of the coin, of rent and of both: counts of the simulation and nothing else."""

import json
from typing import Any

import numpy as np
import pytest

from haircut import credit
from haircut.reports.exhibits import book_health, default_given, liquidity_runway
from haircut.studies.whole_book import show
from haircut.studies.whole_book.given import EVENTS, WITHIN_MONTHS, given_of, simulated
from tests.unit.credit import issuers
from tests.unit.credit.issuers import issuer, note

PATHS = 900


def coin_holder(**changes: Any) -> Any:
    """60 BTC at 50,000 and nothing else against a note of two millions in two years, the coin at 60 % volatility."""
    values = {"claims": (note(drawn_usd=2e6),), "coins": 60.0, "market": issuers.coin_market(volatility=0.6)}
    return issuer(**{**values, **changes})


@pytest.fixture(scope="module")
def compiled() -> credit.CompiledBook:
    return credit.compile_book(coin_holder())


def test_events_state_their_thresholds() -> None:
    words = {name: " and ".join(map(str, events)) for name, events in EVENTS.items()}
    assert words == {
        "any": "",
        "coin": "btc -50 % within 12 months",
        "rent": "rent -40 % within 12 months",
        "both": "btc -50 % within 12 months and rent -40 % within 12 months",
        "hashprice": "hashprice -40 % within 12 months",
    }
    assert default_given.in_words(words["both"]) == "BTC -50 % and rent -40 % within 12 months"


def test_shares_are_those_of_the_paths_themselves(compiled: credit.CompiledBook) -> None:
    """The note fails where 60 coins are worth less than two millions at month 24: counted here path by path."""
    found = {each.name: each for each in simulated(compiled, PATHS, 3, 2).given["parent"]}
    scenarios = compiled.scenarios.__class__(**{
        name: getattr(compiled.scenarios, name) for name in ("p", "q", "coin_p", "coin_q", "contracts")
    }, seed=3, paths=PATHS)  # fmt: skip
    btc = np.concatenate(
        [scenarios.block(block, "P").btc[: scenarios.paths_in_block(block)] for block in range(2)]
    )
    fell = btc[:, 1:13].min(axis=1) <= 0.5 * btc[:, 0]
    fails = 60.0 * btc[:, 24] < 2e6
    assert (found["any"].paths, found["any"].defaults) == (PATHS, int(fails.sum()))
    assert (found["coin"].paths, found["coin"].defaults) == (int(fell.sum()), int((fails & fell).sum()))
    p = fails[fell].mean()
    assert found["coin"].probability == pytest.approx(p)
    assert found["coin"].std_error == pytest.approx(np.sqrt(p * (1 - p) / fell.sum()))
    assert p > fails.mean() + 3 * found["coin"].std_error
    assert found["both"].paths <= min(found["coin"].paths, found["rent"].paths)


def test_a_default_after_the_window_does_not_count() -> None:
    """The same note due in 48 months fails later than the 36 that are asked about."""
    late = credit.compile_book(coin_holder(claims=(note(drawn_usd=2e6, maturity_date=issuers.day(48)),)))
    found = simulated(late, 512, 3, 1)
    assert WITHIN_MONTHS == 36
    assert found.given["parent"][0].defaults == 0
    assert found.health[0].what == "unpaid_at_maturity" and found.health[0].paths


def test_threads_change_nothing(compiled: credit.CompiledBook) -> None:
    assert simulated(compiled, PATHS, 3, 1) == simulated(compiled, PATHS, 3, 2)


def test_a_book_without_a_coin_is_not_asked_about_one() -> None:
    from tests.unit.credit import books

    found = simulated(credit.compile_book(books.case()), 64, 1, 1)
    assert [each.name for each in found.given["parent"]] == ["any", "rent"]


def test_few_paths_give_no_share() -> None:
    assert given_of("both", 9, 4).probability is None and given_of("both", 9, 4).reason == "missing_input"
    assert given_of("both", 10, 0).std_error is None and given_of("both", 10, 0).probability == 0.0


def test_the_page_of_an_issuer_prints_events_health_and_what_is_assumed() -> None:
    found = show(coin_holder(), issuer="parent", paths=PATHS, seed=3)
    page = found.issuers[0]
    data = json.loads(json.dumps(page.as_dict(), allow_nan=False))
    assert data["default_given"]["within_months"] == 36
    assert [each["name"] for each in data["default_given"]["events"]] == list(EVENTS)
    assert {line["what"] for line in data["health"]} == {"unpaid_at_maturity"}
    assert found.as_dict()["simulation"] == {"paths": PATHS, "seed": 3}
    built = default_given.build(page)
    assert built.table is not None and len(list(built.table.rows())) == len(EVENTS)
    assert ("not a verdict" in built.title) == (not page.verdict_allowed)
    assert "inputs assumed" in built.title
    assert "not on this page" not in " ".join(liquidity_runway.build(page).notes)
    for each in (book_health.build(found), book_health.build_of(page, found)):
        assert each.table is not None and list(each.table.rows()) and each.title.startswith("On ")


def test_without_a_simulation_the_page_says_so() -> None:
    found = show(coin_holder(), issuer="parent")
    assert found.simulation is None and found.issuers[0].as_dict()["default_given"] is None
    assert "not simulated" in book_health.build(found).title
    assert "not simulated" in default_given.build(found.issuers[0]).title

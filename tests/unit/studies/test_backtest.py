"""The backtest: nothing from the future, sealed before opened, exact statistics, in sample called so."""

import copy
import datetime
import hashlib
import itertools
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import haircut as hc
from haircut.case.register import rows
from haircut.errors import InputRefused, UsageError
from haircut.runs.choice import chosen_case as chosen
from haircut.studies.backtest import Backtest, backtest, known, propagate, rolling, score
from haircut.studies.backtest.coin import closes, coin_given
from haircut.studies.backtest.predict import predict
from haircut.studies.backtest.seal import OUTCOMES, Sealed, open_outcomes, seal
from haircut.studies.backtest.verdicts import default_month, failed_by, monitored
from tests.unit.studies.waves import small_wave

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "examples" / "wave-2022"
AS_OF = datetime.date(2021, 12, 31)


@pytest.fixture(scope="module")
def case() -> hc.Case:
    return hc.load(FOLDER)


@pytest.fixture(scope="module")
def found() -> Backtest:
    return small_wave()


# --- nothing from the future


def test_no_input_was_known_after_the_as_of_date(case: hc.Case) -> None:
    ledger = known.read_ledger(FOLDER)
    assert case.market.as_of == AS_OF
    assert known.hindsight(case, ledger) == []
    used = [row for row in rows(case) if row.used and row.mark != "assumed"]
    assert len(used) > 40
    for row in used:
        assert row.date is not None and row.date <= AS_OF, row.path
        dates = [line.known_from for line in ledger.known if line.covers(row.path)]
        assert dates and max(dates) <= AS_OF, row.path


def test_every_line_of_the_ledger_is_about_an_input(case: hc.Case) -> None:
    ledger = known.read_ledger(FOLDER)
    paths = [row.path for row in rows(case)]
    assert [line.path for line in ledger.known if not any(map(line.covers, paths))] == []
    assert len(ledger.later) >= 10 and all(fact.known_from > AS_OF for fact in ledger.later)


def test_what_became_known_a_day_late_is_refused(case: hc.Case) -> None:
    ledger = known.read_ledger(FOLDER)
    late = ledger._replace(
        known=tuple(line._replace(known_from=AS_OF + datetime.timedelta(1)) for line in ledger.known)
    )
    with pytest.raises(InputRefused, match="known_from 2022-01-01"):
        known.require_foresight(case, late)


def test_an_observed_value_without_a_line_is_refused(case: hc.Case) -> None:
    ledger = known.read_ledger(FOLDER)
    short = ledger._replace(known=tuple(line for line in ledger.known if "market.btc" not in line.path))
    problems = known.hindsight(case, short)
    assert {problem.path for problem in problems} >= {"market.btc.price"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mark": "observed", "source": "https://a.example", "date": AS_OF}, "observed"),
        ({"mark": "assumed", "range": (50e6, 65e6)}, "one that holds"),
        ({"mark": "assumed", "range": None}, "assumed, with a range"),
    ],
)
def test_a_figure_that_was_published_later_stands_as_a_range_that_holds_it(
    case: hc.Case, change: dict[str, Any], said: str
) -> None:
    laid = {"drawn_usd": 60000000, "sources": {"drawn_usd": change}}
    changed = hc.overlay(case, {"book": {"claims": {"core-nydig": laid}}})
    with pytest.raises(InputRefused, match=said):
        known.require_foresight(changed, known.read_ledger(FOLDER))


def test_the_market_takes_nothing_that_was_chosen_knowing_2022(case: hc.Case) -> None:
    """The values that the design calls in sample stand in the overlay alone, each called so."""
    text = (FOLDER / "overlays" / "chosen-knowing-2022.yaml").read_text(encoding="utf-8")
    laid = yaml.safe_load(text)
    changed = hc.overlay(case, "chosen-knowing-2022")
    for part, values in laid["market"].items():
        for name, change in values.items():
            inner = change if "value" not in change else {"": change}
            for value in inner.values():
                assert value["note"].startswith("in sample"), (part, name)
    for one, other in (("target_margin", 0.15), ("speed_down", 0.5)):
        assert getattr(case.market.network, one).value != other == getattr(changed.market.network, one).value
    assert case.market.funding.equity_access_stress.value != 0.005
    assert changed.market.liquidation.depth.value == 0.0015 != case.market.liquidation.depth.value
    for file in sorted((ROOT / "examples" / "markets" / "2021-12-31").glob("*.yaml")):
        words = re.sub(
            r"_2021_2025|chosen knowing 2022|knew 2022|before 2022|chosen-knowing-2022|wave-2022",
            "",
            file.read_text(encoding="utf-8"),
        )
        assert not re.findall(r"\b20(?:2[2-9])\b", re.sub(r"next_halving: \S+", "", words)), file.name


# --- sealed before opened


def test_one_function_alone_reads_outcomes() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"outcomes\.yaml|OUTCOMES\b", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["src/haircut/studies/backtest/seal.py"]
    text = (ROOT / readers[0]).read_text(encoding="utf-8")
    assert len(re.findall(r"\bOUTCOMES\b", text.split("def open_outcomes")[1].split("\ndef ")[0])) == 2
    assert not re.search(r"\bOUTCOMES\b", text.split("def open_outcomes")[0].split("OUTCOMES: Final")[1][20:])


def test_outcomes_open_for_predictions_on_file_alone(tmp_path: Path) -> None:
    names = [{"name": row["name"]} for row in yaml.safe_load((FOLDER / OUTCOMES).read_text())["names"]]
    sealed = seal({"names": names}, tmp_path)
    assert hashlib.sha256(sealed.file.read_bytes()).hexdigest() == sealed.digest
    assert len(open_outcomes(FOLDER, sealed).names) == len(names) == 8
    with pytest.raises(UsageError, match="expected them written first"):
        open_outcomes(FOLDER, Sealed(tmp_path / "absent.json", sealed.digest))
    with pytest.raises(UsageError, match="they were changed"):
        open_outcomes(FOLDER, sealed._replace(digest="0" * 64))
    with pytest.raises(UsageError, match="no prediction of"):
        open_outcomes(FOLDER, seal({"names": names[1:]}, tmp_path))
    with pytest.raises(InputRefused):
        open_outcomes(tmp_path, sealed)
    sealed.file.write_text(sealed.file.read_text().replace("argo", "ergo"))
    with pytest.raises(UsageError, match="they were changed"):
        open_outcomes(FOLDER, sealed)


def test_predictions_do_not_depend_on_outcomes(found: Backtest, case: hc.Case, tmp_path: Path) -> None:
    """What is sealed holds no date or word of an outcome, and the same run seals the same bytes."""
    written = json.loads(found.sealed.file.read_text())
    text = json.dumps(written)
    for outcome in found.outcomes.names:
        assert outcome.source not in text
        assert outcome.date is None or outcome.date.isoformat() not in text
    assert seal(found.predictions, tmp_path).digest == found.sealed.digest
    again = predict(case.model_copy(update={"settings": case.settings.model_copy(update={"paths": 512})}))
    assert again == found.predictions["names"]


# --- what came


def test_every_outcome_has_a_source_and_a_failure_a_date(found: Backtest) -> None:
    assert {row.name for row in found.outcomes.names} == {row["name"] for row in found.predictions["names"]}
    for row in found.outcomes.names:
        assert re.match(r"https?://", row.source), row.name
        assert row.failed == (row.date is not None)
        assert row.date is None or row.date > AS_OF
    assert sum(failed_by(found.outcomes, AS_OF, 12).values()) == 3
    assert sum(failed_by(found.outcomes, AS_OF, 10).values()) == 0
    months = {row.name: default_month(row, AS_OF) for row in found.outcomes.names if row.failed}
    assert months == {"core-scientific": 12, "iris-energy": 11, "greenidge": 12}
    for price in found.outcomes.rig_prices:
        assert price.date > AS_OF and price.source.startswith("https://")


def test_the_parts_of_a_backtest_agree(found: Backtest) -> None:
    names = {row["name"]: row for row in found.predictions["names"]}
    for months in (12, 18):
        failed = failed_by(found.outcomes, AS_OF, months)
        told = [names[name][f"pd_{months}m"] for name in failed]
        row = next(item for item in found.variants["knowable"] if item["months"] == months)
        assert row["auc"] == score.auc(told, list(failed.values()))
        assert row["expected_failures"] == pytest.approx(sum(told))
    for row in names.values():
        assert row["pd_12m"] <= row["pd_18m"]
        assert (row["owed_usd"] == 0.0) == (row["name"] in ("riot", "cipher"))
    assert found.predictions["in_sample"] == ["chosen-knowing-2022"]
    assert set(found.variants) == {"knowable", "chosen-knowing-2022", "parents-support", "shares-shut"}
    assert found.as_dict()["sealed"]["sha256"] == found.sealed.digest


def test_a_parent_that_supports_saves_its_vehicle_and_shares_that_cannot_be_sold_save_nobody(
    found: Backtest,
) -> None:
    pd = {
        name: {row["name"]: row["pd_18m"] for row in rows_}
        for name, rows_ in (("own", found.predictions["names"]), *found.predictions["variants"].items())
    }
    assert pd["parents-support"]["iris-energy"] < 0.2 * pd["own"]["iris-energy"]
    for name in ("core-scientific", "greenidge", "argo", "cleanspark"):
        assert pd["shares-shut"][name] > pd["own"][name]
        assert abs(pd["parents-support"][name] - pd["own"][name]) < 0.02


def test_the_coin_as_it_came_is_that_of_the_shipped_file(case: hc.Case) -> None:
    levels = coin_given(case, 12)["scenario"]["btc_path"]["levels"]
    known_closes = closes(AS_OF, datetime.date(2022, 12, 31))
    assert levels[11] == {
        "month": 12,
        "factor": known_closes[datetime.date(2022, 12, 31)] / known_closes[AS_OF],
    }
    assert known_closes[AS_OF] == case.market.btc.price.value  # type: ignore[union-attr]


# --- assumptions are drawn


def test_draws_visit_every_part_of_every_range_once(case: hc.Case) -> None:
    places = propagate.ranges(case)
    assert len(places) > 150
    path = "market.network.target_margin"
    low, value, high = places[path]
    found = sorted(draw.market.network.target_margin.value for draw in propagate.draws(case, 4, seed=3))  # type: ignore[union-attr]
    edges = [propagate.two_sided(low, value, high, part / 4) for part in range(5)]
    for drawn, (left, right) in zip(found, itertools.pairwise(edges), strict=True):
        assert left <= drawn <= right
    assert known.hindsight(case, known.read_ledger(FOLDER)) == []


def test_orders_of_a_borrower_are_drawn_as_one(case: hc.Case) -> None:
    before = next(b for b in case.book.borrowers if b.id == "core-corporate").purchase_commitments
    drawn = next(iter(propagate.draws(case, 1, seed=1)))
    after = next(b for b in drawn.book.borrowers if b.id == "core-corporate").purchase_commitments
    factors = {round(two.amount_usd / one.amount_usd, 9) for one, two in zip(before, after, strict=True)}
    assert len(factors) == 1 and [order.date for order in after] == [order.date for order in before]


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3), st.floats(0, 1))
def test_a_drawn_value_stays_in_its_range(value: float, below: float, above: float, uniform: float) -> None:
    drawn = propagate.two_sided(value - below, value, value + above, uniform)
    assert value - below - 1e-9 <= drawn <= value + above + 1e-9


# --- statistics against other ways to count

SCORES = st.lists(st.integers(0, 5).map(float), min_size=3, max_size=8)


@given(SCORES, st.data())
def test_auc_is_the_rank_sum(scores: list[float], data: st.DataObject) -> None:
    """Mann-Whitney from the sum of ranks, a tie sharing its mean."""
    hits = data.draw(st.integers(1, len(scores) - 1))
    failed = [place < hits for place in range(len(scores))]
    ranks = score.ranks(scores)
    by_ranks = (ranks[:hits].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits))
    assert score.auc(scores, failed) == pytest.approx(by_ranks)


@given(SCORES, st.data())
def test_the_p_value_is_a_share_of_assignments(scores: list[float], data: st.DataObject) -> None:
    hits = data.draw(st.integers(1, len(scores) - 1))
    failed = [place < hits for place in range(len(scores))]
    p = score.ranking_p_value(scores, failed)
    ways = math.comb(len(scores), hits)
    assert (
        round(p * ways, 6) == round(p * ways)
        and score.least_p_value(len(scores), hits) <= p + 1e-12 <= 1.0 + 1e-9
    )


def test_rank_correlation_agrees_with_scipy() -> None:
    from scipy import stats

    one, other = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0], [2.0, 3.0, 1.0, 6.0, 4.0, 5.0]
    found, p = score.rank_correlation(one, other)
    assert found == pytest.approx(stats.spearmanr(one, other).statistic)
    exact = stats.permutation_test(
        (other,),
        lambda x: stats.spearmanr(one, x).statistic,
        permutation_type="pairings",
        alternative="greater",
    )
    assert p == pytest.approx(exact.pvalue)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_the_law_of_a_count_is_that_of_all_outcomes(probabilities: list[float]) -> None:
    law = score.count_law(probabilities)
    for count in range(len(probabilities) + 1):
        direct = sum(
            math.prod(p if hit else 1.0 - p for p, hit in zip(probabilities, outcome, strict=True))
            for outcome in itertools.product((True, False), repeat=len(probabilities))
            if sum(outcome) == count
        )
        assert law[count] == pytest.approx(direct, abs=1e-12)
    assert score.at_most(probabilities, len(probabilities)) == pytest.approx(1.0)


def test_bad_questions_are_refused() -> None:
    with pytest.raises(UsageError, match="one kind only"):
        score.auc([0.1, 0.2], [True, True])
    with pytest.raises(UsageError, match="two million"):
        score.ranking_p_value([0.0] * 40, [place < 20 for place in range(40)])
    with pytest.raises(UsageError, match="3 to 9"):
        score.rank_correlation([1.0], [1.0])
    with pytest.raises(UsageError, match="draws"):
        backtest(FOLDER, draws_of_inputs=-1)


def test_pages_name_misses_and_what_is_in_sample(found: Backtest) -> None:
    from haircut.reports.backtest_text import backtest_text, exhibits

    text = backtest_text(found)
    assert max(map(len, text.splitlines())) <= 110
    assert "IN SAMPLE" in text and found.sealed.digest[:16] in text and "perfect ranking" in text
    better = [rule for rule in found.rules if rule["auc"] > found.variants["knowable"][-1]["auc"]]
    assert ("MISS: " in text) == bool(better or any(row["inside"] is False for row in found.recoveries))
    names = exhibits(found)[0]
    assert names.chart is not None and names.chart_narrow is not None
    assert copy.deepcopy(names.chart)["width"] > names.chart_narrow["width"]


# --- the monitor


@pytest.fixture(scope="module")
def in_june(case: hc.Case) -> hc.Case:
    return rolling.case_at(case, 6)


def test_the_monitor_sees_the_coin_and_the_network_of_the_day(in_june: hc.Case) -> None:
    day = datetime.date(2022, 6, 30)
    assert in_june.market.as_of == day
    assert in_june.market.btc is not None and in_june.market.btc.price.value == closes(day, day)[day]
    assert in_june.market.network is not None and in_june.market.network.hashrate.date <= day
    assert in_june.market.network.hashrate.value == pytest.approx(
        29570168636357.99 * 2**32 / 600 / 1e18, rel=1e-9
    )


def test_the_monitor_reads_nothing_that_was_published_later(case: hc.Case, in_june: hc.Case) -> None:
    known_then = rolling.read_rolling(case)
    accounts = {borrower.id: borrower.accounts for borrower in in_june.book.borrowers}
    assert accounts["core-corporate"].coins_btc == 9618  # published in May; the 1,959 of June came in August
    claims = {claim.id for claim in in_june.book.claims}
    for row in known_then["loans"]:
        assert (row["claim"]["id"] in claims) == (row["known_from"] <= in_june.market.as_of), row["claim"][
            "id"
        ]
    for fact in known_then["facts"]:
        assert fact["known_from"] > fact["value_date"] and fact["source"].startswith("https://")
    assert all(
        order.date > in_june.market.as_of for b in in_june.book.borrowers for order in b.purchase_commitments
    )


def test_the_book_is_carried_by_the_month_of_the_engine(case: hc.Case) -> None:
    from haircut.credit import base_case, compile_book

    compiled = compile_book(hc.overlay(case, coin_given(case, 6)))
    state, base = rolling.state_after(compiled, 6), base_case(compiled)
    for place, claim in enumerate(compiled.claim_ids):
        assert float(state.claims["principal"][place]) == pytest.approx(
            base.claims[claim]["balance"][6], abs=0.01
        )
    for place, borrower in enumerate(compiled.indices.borrowers):
        assert float(state.cash.accounts["balance"][place]) == pytest.approx(
            base.borrower[borrower]["cash"][6], abs=0.01
        )


def test_in_june_every_test_rings_for_all_that_failed(in_june: hc.Case, found: Backtest) -> None:
    """Six months before: rigs under water, cash flow below debt service, default more than one in five."""
    rows_ = {row["name"]: row for row in rolling.looked_at(chosen(in_june, 512), None)}
    for outcome in found.outcomes.names:
        row = rows_[outcome.name]
        assert row["rings"] == rolling.rings(row)
        if outcome.failed:
            assert row["rings"] == ["ltv", "cover", "pd"], row
    assert rows_["riot"]["rings"] == [] == rows_["cipher"]["rings"]


def test_first_rings_and_months_are_read_off_the_dates(found: Backtest) -> None:
    def row(date: str, rung: list[str]) -> dict[str, Any]:
        return {"name": "iris-energy", "as_of": date, "rings": rung}

    [told] = monitored([row("2022-03-31", ["pd"]), row("2022-06-30", ["ltv", "cover", "pd"])], found.outcomes)
    assert (told["first"], told["all_tests"], told["months_before"]) == ("2022-03-31", "2022-06-30", 5)
    assert found.funding["highest"] < found.funding["stress_above"] == 2.75

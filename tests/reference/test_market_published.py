"""Published figures of the hash market and of rents, and the shipped files behind the markets' rows."""

import csv
import datetime
from pathlib import Path
from statistics import median

import pytest

import haircut as hc
from haircut.case.market.series import read_series
from haircut.machines.hashprice import difficulty_of, hashprice_usd_per_ph_day

DATA = Path(__file__).resolve().parents[2] / "src" / "haircut" / "data"
AS_OF = datetime.date(2026, 10, 1)
SNAPSHOTS = "gpu_neocloud_marketplace_snapshots_2026.csv"


@pytest.mark.parametrize(
    ("difficulty", "price", "ours", "published"),
    [(152e12, 91_000.0, 37.64, 38.2), (156e12, 104_000.0, 41.91, 43.1)],
)
def test_hashprice_e4(difficulty: float, price: float, ours: float, published: float) -> None:
    """E4: without fees 37.64 and 41.91 against 38.2 and 43.1 printed by an index; tolerance 4 %."""
    found = hashprice_usd_per_ph_day(price, difficulty, 3.125)
    assert found == pytest.approx(ours, abs=0.005)
    assert found == pytest.approx(published, rel=0.04)


def test_hashprice_of_the_shipped_series_is_the_identity() -> None:
    with (DATA / "btc_hashprice_daily.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::97]
    assert len(rows) > 50
    found = [
        hashprice_usd_per_ph_day(
            float(row["btc_usd_close_utc"]), float(row["difficulty"]), float(row["block_subsidy_btc"])
        )
        for row in rows
    ]
    printed = [float(row["hashprice_ex_fees_usd_per_ph_per_day"]) for row in rows]
    assert found == pytest.approx(printed, rel=1e-4)


@pytest.mark.parametrize("name", ["2026-10-01", "2024-12-31"])
def test_coin_and_network_are_the_last_rows_of_the_shipped_files(name: str) -> None:
    market = hc.market(name).market
    assert market.btc is not None and market.network is not None
    price = read_series(
        DATA / "btc_usd_daily.csv", date="date", value="btc_usd_close_utc", unit="usd_close_utc",
        as_of=market.as_of, later="leave",
    ).observations[-1]  # fmt: skip
    assert (market.btc.price.value, market.btc.price.date) == (price.value, price.date)
    difficulty = read_series(
        DATA / "btc_difficulty_epochs.csv", date="start_date_est", value="difficulty", unit="difficulty",
        as_of=market.as_of, later="leave",
    ).observations[-1]  # fmt: skip
    assert market.network.hashrate.date == difficulty.date
    assert difficulty_of(1000.0 * market.network.hashrate.value) == pytest.approx(difficulty.value, rel=0.01)


MODELS = {
    "v100": ("V100", "16"), "a100-40": ("A100", "40"), "a100-80": ("A100", "80"), "h100-pcie": ("H100", "80"),
    "h100-sxm": ("H100", "80"), "h200": ("H200", "141"), "b200": ("B200", "180"), "b300": ("B300", "288"),
    "mi300x": ("MI300X", "192"), "l40s": ("L40S", "48"), "rtx-4090": ("RTX4090", "24"),
}  # fmt: skip


@pytest.mark.parametrize("device", MODELS)
@pytest.mark.parametrize(("basis", "kind"), [("list-specialist", "neocloud"), ("marketplace", "marketplace")])
def test_lists_and_their_history_are_medians_of_the_shipped_snapshots(
    device: str, basis: str, kind: str
) -> None:
    market = hc.market("2026-10-01").market
    model, memory = MODELS[device]
    with (DATA / SNAPSHOTS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = [(q.value, q.date, q.panel) for q in market.rents if (q.device, q.basis) == (device, basis)]
    wanted += [
        (q.value, q.date, q.panel) for q in market.rent_history if (q.device, q.basis) == (device, basis)
    ]
    forms = ("PCIe",) if device == "h100-pcie" else ("SXM", "unstated", "")
    for value, date, panel in wanted:
        prices = {
            row["provider"]: float(row["cheapest_on_demand_usd_per_gpu_hour"])
            for row in rows
            if (row["date"], row["gpu_model"], row["gpu_memory_gb"], row["provider_class"])
            == (date.isoformat(), model, memory, kind)
            and row["form_factor"] in forms
        }
        assert value == pytest.approx(median(prices.values()), abs=6e-5), (device, date)
        if kind == "neocloud":
            assert set(panel.split(", ")) == set(prices)


def test_contracts_of_other_machines_take_the_discount_of_the_h100() -> None:
    rents = {(rent.basis, rent.device): rent for rent in hc.market("2026-10-01").market.rents}
    year = "one-year-contract-specialist"
    discount = rents[year, "h100-sxm"].value / rents["list-specialist", "h100-sxm"].value
    derived = [rent for rent in rents.values() if rent.basis == year and "times 2.65 / 3.627" in rent.source]
    assert len(derived) == 9
    for rent in derived:
        assert rent.value == pytest.approx(discount * rents["list-specialist", rent.device].value, abs=6e-4)
        assert rent.mark == "estimated"

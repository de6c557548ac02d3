"""The reference book at one size in a process of its own: python bench/one_size.py PATHS COPIES; prints JSON.

A copy is the whole book once more under other names: issuers, what they own and owe, their customers, lenders and
shares. Of n copies each has an nth of amounts, units and coins, so that the dollars stay those of one book: cash is
checked to the cent, and sums of more than a trillion dollars are not exact to it. Copies share the market, so their
value surfaces too.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import haircut as hc
from haircut.case.case import Case
from haircut.credit import compile_book, simulate

CASE = Path(__file__).resolve().parents[1] / "examples" / "reference-2026-10"
SEED = 2
THREADS = 2
TEXTS = {
    "device",
    "curve",
    "rating",
    "wang_rating",
    "kind",
    "name",
    "unit",
    "mark",
    "note",
    "source",
    "sources",
}
"""Fields of a book whose text never is an id of the book."""
SIZES = {
    "amount_usd", "balance_usd", "cash_usd", "coins_btc", "commitment_usd", "deposit_usd", "drawn_usd",
    "market_cap_usd", "megawatts", "minimum_cash_usd", "other_income_usd_per_month", "overhead_usd_per_month",
    "pledged_btc", "prepaid_usd", "units",
}  # fmt: skip
"""Fields that say how large a thing is."""


def copied(case: Case, copies: int) -> Case:
    """The case with its book `copies` times; the first copy keeps its names."""
    tree = case.model_dump(mode="json")
    book, equities = smaller(tree["book"], 1.0 / copies), tree["market"]["equities"]
    lists = [name for name, entries in book.items() if isinstance(entries, list)]
    ids = {entry["id"] for name in lists for entry in book[name]}
    more = [(renamed(book, ids, f"-again-{number}"), f"-again-{number}") for number in range(2, copies + 1)]
    for name in lists:
        book[name] = book[name] + [entry for other, _ in more for entry in other[name]]
    laws = [
        {**law, "issuer": law["issuer"] + end} for _, end in more for law in equities if law["issuer"] in ids
    ]
    tree["book"] = book
    tree["market"]["equities"] = equities + laws
    return Case.model_validate_json(json.dumps(tree))


def smaller(tree: Any, share: float, key: str = "") -> Any:
    """A tree whose sizes are a share of what they were."""
    if isinstance(tree, dict):
        return {
            name: value if name == "sources" else smaller(value, share, name) for name, value in tree.items()
        }
    if isinstance(tree, list):
        return [smaller(entry, share, key) for entry in tree]
    return tree * share if key in SIZES and isinstance(tree, int | float) else tree


def renamed(tree: Any, ids: set[str], end: str) -> Any:
    """A tree in which every id has an ending."""
    if isinstance(tree, dict):
        return {key: value if key in TEXTS else renamed(value, ids, end) for key, value in tree.items()}
    if isinstance(tree, list):
        return [renamed(entry, ids, end) for entry in tree]
    return tree + end if isinstance(tree, str) and tree in ids else tree


def main(paths: int, copies: int) -> dict[str, float]:
    """Seconds and processor seconds of P and Q after compiling, claims, months, peak MB (Linux)."""
    compiled = compile_book(copied(hc.load(CASE), copies))
    simulate(compiled, "P", 1, SEED, 1)
    began, worked = time.perf_counter(), time.process_time()
    for measure in ("P", "Q"):
        simulate(compiled, measure, paths, SEED, THREADS)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    # Not getrusage, whose peak a child inherits from its parent.
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024.0
    horizon = compiled.case.settings.horizon_months or compiled.months
    return {"paths": paths, "claims": len(compiled.claim_ids), "months": horizon, "seconds": seconds,
            "processor_seconds": processor, "peak_megabytes": peak}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))

"""What every command pays before its first number: the name of the cache folder."""

from collections.abc import Callable
from pathlib import Path

from haircut import kernels


def bench_cache_name() -> dict[str, Callable[[], object]]:
    root = Path(kernels.__file__).parent
    return {"hash of the kernel sources": lambda: kernels.source_hash(root)}

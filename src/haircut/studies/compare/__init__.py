"""What moved since the last memo: the change between two runs, by cause, summing exactly.

from haircut.studies.compare import compare

compare("7f3a", "9b1c").parts
"""

from haircut.studies.compare.study import Comparison, Headroom, Part, compare

__all__ = ["Comparison", "Headroom", "Part", "compare"]

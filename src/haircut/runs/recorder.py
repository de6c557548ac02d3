"""Who records a run, and why."""

from __future__ import annotations

import os

from haircut.errors import UsageError

LONGEST_REASON = 1_000


def who() -> str | None:
    """`$HAIRCUT_USER`, else the name by which the system knows the user; None where it knows none."""
    import getpass

    chosen = os.environ.get("HAIRCUT_USER", "").strip()
    if chosen:
        return chosen
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):  # a container need not have a name for its user
        return None


def reason(why: str | None) -> str | None:
    """The reason for a run on one line; None where nothing was said.

    >>> reason("  for the committee\\nof October ")
    'for the committee of October'

    Raises:
        UsageError: where it is longer than 1,000 characters.
    """
    said = " ".join((why or "").split())
    if len(said) > LONGEST_REASON:
        raise UsageError(
            f"why: found {len(said):,} characters; expected at most {LONGEST_REASON:,}: a sentence, not a memo"
        )
    return said or None

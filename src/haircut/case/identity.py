"""The identity of a case: what it says, whatever folder it stands in."""

from __future__ import annotations

import hashlib
import json

from haircut.case.case import Case


def canonical(case: Case) -> str:
    """The whole content of a case as JSON with sorted keys: the text that is hashed and that a run keeps."""
    return json.dumps(
        case.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def content_hash(case: Case) -> str:
    """SHA-256 of a case's content, as 64 hexadecimal digits: the same for the same case in any folder."""
    return hashlib.sha256(canonical(case).encode()).hexdigest()

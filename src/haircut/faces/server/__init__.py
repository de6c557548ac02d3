"""The claim page: `haircut serve`. It reads cases, calls `haircut.runs.live` and renders; it writes nothing."""

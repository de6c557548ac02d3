"""`haircut attribute`: which of the four mechanisms makes the margin what it is."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from haircut.faces.progress import Progress


def attribute(chosen: Namespace) -> None:
    """Split the fair margin, PD and expected loss; the corners are kept with the run."""
    from haircut.runs import chosen_case
    from haircut.studies.attribute import attribute as attributed

    case = chosen_case(chosen.case, chosen.paths, chosen.seed, chosen.rent_basis, chosen.overlay)
    with Progress("attributing") as progress:
        found = attributed(
            case, threads=chosen.threads, claim=chosen.claim, progress=progress.tell, fresh=chosen.fresh
        )
    head = {
        "case": case.name,
        "as_of": case.market.as_of.isoformat(),
        "seed": case.settings.seed,
        "paths": case.settings.paths,
    }
    if chosen.json:
        answer = {**head, **found.as_dict()}
        print(json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False))
        return
    from haircut.reports import numbers_in_print as print_
    from haircut.reports.attribution_text import attribution_text

    parts = [f"haircut   {case.name}", *case.overlays, found.claim, f"as of {print_.date(case.market.as_of)}"]
    words = " · ".join([*parts, f"{case.settings.paths:,} paths", f"seed {case.settings.seed}"])
    print(attribution_text(found, words), file=sys.stderr)

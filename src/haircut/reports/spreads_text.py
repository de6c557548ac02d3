"""theta and the premium for novelty in the terminal: the answer, the two quotes, what they cannot tell."""

from __future__ import annotations

import textwrap

from haircut.reports import numbers_in_print as print_
from haircut.reports.terminal import WIDTH, text_table
from haircut.studies.calibrate.spreads import QUOTE_SHIFT_BP, SpreadCalibration


def spreads_text(found: SpreadCalibration) -> str:
    """The page in 100 columns. A benchmark's own rich / cheap is not printed: it was fitted."""
    names = " and ".join(each.case for each in found.benchmarks)
    head = f"spreads · {names} · {found.paths:,} paths each · seed {found.seed}"
    rows = [
        [
            each.case,
            print_.number(each.quoted_bp, "bp"),
            print_.date(each.quote_date),
            print_.number(each.model_bp, "bp"),
            print_.number(each.generic_bp, "bp"),
            print_.number(each.needed_bp, "bp"),
            print_.number(each.per_theta_bp, "bp"),
            _shifted(each.theta_if_shifted, each.premium_if_shifted_bp),
        ]
        for each in found.benchmarks
    ]
    heads = ["benchmark", "quoted", "date", "model", "ordinary", "more", "per 0.1", "if +25 bp"]
    table = text_table(heads, rows, (False, True, False, True, True, True, True, False))
    notes = (
        f"bp. Model: fair margin at the market's theta {found.theta_before:g} without premium. Ordinary: premium of "
        "ordinary credit at the loan's own loss. More: premium beyond it that the quote alone needs at that theta. "
        f"Per 0.1: change of the fair margin per 0.1 of theta. If: theta and premium with the quote {QUOTE_SHIFT_BP:g} "
        "bp higher. A benchmark's own rich / cheap is not printed."
    )
    missing = [f"  {each}" for each in found.not_identified]
    return "\n\n".join(
        [
            textwrap.fill(head, WIDTH),
            textwrap.fill(_verdict(found), WIDTH),
            f"{table}\n{textwrap.fill(notes, WIDTH)}",
            "\n".join(["what the quotes cannot identify", *missing]),
        ]
    )


def _verdict(found: SpreadCalibration) -> str:
    premium = print_.number(found.premium_bp, "bp")
    if not found.fits:
        low, high = sorted(each.needed_bp for each in found.benchmarks)
        return (
            "No theta from -1 to 3 fits both quotes. At the market's theta they need "
            f"{print_.number(low, 'bp')} and {print_.number(high, 'bp')} bp beyond ordinary credit; the mean is "
            f"{premium} bp, and the {print_.number(high - low, 'bp')} bp between them are terms or "
            "risks that the model or its assumed inputs lack."
        )
    theta = f"theta {found.theta:.2f}" + ("" if found.theta_error is None else f" ± {found.theta_error:.2f}")
    error = "" if found.premium_error_bp is None else f" ± {print_.error(found.premium_error_bp, 'bp')}"
    told = "" if found.identified else " The quotes hardly tell the two apart."
    return (
        f"Both quotes are met by {theta} and a premium of {premium}{error} bp beyond ordinary credit.{told}"
    )


def _shifted(theta: float | None, premium: float | None) -> str:
    return "" if theta is None else f"{theta:.2f}, {print_.number(premium, 'bp')}"

"""`docs/methods/measures.md`, written from the catalogue: python -m haircut.pricing.catalogue_page."""

from __future__ import annotations

from haircut.pricing.measures import CATALOGUE, COVER, DEFAULTS, MARGINS, MOVES, PREMIUM


def catalogue_page() -> str:
    """The text of `docs/methods/measures.md`, from the catalogue.

    >>> catalogue_page().startswith("# Measures")
    True
    """
    lines = [
        "# Measures",
        "",
        "Every number that a run prints is one of these. The page is written from the catalogue",
        "(`python -m haircut.pricing.catalogue_page`); a test compares the two.",
        "",
        "A row holds claim, measure, value, std_error, unit, exact and reason. P is the real-world measure,",
        "Q the pricing measure: without a suffix probabilities, LGD and EL are under P, margins and prices",
        "under Q. A value that cannot be computed is null with a reason: not_applicable, missing_input,",
        "no_quote, too_few_defaults (an LGD from fewer than 10), no_margin_clears, own_benchmark (a claim",
        "whose quote the market's calibration was fitted to), not_asked (it takes further runs), failed.",
        "",
        "Ratios are ratios of sums over paths with delta-method errors. A probability of which no path was",
        "seen is 0 without an error; any other has Laplace's, sqrt(p (1 - p) / (n + 3)) with",
        "p = (hits + 1) / (n + 2). Under independence by shift errors come from block means, and fewer than",
        "20 blocks give none.",
    ]
    for heading in dict.fromkeys(entry.equation for entry in CATALOGUE.values()):
        lines += [
            "",
            f"## {heading}",
            "",
            *_PREAMBLES[heading],
            "",
            "| measure | unit | definition |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{entry.name}` | {entry.unit or 'text'} | {entry.sentence} |"
            for entry in CATALOGUE.values()
            if entry.equation == heading
        ]
    return "\n".join(lines) + "\n"


_PREAMBLES = {
    DEFAULTS: (
        "    el_bp = E_P[loss_pv] / E_P[rpv01]          lgd = sum of loss / sum of EAD, over defaulted paths",
        "",
        "`loss_pv` is the loss discounted to the as-of date, `rpv01` the discounted margin annuity of the",
        "same paths.",
        "",
        "    cds_equivalent = LGD_Q E_Q[DF(tau)] / E_Q[sum_(t_i < tau) DF_i / 12 + DF(tau) / 24]",
        "",
        "tau in mid-month; its error takes those of LGD and of the ratio as independent.",
    ),
    MARGINS: (
        "    fair = m + (drawn + draws_pv - PV) / RPV01          all under Q, m the contractual margin",
        "",
        "PV is what the lender receives, discounted on each path's money market with `ell_generic_bp` on",
        "top. The premium is read at the loss under P, on the same draws, and the error holds that: the loss",
        "under P counts as a random part of that under Q, because a path that defaults under P defaults",
        "under Q too: Cov(f, el_P) = Var(el_P) / Var(el_Q) Cov_Q(f, el_Q).",
    ),
    MOVES: (
        "    (V(up) - V(down)) / width,   V = E_Q[PV - PV of draws], the premium held",
        "    m* = fair(m*), the least        fair(s x amount) = quoted",
        "",
        "Only with `haircut reprice --sensitivities`, not_asked else: each is further simulations, of at",
        "most 4,096 paths of the run. Errors are those of differences by block; of what is solved for, that",
        "of the fair margin over its slope. Bumps are five times the step reported: default is a yes or no",
        "on each path, and a small step sees few of them.",
    ),
    PREMIUM: (
        "    EL_P = -LGD ln(1 - PD_P(T)) / T          premium = spread - (-LGD ln(1 - PD_Q(T)) / T)",
        "    PD_Q = N(N^-1(PD_P) + theta sqrt(T))     T = average life, between 1 and 10 years",
        "",
        "One point for each rating of the market's table, at the LGD of ordinary credit; between points the",
        "premium is linear in log EL_P, beyond them constant.",
    ),
    COVER: (
        "    llcr = sum_i CFADS_i prod_(j<=i) 1 / (1 + r_j dt_j) / outstanding",
        "",
        "r is the loan's own rate: its coupon, or the forward plus its margin.",
        "",
        "All exact: they belong to the base case, one path of expected drivers. An LTV always says its",
        "basis. `_at_sale` and `_at_mark` read the same machines at the other resale basis, in proportion",
        "to psi.",
    ),
}  # fmt: skip


if __name__ == "__main__":
    print(catalogue_page(), end="")

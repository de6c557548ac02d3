"""Everything that the estimators of one claim may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.pricing.estimate import Estimate
from haircut.pricing.generic_premium import GenericPremium
from haircut.pricing.moments import Moments
from haircut.pricing.underwriting import Underwriting

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ClaimView:
    """One claim of one run.

    Attributes:
        case: the case as it was run.
        claim: the claim in its book.
        drawn_usd: outstanding on the as-of date.
        contract_margin: decimal a year, over the swap rate where the coupon is fixed.
        wal_years: average life of the scheduled principal, future draws included.
        dates: month ends, ISO text; element 0 is the as-of date.
        discount: money-market discount factor by month end.
        maturity_month: index of the maturity date.
        ladder: the claim's series of the base case (`BaseCase.claims`).
        borrower: the borrower's series of the base case.
        p, q: moments under each measure.
        premium: premium of ordinary credit at this claim's expected loss and average life.
        ell: the premium with which the paths under Q were discounted, decimal a year.
        cash_error_usd: largest error of the cash identities.
        underwriting: the deterministic answer, where it was asked for.
        defaults_p, defaults_q: number of first defaults by month under each measure, where a run counted them.
        q_calibrated: moments under Q discounted with `ell_calibrated`, which is `ell` plus the market's premium for
            novelty; None where the market holds none.
        further: by measure, what more than this simulation answers, where it was asked for.
    """

    case: Case
    claim: Claim
    drawn_usd: float
    contract_margin: float
    wal_years: float
    dates: tuple[str, ...]
    discount: Floats
    maturity_month: int
    ladder: dict[str, Floats]
    borrower: dict[str, Floats]
    p: Moments
    q: Moments
    premium: GenericPremium
    ell: float
    cash_error_usd: float
    underwriting: Underwriting | None = None
    defaults_p: NDArray[np.int64] | None = None
    defaults_q: NDArray[np.int64] | None = None
    q_calibrated: Moments | None = None
    ell_calibrated: float = 0.0
    further: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def own_benchmark(self) -> bool:
        """Whether the market's calibration was fitted to this claim's own quote."""
        novelty = self.case.market.credit.ell_novelty
        return novelty is not None and self.claim.id in novelty.benchmarks

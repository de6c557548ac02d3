"""The catalogue of measures: each one entry with its name, its sentence, its unit and its estimator.

A new measure is one entry here; reports and `docs/methods/measures.md` pick it up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from haircut.errors import CannotCompute, InputRefused, Reason
from haircut.pricing import default_curve, margins, option_adjusted, promised, ratios, risk
from haircut.pricing.estimate import Estimate, missing
from haircut.pricing.view import ClaimView

Unit = Literal["bp", "share", "x", "years", "months", "usd"]
"""Units of measures; a text row has none."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure is.

    Attributes:
        name: as it stands in rows, files and pages.
        sentence: its definition in one sentence.
        unit: of value and error; None for a text row.
        equation: heading of the method page that derives it.
        estimator: from a claim's view to its value.
    """

    name: str
    sentence: str
    unit: Unit | None
    equation: str
    estimator: Callable[[ClaimView], Estimate]


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of a run's result: a value, or a reason why there is none.

    Attributes:
        claim: id of the claim.
        measure: name in the catalogue.
        value: in `unit`; text for a text row; None where there is none.
        std_error: in the same unit; None for an exact value and where it cannot be estimated.
        unit: bp, share, x, years, months, usd; None for text.
        exact: whether the value carries no sampling error.
        reason: why `value` is None.
    """

    claim: str
    measure: str
    value: float | str | None
    std_error: float | None
    unit: Unit | None
    exact: bool
    reason: Reason | None

    @property
    def number(self) -> float | None:
        """The value where it is a number."""
        return self.value if isinstance(self.value, float) else None


DEFAULTS = "Default and loss"
MARGINS = "Margins and prices"
COVER = "Cover and loan to value"
MOVES = "Sensitivities and what is solved for"
PREMIUM = "The premium of ordinary credit"

# fmt: off
_ENTRIES = (
    Definition(
        "pd_1y",
        "Probability under P that the claim first defaults within 12 months of the as-of date.",
        "share",
        DEFAULTS,
        risk.probability("default_1y"),
    ),
    Definition(
        "pd_2y",
        "Probability under P that the claim first defaults within 24 months of the as-of date.",
        "share",
        DEFAULTS,
        default_curve.default_by(24),
    ),
    Definition(
        "pd_3y",
        "Probability under P that the claim first defaults within 36 months of the as-of date.",
        "share",
        DEFAULTS,
        risk.probability("default_3y"),
    ),
    Definition(
        "pd_5y",
        "Probability under P that the claim first defaults within 60 months; none where it matures before.",
        "share",
        DEFAULTS,
        default_curve.default_by(60),
    ),
    Definition(
        "pd_maturity",
        "Probability under P that the claim first defaults by its maturity, a balloon not repaid included.",
        "share",
        DEFAULTS,
        risk.probability("default_maturity"),
    ),
    Definition(
        "pd_loss_maturity",
        "Probability under P of a loss above 1 % of original principal; many defaults are on a stub.",
        "share",
        DEFAULTS,
        risk.probability("material_loss"),
    ),
    Definition(
        "pd_1y_q",
        "Probability under Q that the claim first defaults within 12 months of the as-of date.",
        "share",
        DEFAULTS,
        risk.probability("default_1y", "Q"),
    ),
    Definition(
        "pd_3y_q",
        "Probability under Q that the claim first defaults within 36 months of the as-of date.",
        "share",
        DEFAULTS,
        risk.probability("default_3y", "Q"),
    ),
    Definition(
        "pd_5y_q",
        "Probability under Q that the claim first defaults within 60 months; none where it matures before.",
        "share",
        DEFAULTS,
        default_curve.default_by(60, "Q"),
    ),
    Definition(
        "pd_maturity_q",
        "Probability under Q that the claim first defaults by its maturity.",
        "share",
        DEFAULTS,
        risk.probability("default_maturity", "Q"),
    ),
    Definition(
        "lgd",
        "Sum of losses over sum of exposures of the paths that default under P; a loss is the exposure less "
        "recoveries discounted to default at the contract rate.",
        "share",
        DEFAULTS,
        risk.loss_given_default,
    ),
    Definition(
        "lgd_collateral",
        "The part of lgd that is left when time and cost are taken off: what the collateral lacked at the prices that "
        "buyers pay, impact included.",
        "share",
        DEFAULTS,
        risk.loss_of_collateral,
    ),
    Definition(
        "lgd_time",
        "The part of lgd that comes from waiting: recoveries less their value discounted to default at the contract "
        "rate, at most the loss of each path.",
        "share",
        DEFAULTS,
        risk.loss_part("loss_time"),
    ),
    Definition(
        "lgd_cost",
        "The part of lgd spent on selling: de-install, transport, test, broker, holding of unsold machines, fees on "
        "coins; at most what waiting leaves of the loss of each path.",
        "share",
        DEFAULTS,
        risk.loss_part("loss_cost"),
    ),
    Definition(
        "lgd_q",
        "The same under Q.",
        "share",
        DEFAULTS,
        risk.loss_given_default_q,
    ),
    Definition(
        "ead_usd",
        "Mean exposure of the paths that default under P: principal and interest owed at default.",
        "usd",
        DEFAULTS,
        risk.exposure_at_default,
    ),
    Definition(
        "el_bp",
        "Expected discounted loss under P over the expected discounted margin annuity.",
        "bp",
        DEFAULTS,
        risk.expected_loss(),
    ),
    Definition(
        "el_customer_bp",
        "The part of el_bp whose root cause is contract cash lost to defaulted customers.",
        "bp",
        DEFAULTS,
        risk.expected_loss("loss_pv_customer"),
    ),
    Definition(
        "el_collateral_bp",
        "The part of el_bp whose root cause is the collateral: LTV, coverage, or the clearing of its market.",
        "bp",
        DEFAULTS,
        risk.expected_loss("loss_pv_collateral"),
    ),
    Definition(
        "el_maturity_bp",
        "The part of el_bp whose root cause is a balloon that cannot be refinanced, or liquidity.",
        "bp",
        DEFAULTS,
        risk.expected_loss("loss_pv_maturity"),
    ),
    Definition(
        "el_margin_bp",
        "The part of el_bp whose root cause is a margin call.",
        "bp",
        DEFAULTS,
        risk.expected_loss("loss_pv_margin"),
    ),
    Definition(
        "el_other_bp",
        "The part of el_bp with any other root cause: guarantor, cross-default, exogenous.",
        "bp",
        DEFAULTS,
        risk.expected_loss("loss_pv_other"),
    ),
    Definition(
        "el_q_bp",
        "Expected discounted loss under Q over the expected discounted margin annuity: pay for loss without any "
        "other premium.",
        "bp",
        DEFAULTS,
        risk.expected_loss(measure="Q"),
    ),
    Definition(
        "cds_equivalent_bp",
        "Premium of a default swap of constant notional to the claim's maturity that defaults as the claim does "
        "under Q and loses its LGD under Q.",
        "bp",
        DEFAULTS,
        default_curve.cds_equivalent,
    ),
    Definition(
        "fair_margin_bp",
        "The margin at which the claim is worth drawn par under Q, future draws as outflows, discounting "
        "with the premium of ordinary credit: what ordinary credit would be paid for these cash flows.",
        "bp",
        MARGINS,
        margins.fair_margin,
    ),
    Definition(
        "fair_model_bp",
        "The same margin without any premium beyond modelled loss.",
        "bp",
        MARGINS,
        margins.fair_model,
    ),
    Definition(
        "quoted_margin_bp",
        "The quoted margin; of a quoted price, the discount margin to maturity on the promised schedule.",
        "bp",
        MARGINS,
        margins.quoted_margin,
    ),
    Definition(
        "quote_kind",
        "Where the quote comes from: secondary, primary or contract.",
        None,
        MARGINS,
        margins.quote_kind,
    ),
    Definition("quote_date", "Date of the quote.", None, MARGINS, margins.quote_date),
    Definition(
        "rich_cheap_bp",
        "Quoted less fair margin; positive is cheap: the lender is paid more than fair.",
        "bp",
        MARGINS,
        margins.rich_cheap,
    ),
    Definition(
        "fair_calibrated_bp",
        "The fair margin with the market's premium for novelty on top of that of ordinary credit, at the theta "
        "solved with it; missing_input where the market was not calibrated.",
        "bp",
        MARGINS,
        margins.fair_calibrated,
    ),
    Definition(
        "rich_cheap_calibrated_bp",
        "Quoted less fair_calibrated_bp: against what the two benchmarks pay for the same risks, not against "
        "ordinary credit.",
        "bp",
        MARGINS,
        margins.rich_cheap_calibrated,
    ),
    Definition(
        "contractual_margin_bp",
        "The margin that the contract pays, over the swap rate of its schedule where the coupon is fixed.",
        "bp",
        MARGINS,
        margins.contractual_margin,
    ),
    Definition(
        "price",
        "Present value under Q of what the lender receives less future draws, premium included, as a share "
        "of drawn par.",
        "share",
        MARGINS,
        margins.price,
    ),
    Definition(
        "rpv01",
        "Present value under Q of a margin of 1.00 a year while the claim is alive, over drawn par, premium "
        "included.",
        "years",
        MARGINS,
        margins.annuity_years,
    ),
    Definition(
        "cs01_usd",
        "Change of value under Q for a fair margin 1 bp wider: less a margin of 1 bp while the claim is alive.",
        "usd",
        MARGINS,
        margins.credit_sensitivity,
    ),
    Definition(
        "z_spread_bp",
        "Constant over the zero curve at which the promised cash is worth the quoted price; none with draws to "
        "come.",
        "bp",
        MARGINS,
        promised.quoted_z_spread,
    ),
    Definition(
        "spread_duration_years",
        "Fall of the price for a rise of the discount margin, over price and rise: promised schedule at the "
        "quoted margin.",
        "years",
        MARGINS,
        promised.spread_duration,
    ),
    Definition(
        "rate_duration_years",
        "The same for a parallel rise of the forwards: near 0 where the coupon floats.",
        "years",
        MARGINS,
        promised.rate_duration,
    ),
    Definition(
        "ir01_usd",
        "Change of the promised schedule's value for forwards 1 bp higher, at the quoted margin.",
        "usd",
        MARGINS,
        promised.rate_sensitivity,
    ),
    Definition(
        "oas_bp",
        "Of a convertible note with a quote: the least flat credit spread at which its value with conversion, calls "
        "and puts on the grid is the quoted price.",
        "bp",
        MARGINS,
        option_adjusted.option_adjusted_spread,
    ),
    Definition(
        "rent01_usd",
        "Change of value under Q, premium held, for market rents 1 % higher on every date: a tenth of the difference "
        "between 5 % up and 5 % down, on the same paths.",
        "usd",
        MOVES,
        ratios.further("rent01_usd"),
    ),
    Definition(
        "resid01_usd",
        "The same for prices of used machines (psi_sale and psi_mark) 1 % higher on every date.",
        "usd",
        MOVES,
        ratios.further("resid01_usd"),
    ),
    Definition(
        "util01_usd",
        "The same for utilisation of machines without a contract 1 point higher, from 5 points down to 5 points up or "
        "full use.",
        "usd",
        MOVES,
        ratios.further("util01_usd"),
    ),
    Definition(
        "btc_delta_usd",
        "The same for a bitcoin 1 % dearer; not_applicable where the book has no coin.",
        "usd",
        MOVES,
        ratios.further("btc_delta_usd"),
    ),
    Definition(
        "self_consistent_bp",
        "The margin that is fair when the borrower pays it: the least fixed point from 0, principal held; of the "
        "case's own claim.",
        "bp",
        MOVES,
        ratios.further("self_consistent_bp"),
    ),
    Definition(
        "fair_advance_rate",
        "The share of the pledged machines' cost that could be lent at the quoted margin, schedule in proportion; of "
        "the case's own claim.",
        "share",
        MOVES,
        ratios.further("fair_advance_rate"),
    ),
    Definition(
        "ell_generic_bp",
        "Premium beyond modelled loss that ordinary credit of the same expected loss pays, at least 0.",
        "bp",
        PREMIUM,
        margins.generic_premium_floored,
    ),
    Definition(
        "ell_generic_raw_bp",
        "The same before the floor: negative where ordinary credit pays less than its modelled loss.",
        "bp",
        PREMIUM,
        margins.generic_premium_raw,
    ),
    Definition(
        "shadow_rating",
        "The rating of the market's table whose expected loss is nearest; not an agency's opinion.",
        None,
        PREMIUM,
        margins.shadow_rating,
    ),
    Definition(
        "wal_years",
        "Average life of the scheduled principal, future draws included.",
        "years",
        COVER,
        ratios.weighted_average_life,
    ),
    Definition(
        "value_half_life_months",
        "Months until the pledged machines are worth half of today's value on the path of median rents; not_applicable "
        "where none are pledged or they never are.",
        "months",
        COVER,
        ratios.further("value_half_life_months"),
    ),
    Definition("tenor_years", "Time to maturity.", "years", COVER, ratios.tenor_years),
    Definition("drawn_usd", "Outstanding on the as-of date.", "usd", COVER, ratios.drawn),
    Definition(
        "amortisation",
        "How principal is scheduled: sculpted, straight, annuity, bullet or given.",
        None,
        COVER,
        ratios.amortisation,
    ),
    Definition(
        "min_dscr",
        "The least debt service cover of any test date in the base case: CFADS over interest and scheduled "
        "principal of the test window.",
        "x",
        COVER,
        ratios.smallest_dscr,
    ),
    Definition(
        "first_dscr_breach",
        "First test date with less cover than the DSCR covenant, or than 1.00x where there is none.",
        None,
        COVER,
        ratios.underwritten("first_dscr_breach"),
    ),
    Definition(
        "llcr",
        "Present value at the loan rate of base-case CFADS to maturity, over what is outstanding; reserves "
        "not counted.",
        "x",
        COVER,
        ratios.loan_life_cover,
    ),
    Definition(
        "llcr_with_reserve",
        "The same with the reserve accounts in the numerator.",
        "x",
        COVER,
        ratios.loan_life_cover_with_reserve,
    ),
    Definition(
        "over_lending_multiple",
        "The lender's debt over the debt that expected CFADS supports at the same DSCR within tenor and "
        "economic life.",
        "x",
        COVER,
        ratios.underwritten("over_lending_multiple"),
    ),
    Definition(
        "over_lending_same_tenor",
        "The same over the loan's whole tenor.",
        "x",
        COVER,
        ratios.underwritten("over_lending_same_tenor"),
    ),
    Definition(
        "implied_payback_years",
        "Cost of the pledged fleets over CFADS of the first year in which all of them work.",
        "years",
        COVER,
        ratios.underwritten("implied_payback_years"),
    ),
    Definition(
        "book_ltv",
        "Debt on the pool ranking equal or senior, over cost less straight line over the issuer's stated "
        "life.",
        "share",
        COVER,
        ratios.loan_to_value("book"),
    ),
    Definition(
        "market_ltv",
        "The same debt over the machines' market value at the mark (psi_mark).",
        "share",
        COVER,
        ratios.loan_to_value("market"),
    ),
    Definition(
        "nolv_ltv",
        "The same debt over net proceeds of an orderly sale at executed prices (psi_sale).",
        "share",
        COVER,
        ratios.loan_to_value("nolv"),
    ),
    Definition(
        "flv_ltv",
        "The same debt over net proceeds of a sale within one month at executed prices (psi_sale).",
        "share",
        COVER,
        ratios.loan_to_value("flv"),
    ),
    Definition(
        "market_ltv_at_sale",
        "market_ltv with the machines read at executed prices (psi_sale).",
        "share",
        COVER,
        ratios.loan_to_value_at("market", "sale"),
    ),
    Definition(
        "nolv_ltv_at_mark",
        "nolv_ltv with the machines read at the mark (psi_mark).",
        "share",
        COVER,
        ratios.loan_to_value_at("nolv", "mark"),
    ),
    Definition(
        "flv_ltv_at_mark",
        "flv_ltv with the machines read at the mark (psi_mark).",
        "share",
        COVER,
        ratios.loan_to_value_at("flv", "mark"),
    ),
    Definition(
        "cash_error_usd",
        "Largest absolute error of the two cash identities over all paths and months.",
        "usd",
        COVER,
        ratios.cash_error,
    ),
)

CATALOGUE: dict[str, Definition] = {entry.name: entry for entry in _ENTRIES}
"""Every measure by name, in the order in which runs print them."""


def measure(view: ClaimView, definition: Definition) -> Measure:
    """One row: a measure of one claim. What cannot be computed is a null with its reason; the run goes on."""
    try:
        found = definition.estimator(view)
    except (CannotCompute, InputRefused):
        found = missing("failed")
    return Measure(
        view.claim.id,
        definition.name,
        found.value,
        found.std_error,
        definition.unit,
        found.exact,
        found.reason,
    )

"""The page of the article in English."""

# ruff: noqa: E501  (a sentence is one line)

from __future__ import annotations

from typing import Final

from haircut.reports.article.words import Claim, Words

ENGLISH: Final = Words(
    title="Twelve claims about compute debt, tested",
    lead="Of twelve claims {binds} bind, {does_not_bind} do not, and of {cannot_tell} the evidence cannot tell. The fair margin of the whole book is {fair} ± {error} bp beside {quoted} bp quoted or contracted; a model of a building would say {building}.",
    picture="The real spread of the book, from a building to fair",
    source="The article: Anita @anitahityou, December 2025, on debt of AI infrastructure and miners. Claims and figures are the article's with its own attributions, in our words; each is tested, none is taken over.",
    rule="One rule gives every verdict. A claim **binds** where its number lies above the threshold at two standard errors down and at the low end of what is assumed (or of fair readings of the claim); it **does not bind** where the number lies nowhere above it, two errors up and the high end included; in between, without a number, or where more than half of the inputs on the thing itself are assumed, we **cannot tell**. ± is one standard error of simulation; a number without it is exact given its inputs. {assumed} % of the book's inputs are assumed, so every number here is one of a model and none is a rating of a name.",
    beside="Beside it",
    made="Made by one command from `{case}` as of {as_of}, {paths} paths of each corner, seed {seed}; the numbers are kept in `docs/cases/article.json`, and a test compares. Methods: [verdicts](../methods/article.md), [the book](../methods/whole-book.md), [attribution](../methods/attribution.md), [liquidation](../methods/liquidation.md).",
    other="[Українською](article.uk.md)",
    heads=("#", "the article says", "its figure", "our number", "verdict"),
    verdicts={"binds": "binds", "does_not_bind": "does not bind", "cannot_tell": "cannot tell"},
    units={"share": "{} %", "bp": "{} bp", "usd": "${} bn", "x": "{}", "months": "{} months"},
    none="none",
    punctuation={},
    claims={
        1: Claim(
            "Inference gets cheaper every year, so the rent of compute deflates by nature",
            "-20 to -40 % a year; SemiAnalysis, Epoch AI",
        ),
        2: Claim(
            "Lenders size debt as if rent were stable: a model of real estate for a product with a short shelf life",
            "10 years against 18 months",
        ),
        3: Claim(
            "A wave of debt of AI data centres and infrastructure",
            "+112 % in 2025, to $25 bn; Economic Times, Reuters",
        ),
        4: Claim(
            "Venture-grade assets carry the leverage of utilities: what used to cost equity is now a default",
            "models of toll roads and hydropower",
        ),
        5: Claim(
            "Net debt of the leading public miners is not below its peak of 2021",
            "+500 % at some; VanEck, TheMinerMag",
        ),
        6: Claim(
            "Miners' pivot is a rollover and no deleveraging: notes and convertibles for GPUs and halls",
            "no figure",
        ),
        7: Claim("Double leverage: coin and rent fall together, and correlations converge", "no figure"),
        8: Claim("Liquidation is the fear: to whom does a lender sell 10,000 H100s?", "10,000 cards"),
        9: Claim("Machines depend on halls: liquid cooling, dense racks", "30 to 50 kW a rack"),
        10: Claim("New generations make old cards lose value nonlinearly", "Blackwell, Rubin"),
        11: Claim("In a systemic sale there is no buyer of last resort", "no figure"),
        12: Claim(
            "LTV is safe on paper only, spreads are mispriced, and the credit cycle ends before the technology's",
            "the real spread",
        ),
    },
    numbers={
        "rents_fall": "Probability that an H100 rents for at least 20 % less in a year: {value} ± {error} %, by today's regime {low} to {high} %. Median change {p50} %, 5 to 95 % of paths {p05} to {p95} %. One-year contracts, which the article could not see, went from {then} USD an hour in {then_date} to {now} in {now_date}.",
        "deflation": "Deflation of rents makes {bp} ± {bp_error} bp of the fair margin, {value} % of it ({low} to {high} % over the orders of the mechanisms; threshold a tenth).",
        "over_lent": "{value} % of the lending on machines and halls is more than expected cash carries at its own cover within tenor and life ({claims} claims; threshold a tenth); were rents to fall 30 % a year it would be {high} %. {late} of the claims fall due after both their machines and their contracts. Most of these loans are sized on contracts that end with them; the ten-year model is that of `examples/ten-year-model`, not that of these lenders.",
        "debt_wave": "On machines and halls the book holds ${value} bn that closed in 2025 ({machines_usd} and {halls_usd}), ${low} bn without its largest claim, against the press's ${threshold} bn; with unsecured notes ${high} bn. The press's scope is not stated, and one claim alone exceeds its figure. Growth over 2024 is {growth} %, overstated, because what has been repaid is not in the book.",
        "defaults": "{value} ± {error} % of the debt defaults in a year, {low} to {high} % over the sixteen corners of the model; at {rating}, where utilities borrow, it is {utility} %. Even the model of a building says {building} %.",
        "peak_of_2021_none": "Debt at the end of 2021 was found for {with_debt} miners of the book (${then_usd} bn then, ${now_usd} bn now) and net debt for {with_net_debt}; a verdict needs {fewest}. Miners of the book owe ${net_now_usd} bn net of cash and coins today.",
        "peak_of_2021": "Net debt is {value} of that at the end of 2021, over {with_net_debt} names.",
        "rollover": "{value} % of miners' ${total_usd} bn is owed on halls and GPUs ({halls} %) or in notes and convertibles ({notes} %), {coins_and_rigs} % on coins and rigs. On halls and GPUs alone it is {low} %; the threshold is a half.",
        "convergence": "Convergence makes {bp} ± {bp_error} bp of the fair margin, {value} % of it; with dependence at the far end of what is assumed (coupling of rents to funding stress {coupling}, correlation of coin and rent in stress {correlation}) {at_the_end} %. The threshold is a tenth. Monthly data neither support nor reject a link of rents to funding stress, so the coupling is assumed.",
        "forced_sale": "An orderly sale of 10,000 H100s loses {value} % of the mark over {months} months ({low} % at three times the market's depth, {high} % at a third): ${nolv_usd_m} m of ${mark_usd_m} m, and ${flv_usd_m} m in one month. A loan at the one advance rate that was seen, {advance} % of cost, is whole up to a loss of {threshold} %. The repo haircut at 95 % would be {haircut_95} ± {haircut_95_error} %.",
        "illiquidity": "Illiquidity makes {bp} ± {bp_error} bp of the fair margin, {value} % of it ({low} to {high} % over the orders; threshold a tenth).",
        "dense_racks": "{value} % of the book's {units} GPUs stand in halls with liquid cooling and racks of 30 kW or more, but {assumed} % of the inputs that say so are assumed from the machines: halls are not public.",
        "launches_take": "Generations to come take {value} % of an H100's value today, {low} to {high} % with half and half as much again of what each is assumed to take. The threshold is a tenth. That the loss is nonlinear follows from the right to switch off.",
        "nobody_buys": "In a glut with funding in stress the most that any number of H100s repays is ${repaid_usd} bn; ${owed_usd} bn is owed on machines, {value} as much ({low} at three times the depth, {high} at a third). All are taken as H100s, and buyers' depth is the least certain number of the model.",
        "underpaid": "All: fair {fair} ± {fair_error} bp, quoted or contracted {quoted}: fair less paid is {value} ± {error} bp, {low} to {high} over the sixteen corners, on {coverage} % of what is drawn.",
        "underpaid_ai": "AI infrastructure: fair {fair} ± {fair_error} bp against {quoted}, {value} ± {error} bp.",
        "underpaid_miners": "Miners: fair {fair} ± {fair_error} bp against {quoted}, {value} ± {error} bp ({low} to {high}), on {coverage} % of what is drawn.",
        "underpaid_none": "No claim has both margins.",
        "underpaid_ai_none": "AI infrastructure: no claim has both margins.",
        "underpaid_miners_none": "Miners: no claim has both margins.",
        "two_dates": "Principal due first exceeds contracted cash and refinancing in the quarter to {turns}; half of the pledged machines retire by {retires}, {value} months later: the credit cycle ends first.",
        "two_dates_none": "One of the two dates lies beyond the horizon.",
        "debt_wave_none": "The book holds nothing that closed in 2025.",
        "rollover_none": "The book has no miner.",
        "dense_racks_none": "The book has no GPU.",
        "defaults_none": "No claim has a probability of default in every corner.",
    },
    bars={},
)

"""A worked example as a notebook: `marimo edit docs/cases/what_the_customer_hides.py`, or run it as a script."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(app_title="What the customer hides")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    import haircut as hc

    return hc, mo, pl


@app.cell
def _(mo):
    mo.md("""
    # What the customer hides

    One GPU loan, one customer without a public rating. How much of the fair margin is the customer's credit, and how
    much the machines? The case is a folder of inputs, each with its source; nothing below is typed in by hand.
    """)
    return


@app.cell
def _(hc):
    case = hc.load("coreweave-ddtl-3")
    case
    return (case,)


@app.cell
def _(case, hc):
    run = hc.reprice(case, paths=2_000)
    run
    return (run,)


@app.cell
def _(mo):
    mo.md("""
    The verdict above is one sentence from recorded measures. The picture behind it: paper LTV against what an orderly
    sale would bring.
    """)
    return


@app.cell
def _(run):
    picture = run.exhibit("ltv_paths")
    picture
    return (picture,)


@app.cell
def _(mo):
    mo.md("""
    The same loan with the customer at three ratings. A case in, a case out: an overlay changes a case and nothing else,
    and the seed stays, so that the differences are not noise.
    """)
    return


@app.cell
def _(case, hc, pl, run):
    def row(rating, priced):
        fair, pd = (priced.row(name) for name in ("fair_margin_bp", "pd_maturity"))
        return {
            "customer": rating,
            "fair margin, bp": fair["value"],
            "± bp": fair["std_error"],
            "PD to maturity": pd["value"],
        }

    ratings = pl.DataFrame(
        [
            row(rating, hc.reprice(hc.overlay(case, f"customer-{rating.lower()}"), paths=2_000))
            for rating in ("BB", "B", "CCC")
        ]
        + [row("as the case states", run)]
    )
    ratings
    return (ratings,)


@app.cell
def _(run):
    arose = run.explain("fair_margin_bp")
    arose
    return (arose,)


if __name__ == "__main__":
    app.run()

"""What the model is for, what it assumes, on which data, where it ends: the part of the pack that words carry."""

from __future__ import annotations

from typing import Final

PURPOSE: Final = (
    "haircut reprices compute-backed credit: loans on accelerators and mining rigs, loans on halls, coin "
    "lines, notes and convertibles of their owners. It answers what a lender would have to be paid for what "
    "can happen to machines, rents, customers and funding at once, and how many basis points each mechanism "
    "hides.",
    "For research and for challenge of other models. Not for a price to deal at, a rating, or regulatory capital: "
    "most inputs of a loan are not public, and a page says which.",
)
ASSUMPTIONS: Final = (
    "Rents follow a log price with three market regimes, launches that take share of rent, and a pull to an "
    "entry rent. Two funding regimes, calm and stress, are read off a spread of ordinary bonds.",
    "Hash price follows the coin, and hashrate answers with one speed up and one down.",
    "A machine is worth what a healthy owner with a slot and power would earn with it, at a required return; "
    "sales fetch that times a quoted ratio, less for size by a power of the quantity over depth.",
    "Parents support a vehicle only while it is worth more than it owes; shares can raise a share of market "
    "value a month.",
    "Customers default by an intensity that demand moves; the premium of ordinary credit is added from "
    "outside of the sector.",
)
LIMITS: Final = (
    "No seized accelerator has been sold in bulk in public: depth and haircuts of GPUs rest on rigs.",
    "No loan on accelerators has defaulted: their PDs cannot be tested, only not be contradicted.",
    "Balance sheets are quarterly and late; orders, power prices and amortisation are mostly not public.",
    "One coin, one vendor and few customers: names are not independent, so counts and p-values flatter every model.",
)

"""What was observed on the as-of date, and the parameters that history or judgement supplies."""

from haircut.case.market.compute import ComputeMarket, Launch
from haircut.case.market.credit import CreditCurve, CreditMarket, Rating
from haircut.case.market.devices import Device, RentQuote, ResaleQuote
from haircut.case.market.market import Market
from haircut.case.market.rates import RatesMarket

__all__ = [
    "ComputeMarket",
    "CreditCurve",
    "CreditMarket",
    "Device",
    "Launch",
    "Market",
    "Rating",
    "RatesMarket",
    "RentQuote",
    "ResaleQuote",
]

"""What was observed on the as-of date, and the parameters that history or judgement supplies."""

from haircut.case.market.btc import BtcMarket
from haircut.case.market.compute import ComputeMarket, Launch
from haircut.case.market.credit import CreditCurve, CreditMarket, Rating
from haircut.case.market.devices import Device, RentQuote, ResaleQuote
from haircut.case.market.market import Market
from haircut.case.market.network import NetworkMarket
from haircut.case.market.quotes import PastRent, ResidualTable, TermQuote
from haircut.case.market.rates import RatesMarket
from haircut.case.market.rigs import PowerBuyer, Rig

__all__ = [
    "BtcMarket",
    "ComputeMarket",
    "CreditCurve",
    "CreditMarket",
    "Device",
    "Launch",
    "Market",
    "NetworkMarket",
    "PastRent",
    "PowerBuyer",
    "Rating",
    "RatesMarket",
    "RentQuote",
    "ResaleQuote",
    "ResidualTable",
    "Rig",
    "TermQuote",
]

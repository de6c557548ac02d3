"""The market: one as-of folder."""

from __future__ import annotations

import datetime

from haircut.case.market.btc import BtcMarket
from haircut.case.market.compute import ComputeMarket
from haircut.case.market.correlations import Correlations
from haircut.case.market.credit import CreditMarket
from haircut.case.market.devices import Device, RentQuote, ResaleQuote
from haircut.case.market.equities import EquityLaw
from haircut.case.market.funding import FundingMarket
from haircut.case.market.liquidation import LiquidationMarket
from haircut.case.market.network import NetworkMarket
from haircut.case.market.power import PowerMarket
from haircut.case.market.quotes import PastRent, ResidualTable, TermQuote
from haircut.case.market.rates import RatesMarket
from haircut.case.market.rigs import PowerBuyer, Rig
from haircut.case.provenance import Frozen, Identifier, descriptive


class Market(Frozen):
    """Everything observed or assumed about the world on `as_of`. Each field is one file of the folder."""

    as_of: datetime.date
    name: str = descriptive()
    default_rent_basis: Identifier
    compute: ComputeMarket
    devices: tuple[Device, ...]
    rents: tuple[RentQuote, ...]
    resale: tuple[ResaleQuote, ...] = descriptive(default=())
    rates: RatesMarket
    power: PowerMarket
    funding: FundingMarket
    correlations: Correlations
    credit: CreditMarket
    liquidation: LiquidationMarket
    btc: BtcMarket | None = None
    network: NetworkMarket | None = None
    equities: tuple[EquityLaw, ...] = ()
    rigs: tuple[Rig, ...] = ()
    rig_buyers: tuple[PowerBuyer, ...] = ()
    term_quotes: tuple[TermQuote, ...] = descriptive(default=())
    rent_history: tuple[PastRent, ...] = descriptive(default=())
    residuals: tuple[ResidualTable, ...] = descriptive(default=())

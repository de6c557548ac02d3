"""Records of what is common to the book: rules, devices, lenders."""

from __future__ import annotations

import numpy as np

from haircut.case.case import Case
from haircut.credit.arrays import DEVICE, LENDER, RESERVES, RULES
from haircut.credit.liquidation.impact import IMPACTS
from haircut.credit.records.calendar import Calendar
from haircut.credit.records.indices import Indices


def device_records(case: Case, indices: Indices) -> np.ndarray:
    """Depth of each device's market, and where its price is read."""
    sale = case.market.liquidation
    devices = np.zeros(len(indices.devices), DEVICE)
    row = 0
    for position, name in enumerate(indices.devices):
        rig = next((rig for rig in case.market.rigs if rig.id == name), None)
        machine = rig or next(device for device in case.market.devices if device.id == name)
        record = devices[position]
        record["rig"] = int(rig is not None)
        record["row"] = -1 if rig is not None else row
        row += rig is None
        # Infinite depth is the absence of impact.
        stated = sale.depth.value * machine.installed_base.value
        record["depth"] = np.inf if sale.impact == "none" else stated
    return devices


def lender_records(case: Case) -> np.ndarray:
    """Risk budgets, USD of loss; inf where a lender states none."""
    lenders = np.zeros(len(case.book.lenders), LENDER)
    for position, lender in enumerate(case.book.lenders):
        lenders[position]["budget"] = np.inf if lender.risk_budget_usd is None else lender.risk_budget_usd
    return lenders


def rules_record(case: Case, calendar: Calendar, indices: Indices) -> np.ndarray:
    """The one record of what holds for the whole book."""
    borrowers, claims = len(indices.borrowers), len(indices.claims)
    sale, settings = case.market.liquidation, case.settings
    rules = np.zeros(1, RULES)
    rules["months"] = calendar.months
    rules["grace"] = settings.grace_months
    rules["re_let_gap"] = settings.re_let_gap_months
    rules["refinance_on_signing"] = int(settings.refinance_on_signing_advance_rate)
    rules["lag"] = round(sale.enforcement_lag.value)
    rules["longest_sale"] = round(sale.longest_sale.value)
    rules["impact"] = IMPACTS[sale.impact]
    rules["first_reserve"] = borrowers
    rules["first_lender"] = borrowers * (1 + len(RESERVES))
    rules["first_outside"] = borrowers * (1 + len(RESERVES)) + claims
    rules["coin_lines"] = int(any(claim.coin_line is not None for claim in case.book.claims))
    rules["share_rows"] = len(indices.shares)
    rules["first_borrower_obligor"] = len(indices.obligors)
    rules["beta"] = sale.beta.value
    rules["phi_min"] = sale.phi_min.value
    rules["unsold_weight"] = sale.unsold_weight.value
    rules["spread_sensitivity"] = sale.spread_sensitivity.value
    rules["sale_cost"] = sale.transaction_cost.value + sale.broker_fee.value
    rules["holding_cost"] = sale.holding_cost.value
    rules["step_in_haircut"] = sale.step_in_haircut.value
    funding = case.market.funding
    rules["spread_today"] = funding.spread.value
    rules["sector_spread"] = funding.sector_loss_spread.value
    rules["bankruptcy_cost"] = sale.bankruptcy_cost.value
    rules["clearing"] = 1
    rules["access_calm"] = funding.equity_access_calm.value
    rules["access_stress"] = funding.equity_access_stress.value
    rules["renegotiation_threshold"] = settings.renegotiation_threshold
    rules["renegotiation_hazard"] = settings.renegotiation_hazard
    rules["coin_fee"] = 0.0 if case.market.btc is None else case.market.btc.sale_fee.value
    return rules

"""What the clearing of a month refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from haircut.credit.clearing.network import Network
from haircut.errors import InputRefused

if TYPE_CHECKING:
    from haircut.credit.clearing.month import Buyers, Holders


def refuse_month(
    holders: Holders, buyers: Buyers, net: Network, assets_kept: float, receipts_kept: float
) -> None:
    """Refuse shapes that do not fit, amounts below 0, and shares outside 0 to 1.

    Raises:
        InputRefused: naming the field and the first borrower or device.
    """
    count, devices = holders.units.shape
    shapes = {
        **{f"holders.{name}": (getattr(holders, name), (count,)) for name in holders._fields if name != "units"},
        "holders.units": (holders.units, (count, devices)),
        **{f"buyers.{name}": (getattr(buyers, name), (devices,))
           for name in ("mark", "sale", "salvage", "outside_depth", "stock")},
        "buyers.depth": (buyers.depth, (count, devices)),
        "net.owed": (net.owed, (count,)),
    }  # fmt: skip
    for field, (values, shape) in shapes.items():
        if values.shape != shape:
            raise InputRefused(f"clearing: found {field} of shape {values.shape}; expected {shape}")
        wrong = np.argwhere(~(values >= 0.0))
        if wrong.size:
            place = ", ".join(str(index) for index in wrong[0])
            raise InputRefused(
                f"clearing: {field}[{place}] is {values[tuple(wrong[0])]}; expected at least 0"
            )
    above = np.flatnonzero(holders.restored_ltv > holders.highest_ltv)
    if above.size:
        raise InputRefused(
            f"clearing: borrower {above[0]} must sell down to {holders.restored_ltv[above[0]]:.2f} but is tested at "
            f"{holders.highest_ltv[above[0]]:.2f}; expected the restored LTV at or below the tested one"
        )
    shares = {"assets_kept": assets_kept, "receipts_kept": receipts_kept, "beta": buyers.beta,
              "phi_min": buyers.phi_min, "unsold_weight": buyers.unsold_weight}  # fmt: skip
    for name, value in shares.items():
        if not 0.0 <= value <= 1.0:
            raise InputRefused(f"clearing: found {name} {value}; expected a share from 0 to 1")

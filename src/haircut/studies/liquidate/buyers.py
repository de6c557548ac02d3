"""Who could take the machines: spare power at halls that fit them, where operators are known."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.case.book import Book
from haircut.case.market import Device, Market
from haircut.studies.liquidate.state import SaleState


@dataclass(frozen=True, slots=True)
class Hall:
    """One hall of a known operator.

    Attributes:
        site: its id. spare_mw: power less what stands there. units: of the device that it could take.
        fits: cooling and rack density are enough; why_not says what is missing or unknown.
    """

    site: str
    spare_mw: float
    units: float
    fits: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Buyers:
    """The buyers.

    Attributes:
        counted: whether operators are known. sentence: what a reader is told.
        depth_units_a_month: that the sale is priced at. depth_by_regime: the same by regime.
        halls: by site, where counted. spare_mw, spare_units: over halls that fit.
    """

    counted: bool
    sentence: str
    depth_units_a_month: float | None
    depth_by_regime: dict[str, float | None]
    halls: tuple[Hall, ...]
    spare_mw: float | None
    spare_units: float | None


def buyers_of(state: SaleState, units: float, book: Book | None, book_name: str = "") -> Buyers:
    """The buyers of a sale: counted in the halls of a book, else the regime factor's average curve.

    Args:
        state: the market's state.
        units: for sale.
        book: whose sites are the operators that are known; None: no operator is.
        book_name: what to call it.
    """
    factors = dict(
        zip(("glut", "balanced", "scarce"), state.market.compute.depth_factor.values(), strict=True)
    )
    squeeze = state.depth / (state.whole_depth * _mean_factor(state)) if _finite(state.depth) else 1.0
    by_regime = {
        name: state.whole_depth * factor * squeeze if _finite(state.whole_depth) else None
        for name, factor in factors.items()
    }
    depth = state.depth if _finite(state.depth) else None
    if book is None:
        return Buyers(False, _average_sentence(state, factors), depth, by_regime, (), None, None)
    halls = tuple(_hall(state.market, state.device, book, site.id) for site in book.sites)
    fitting = [hall for hall in halls if hall.fits]
    spare, places = sum(hall.spare_mw for hall in fitting), sum(hall.units for hall in fitting)
    sentence = (
        f"The halls of {book_name} that cool and carry {state.device.id} have {spare:,.1f} MW spare, room for "
        f"{places:,.0f} of the {units:,.0f} units; {len(halls) - len(fitting)} of {len(halls)} halls do not fit or "
        f"do not say. Price is still read off the market's depth."
    )
    return Buyers(True, sentence, depth, by_regime, halls, spare, places)


def _average_sentence(state: SaleState, factors: dict[str, float]) -> str:
    if not _finite(state.depth):
        return "Depth is without limit: no sale moves the price, and buyers are not counted."
    levels = ", ".join(f"{factor:g} in {name}" for name, factor in factors.items())
    stated = state.market.liquidation.depth.value * state.device.installed_base.value
    own = abs(state.whole_depth / stated - 1.0) < 1e-9
    basis = (
        f"{100.0 * state.market.liquidation.depth.value:.2f} % of an installed base of "
        f"{state.device.installed_base.value:,.0f}"
        if own
        else "the depth that was asked for"
    )
    return (
        f"Market {state.market.as_of} knows no operator, so buyers are not counted by spare MW, cooling and rack "
        f"density: they are the average curve of the regime factor ({levels}) on {basis}, today "
        f"{state.depth:,.0f} units a month."
    )


def _mean_factor(state: SaleState) -> float:
    compute = state.market.compute
    return sum(
        p * factor
        for p, factor in zip(compute.initial_state.values(), compute.depth_factor.values(), strict=True)
    )


def _finite(depth: float) -> bool:
    return depth < float("inf")


def _hall(market: Market, device: Device, book: Book, name: str) -> Hall:
    site = next(each for each in book.sites if each.id == name)
    known = {each.id: each for each in market.devices}
    used = sum(
        fleet.units * (fleet.power_kw if fleet.power_kw is not None else known[fleet.device].wall_power.value)
        for fleet in book.fleets
        if fleet.site == name and fleet.device in known
    )
    spare = max((site.power_mw or 0.0) - used / 1_000.0, 0.0)
    wanted = device.rack_density_kw.value
    missing = [what for what, value in (("power", site.power_mw), ("cooling", site.cooling),
               ("rack density", site.rack_density_kw)) if value is None]  # fmt: skip
    if missing:
        why = f"{', '.join(missing)} not stated"
    elif site.cooling != device.cooling:
        why = f"{site.cooling}-cooled, the device needs {device.cooling}"
    elif site.rack_density_kw is not None and site.rack_density_kw < wanted:
        why = f"racks of {site.rack_density_kw:g} kW, the device needs {wanted:g}"
    elif spare <= 0.0:
        why = "no spare power"
    else:
        why = ""
    wall = device.wall_power.value
    return Hall(name, spare, 1_000.0 * spare / wall if wall > 0.0 else 0.0, not why, why)

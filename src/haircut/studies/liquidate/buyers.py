"""Who could take the machines: spare power at halls that fit them, where operators are known."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.case.book import Book
from haircut.case.market import Device, Market, Rig
from haircut.credit.records.buyers import wall_power_kw
from haircut.machines.hashprice import hashprice_today
from haircut.machines.rig import hash_market, rig_terms
from haircut.machines.terms import switch_off_rent
from haircut.studies.liquidate.state import SaleState, in_state, squeeze_of


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
class PowerClass:
    """A class of buyers of rigs: what it pays for power, and the hashprice below which the rig stands still there.

    Attributes:
        buyer: its id. share: of the buyers. runs: whether today's hashprice is above the switch-off.
    """

    buyer: str
    power_price_usd_per_kwh: float
    share: float
    switch_off_usd_per_ph_day: float
    runs: bool


@dataclass(frozen=True, slots=True)
class Buyers:
    """The buyers.

    Attributes:
        counted: whether operators are known. sentence: what a reader is told.
        depth_units_a_month: that the sale is priced at. depth_by_regime: the same by regime.
        halls: by site, where counted. spare_mw, spare_units: over halls that fit.
        power: of a rig, its buyers by power price.
    """

    counted: bool
    sentence: str
    depth_units_a_month: float | None
    depth_by_regime: dict[str, float | None]
    halls: tuple[Hall, ...]
    spare_mw: float | None
    spare_units: float | None
    power: tuple[PowerClass, ...] = ()


def buyers_of(state: SaleState, units: float, book: Book | None, book_name: str = "") -> Buyers:
    """The buyers of a sale: counted in the halls of a book, else the regime factor's average curve.

    Args:
        state: the market's state.
        units: for sale.
        book: whose sites are the operators that are known; None: no operator is.
        book_name: what to call it.
    """
    by_regime = _depth_by_regime(state)
    depth = state.depth if _finite(state.depth) else None
    power = _power_classes(state.market, state.device) if isinstance(state.device, Rig) else ()
    if book is None:
        return Buyers(False, _average_sentence(state, power), depth, by_regime, (), None, None, power)
    halls = tuple(_hall(state.market, state.device, book, site.id) for site in book.sites)
    fitting = [hall for hall in halls if hall.fits]
    spare, places = sum(hall.spare_mw for hall in fitting), sum(hall.units for hall in fitting)
    sentence = (
        f"The halls of {book_name} that cool and carry {state.device.id} have {spare:,.1f} MW spare, room for "
        f"{places:,.0f} of the {units:,.0f} units; {len(halls) - len(fitting)} of {len(halls)} halls do not fit or "
        f"do not say. Price is still read off the market's depth."
    )
    return Buyers(True, sentence, depth, by_regime, halls, spare, places, power)


def _factors(market: Market) -> dict[str, float]:
    return dict(zip(("glut", "balanced", "scarce"), market.compute.depth_factor.values(), strict=True))


def _depth_by_regime(state: SaleState) -> dict[str, float | None]:
    """Units a month by regime of the compute market; of a rig, by state of funding."""
    finite = _finite(state.whole_depth)
    if isinstance(state.device, Rig):
        calm = in_state(state.market, "mix", False)
        rest = {"calm": 1.0, "stress": squeeze_of(calm, in_state(calm, "mix", True))}
        if state.stress:
            rest = {"stress": state.depth / state.whole_depth} if finite else {"stress": 1.0}
        return {name: state.whole_depth * share if finite else None for name, share in rest.items()}
    squeeze = state.depth / (state.whole_depth * _mean_factor(state)) if _finite(state.depth) else 1.0
    factors = _factors(state.market)
    return {
        name: state.whole_depth * factor * squeeze if finite else None for name, factor in factors.items()
    }


def _power_classes(market: Market, rig: Rig) -> tuple[PowerClass, ...]:
    """Classes of buyers of a rig by power price; the market's price alone where none is given."""
    btc, network = hash_market(market)
    today = hashprice_today(btc, network)
    classes = [(each.id, each.power_price_usd_per_kwh, each.share) for each in market.rig_buyers]
    found = []
    for name, price, share in classes or [("market", market.power.price.value, 1.0)]:
        off = switch_off_rent(rig_terms(market, rig, market.as_of, 1, price), 0)
        found.append(PowerClass(name, price, share, off, today > off))
    return tuple(found)


def _average_sentence(state: SaleState, power: tuple[PowerClass, ...]) -> str:
    if not _finite(state.depth):
        return "Depth is without limit: no sale moves the price, and buyers are not counted."
    stated = state.market.liquidation.depth.value * state.device.installed_base.value
    own = abs(state.whole_depth / stated - 1.0) < 1e-9
    basis = (
        f"{100.0 * state.market.liquidation.depth.value:.2f} % of an installed base of "
        f"{state.device.installed_base.value:,.0f}"
        if own
        else "the depth that was asked for"
    )
    if isinstance(state.device, Rig):
        cheap = [each for each in power if each.runs]
        last = max((each.power_price_usd_per_kwh for each in cheap), default=0.0)
        return (
            f"Market {state.market.as_of} knows no operator, so buyers are not counted by spare MW, cooling and rack "
            f"density: they take {basis}, today {state.depth:,.0f} units a month. "
            f"{100.0 * sum(each.share for each in cheap):.0f} % of them could run it at today's hashprice, those that "
            f"pay up to {last:.3f} USD per kWh; its value is that at their mean price."
        )
    levels = ", ".join(f"{factor:g} in {name}" for name, factor in _factors(state.market).items())
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


def _hall(market: Market, device: Device | Rig, book: Book, name: str) -> Hall:
    site = next(each for each in book.sites if each.id == name)
    known: dict[str, Device | Rig] = {each.id: each for each in market.devices}
    known |= {each.id: each for each in market.rigs}
    used = sum(
        fleet.units * (fleet.power_kw if fleet.power_kw is not None else wall_power_kw(known[fleet.device]))
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
    wall = wall_power_kw(device)
    return Hall(name, spare, 1_000.0 * spare / wall if wall > 0.0 else 0.0, not why, why)

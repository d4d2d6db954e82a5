"""Whether a device may have an order, told from a reading of it: able, open, in bounds, not so already. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from miners.commands.deeds import Deed, has_come, told
from miners.commands.guards import WEARING
from miners.commands.order import Order, Result
from miners.contract import Capability, Options, Reading
from miners.models import Action, Outcome

CODE = "Its settings are locked: enter its one-time code on its page. Nothing was sent."
UNKNOWN_LIMITS = (
    "Its board does not say which settings it supports, so it is not tuned from here: choose one of its modes, "
    "or tune it on its own page."
)


def unfit(deed: Deed, order: Order, before: Reading) -> Result | None:
    """Why this device must not get this order."""
    missing = deed.needs - before.capabilities
    if before.needs_code and (order.action in WEARING or Capability.RESTART in missing):
        return Result.later(CODE) if order.automated else Result.refused(CODE)
    if missing:
        return Result.refused(
            f"Its firmware ({before.firmware or 'unknown'}) offers no {order.action.label.lower()}.",
        )
    beyond = _beyond(order, before.options)
    return Result.refused(beyond) if beyond else None


def compared(deed: Deed, order: Order, before: Reading) -> Result | None:
    """Nothing is written to what already is as wanted; the strategy acts only on a clear no."""
    if deed.is_so is None:
        return None
    is_so = deed.is_so(order, before)
    if is_so or (order.automated and has_come(deed, order, before, before, restarting=False)):
        return Result(outcome=Outcome.UNCHANGED, detail=f"Already so: {told(order, before)}.", reading=before)
    if is_so is None and order.automated:
        return Result.later("Its reading does not tell how it is, so nothing was written.")
    return None


def _beyond(order: Order, options: Options | None) -> str | None:
    """What of the order lies outside the board's own options, with what it has."""
    if order.action is Action.MODE and options and options.modes and order.mode not in options.modes:
        return f"It has no mode {order.mode!r}; it has: {', '.join(options.modes)}."
    if order.action is not Action.TUNE:
        return None
    if options is None or not (options.frequencies_mhz and options.core_voltages_mv):
        return UNKNOWN_LIMITS
    return _outside(order.frequency_mhz or 0, options.frequencies_mhz, "MHz") or _outside(
        order.core_voltage_mv or 0, options.core_voltages_mv, "mV"
    )


def _outside(wanted: float, supported: Sequence[float], unit: str) -> str | None:
    low, high = min(supported), max(supported)
    if low <= wanted <= high:
        return None
    return f"{wanted:g} {unit} is outside what its board supports: {low:g} to {high:g} {unit}."

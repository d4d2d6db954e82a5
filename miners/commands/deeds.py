"""What each action needs of a device, sends to it and is recognised by: one row an action."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from miners.commands.order import Order
from miners.contract import (
    Capability,
    Identifies,
    Pauses,
    Reading,
    Restarts,
    SetsMode,
    ShutsDown,
    State,
    SwitchesPool,
    Tunes,
)
from miners.models import Action

CLOSE_MHZ = 1.0  # firmware rounds to what its PLL can do
CLOSE_MV = 1.0

IsSo = Callable[[Order, Reading], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`is_so`: yes, no, or None when the reading does not tell."""

    needs: frozenset[Capability]
    protocol: type
    send: Callable[[Any, Order], Awaitable[None]]
    is_so: IsSo | None = None  # None: nothing to compare, always sent
    verify_s: float  # how long the reading may take to show it; 0: do not wait
    restarts: bool = False


def _mode_is_so(order: Order, reading: Reading) -> bool | None:
    """A board that has one setting under several names tells the first of them."""
    if reading.mode is None:
        return None
    known = reading.options.canonical(order.mode or "") if reading.options else None
    return reading.mode == (known or order.mode)


def _pool_is_so(order: Order, reading: Reading) -> bool | None:
    """The right address with another worker is another wallet. NMMiner 1.x does not tell its worker."""
    assert order.pool is not None  # noqa: S101  Order has checked
    if reading.pool_url is None:
        return None
    if reading.pool_url != f"{order.pool.host.lower()}:{order.pool.port}":
        return False
    return None if reading.pool_user is None else reading.pool_user == order.pool.user


def _tune_is_so(order: Order, reading: Reading) -> bool | None:
    if reading.frequency_mhz is None or reading.core_voltage_mv is None:
        return None
    wanted_mhz, wanted_mv = order.frequency_mhz or 0, order.core_voltage_mv or 0
    return abs(reading.frequency_mhz - wanted_mhz) < CLOSE_MHZ and abs(reading.core_voltage_mv - wanted_mv) < CLOSE_MV


def _state_is(wanted: State) -> IsSo:
    return lambda _, reading: None if reading.state is State.UNKNOWN else reading.state is wanted


DEEDS: Mapping[Action, Deed] = {
    Action.MODE: Deed(
        needs=frozenset({Capability.MODE}),
        protocol=SetsMode,
        send=lambda device, order: device.set_mode(order.mode),
        is_so=_mode_is_so,
        verify_s=10,
    ),
    Action.TUNE: Deed(
        needs=frozenset({Capability.TUNE}),
        protocol=Tunes,
        send=lambda device, order: device.tune(order.frequency_mhz, order.core_voltage_mv),
        is_so=_tune_is_so,
        verify_s=10,
    ),
    Action.POOL: Deed(
        needs=frozenset({Capability.POOL}),
        protocol=SwitchesPool,
        send=lambda device, order: device.set_pool(order.pool),
        is_so=_pool_is_so,
        verify_s=25,
    ),
    Action.PAUSE: Deed(
        needs=frozenset({Capability.PAUSE}),
        protocol=Pauses,
        send=lambda device, _: device.pause(),
        is_so=_state_is(State.PAUSED),
        verify_s=10,
    ),
    Action.RESUME: Deed(
        needs=frozenset({Capability.PAUSE}),
        protocol=Pauses,
        send=lambda device, _: device.resume(),
        is_so=_state_is(State.MINING),
        verify_s=10,
    ),
    Action.SHUTDOWN: Deed(
        needs=frozenset({Capability.SHUTDOWN}),
        protocol=ShutsDown,
        send=lambda device, _: device.shutdown(),
        is_so=_state_is(State.PAUSED),
        verify_s=10,
    ),
    Action.RESTART: Deed(
        needs=frozenset({Capability.RESTART}),
        protocol=Restarts,
        send=lambda device, _: device.restart(),
        verify_s=25,
        restarts=True,
    ),
    Action.IDENTIFY: Deed(
        needs=frozenset({Capability.IDENTIFY}),
        protocol=Identifies,
        send=lambda device, _: device.identify(),
        verify_s=0,
    ),
}
# What was shut down, not paused, comes back by a restart.
RESUME_BY_RESTART = Deed(
    needs=frozenset({Capability.SHUTDOWN, Capability.RESTART}),
    protocol=Restarts,
    send=lambda device, _: device.restart(),
    is_so=_state_is(State.MINING),
    verify_s=25,
    restarts=True,
)


def deed_of(order: Order, before: Reading) -> Deed:
    if order.action is Action.RESUME and Capability.PAUSE not in before.capabilities:
        return RESUME_BY_RESTART
    return DEEDS[order.action]


def has_come(deed: Deed, order: Order, before: Reading, after: Reading, *, restarting: bool) -> bool:
    """Whether the reading `after` proves the order. What needs a restart is only stored until that has come."""
    if restarting and not has_restarted(before, after):
        return False
    if deed.is_so is None:
        return restarting
    told = deed.is_so(order, after)
    if told is None and order.action is Action.POOL:
        return after.pool_url is not None  # the address is right, and more it does not tell
    return told is True


def has_restarted(before: Reading, after: Reading) -> bool:
    """Uptime went back. A device that does not tell its uptime cannot prove it."""
    return before.uptime_s is not None and after.uptime_s is not None and after.uptime_s < before.uptime_s


def told(order: Order, reading: Reading) -> str:
    """What the reading says of what was ordered, for a person."""
    match order.action:
        case Action.MODE:
            said = reading.mode and f"mode {reading.mode}"
        case Action.POOL:
            said = reading.pool_url and f"pool {reading.pool_url} as {reading.pool_user or 'unknown'}"
        case Action.TUNE:
            said = f"{reading.frequency_mhz or '?'} MHz at {reading.core_voltage_mv or '?'} mV"
        case _:
            said = reading.state.value
    return said or "nothing about it"

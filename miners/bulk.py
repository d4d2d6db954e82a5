"""One thing done to many miners: from a request to an order for each. Other apps add actions of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from miners.commands import Order
from miners.contract import Capability
from miners.models import Action, Miner
from miners.services import Invalid

Maker = Callable[[Miner, str, Mapping[str, Any]], Order]  # miner, actor, the request's values

ARGUMENTS: Mapping[Action, tuple[str, ...]] = {
    Action.MODE: ("mode",),
    Action.TUNE: ("frequency_mhz", "core_voltage_mv"),
    Action.PAUSE: (),
    Action.RESUME: (),
    Action.SHUTDOWN: (),
    Action.RESTART: (),
    Action.IDENTIFY: (),
}


def order(action: Action, miner: Miner, actor: str, **argument: Any) -> Order:
    """A person's order. What cannot be paused, but shut down, is shut down."""
    able = miner.status.capabilities
    if action is Action.PAUSE and Capability.PAUSE not in able and Capability.SHUTDOWN in able:
        action = Action.SHUTDOWN
    return Order(action, actor, f"{actor} asked for it.", miner_id=miner.pk, **argument)


def _maker(action: Action, names: tuple[str, ...]) -> Maker:
    def make(miner: Miner, actor: str, values: Mapping[str, Any]) -> Order:
        for name in names:
            if values.get(name) is None:
                raise Invalid(name, f"{action.label} needs it.")
        return order(action, miner, actor, **{name: values[name] for name in names})

    return make


_makers: dict[str, Maker] = {str(action): _maker(action, names) for action, names in ARGUMENTS.items()}


def register(action: str, maker: Maker) -> None:
    """Add an action, such as pools' "pool". `maker` raises Invalid for values it cannot use."""
    _makers[action] = maker


def maker_of(action: str) -> Maker:
    """Raises Invalid naming the known actions."""
    if action not in _makers:
        raise Invalid("action", f"{action!r} is not an action; there are {', '.join(_makers)}.")
    return _makers[action]

"""One thing done to many miners: from a request to an order for each. Other apps add actions of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from miners.commands import Order
from miners.contract import Capability
from miners.models import Action, Miner
from miners.services import Invalid

Make = Callable[[Miner], Order]  # raises Invalid for a miner that cannot have it
Prepare = Callable[[Mapping[str, Any], str], Make]  # from the request's values and the actor

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


def _preparing(action: Action, names: tuple[str, ...]) -> Prepare:
    def prepare(values: Mapping[str, Any], actor: str) -> Make:
        for name in names:
            if values.get(name) is None:
                raise Invalid(name, f"{action.label} needs it.")
        argument = {name: values[name] for name in names}
        return lambda miner: order(action, miner, actor, **argument)

    return prepare


_actions: dict[str, Prepare] = {str(action): _preparing(action, names) for action, names in ARGUMENTS.items()}


def register(action: str, prepare: Prepare) -> None:
    """Add an action, such as pools' "pool". `prepare` raises Invalid for values it cannot use."""
    _actions[action] = prepare


def prepared(action: str, values: Mapping[str, Any], actor: str) -> Make:
    """What makes an order for each miner. Raises Invalid, naming the known actions or the value that is wrong."""
    if action not in _actions:
        raise Invalid("action", f"{action!r} is not an action; there are {', '.join(_actions)}.")
    return _actions[action](values, actor)


def sorted_out(make: Make, miners: Iterable[Miner]) -> tuple[dict[int, Order], dict[int, str]]:
    """By the miner's id: an order for each that can have it, and for each other one the reason why not."""
    orders: dict[int, Order] = {}
    refusals: dict[int, str] = {}
    for miner in miners:
        try:
            orders[miner.pk] = make(miner)
        except Invalid as error:
            refusals[miner.pk] = error.reason
    return orders, refusals

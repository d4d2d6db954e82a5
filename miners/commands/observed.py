"""The last reading of a miner, out of its status row: for questions about a miner that shall not be asked itself."""

from __future__ import annotations

from miners.adapters.options import from_json
from miners.commands.deeds import deed_of, has_come
from miners.commands.order import PLUG_ACTIONS, Order
from miners.contract import Capability, PoolEndpoint, Reading, State
from miners.models import Action, Command, Miner, Switch
from miners.models.power import SwitchState

WANTED = {Action.PLUG_ON: SwitchState.ON, Action.PLUG_OFF: SwitchState.OFF}
SAME = (
    *("frequency_mhz", "core_voltage_mv", "mode", "uptime_s", "pool_url", "pool_user"),
    *("firmware", "model", "overheated", "needs_code"),
)


def last_reading(miner: Miner) -> Reading:
    """As far as commands look at one."""
    status = miner.status
    return Reading(
        state=State(status.state),
        mac=miner.mac,
        capabilities=frozenset(Capability(word) for word in status.capabilities if word in set(Capability)),
        options=from_json(status.options),
        **{name: getattr(status, name) for name in SAME},
    )


def is_so(command: Command) -> bool:
    """Whether what was ordered is what was last seen."""
    if command.action in PLUG_ACTIONS:
        return isinstance(command.switch, Switch) and command.switch.state == WANTED[Action(command.action)]
    if command.miner is None or command.miner.status.failures:
        return False
    order, seen = _order(command), last_reading(command.miner)
    deed = deed_of(order, seen)
    return deed.is_so is not None and has_come(deed, order, seen, seen, restarting=False)


def _order(command: Command) -> Order:
    """The order again, as far as the ledger keeps it."""
    argument = dict(command.argument)
    if command.action == Action.POOL:
        host, _, port = argument["pool"].rpartition(":")
        argument = {"pool": PoolEndpoint(host=host, port=int(port), user=argument["user"])}
    return Order(Action(command.action), command.actor, command.because, miner_id=command.miner_id, **argument)

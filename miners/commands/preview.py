"""What orders would do, from what was last seen: no device is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from miners.adapters.registry import KINDS
from miners.commands import checks, gate, guards, resting
from miners.commands.deeds import deed_of
from miners.commands.guards import Past
from miners.commands.history import histories
from miners.commands.observed import WANTED, last_reading
from miners.commands.order import Order, Result
from miners.commands.paces import CAREFUL, pace_of
from miners.contract import State
from miners.models import Miner, Outcome, Switch
from miners.wall import is_stale

What = Literal["send", "unchanged", "refused", "shadowed", "later"]
WHATS: dict[str, What] = {
    Outcome.SHADOWED: "shadowed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REFUSED: "refused",
}
SILENT = (State.UNREACHABLE, State.OFF)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an order would come to. `detail` says why, or what to know before it is sent."""

    order: Order
    name: str
    what: What
    detail: str = ""


def preview(orders: Sequence[Order], *, now: datetime) -> list[Effect]:
    """An effect for each order, in their order. A fixed number of queries for orders of persons."""
    targets = _targets(orders)
    past = histories(targets.values(), now)
    verdict = gate.state()
    return [_effect(order, targets.get(order.subject), past, verdict, now) for order in orders]


def _targets(orders: Iterable[Order]) -> dict[str, Miner | Switch]:
    miners = Miner.objects.select_related("status", "switch").filter(pk__in={order.miner_id for order in orders})
    switches = Switch.objects.filter(pk__in={order.switch_id for order in orders})
    found: list[Miner | Switch] = [*miners, *switches]
    return {target.subject: target for target in found}


def _effect(
    order: Order, target: Miner | Switch | None, past: Mapping[str, Sequence[Past]], verdict: str, now: datetime
) -> Effect:
    if target is None:
        return Effect(order, order.subject, "refused", "There is no such miner or plug any more.")
    earlier = past[target.subject]
    stops = gate.stops(order, verdict)
    if not stops:
        stops = (
            _of_miner(order, target, earlier, now)
            if isinstance(target, Miner)
            else _of_plug(order, target, earlier, now)
        )
    if stops is None:
        return Effect(order, target.name, "send", _doubt(target, now))
    return Effect(order, target.name, "later" if stops.waits else WHATS[stops.outcome], stops.detail)


def _of_miner(order: Order, miner: Miner, past: Sequence[Past], now: datetime) -> Result | None:
    """The checks of `device.carry_out`, in their order, on the last reading."""
    pace, seen = pace_of(miner.kind), last_reading(miner)
    if wait := guards.cool_down(past, pace, now) or guards.back_off(past, order, pace, now):
        return Result.later(wait)
    if miner.kind not in KINDS:
        return Result.refused(f"No driver for {miner.kind} is installed.")
    if miner.status.seen_at is None:
        return Result.later("It has not been read yet; what it can do is known after its first reading.")
    deed = deed_of(order, seen)
    if stops := checks.unfit(deed, order, seen):
        return stops
    stops = checks.compared(deed, order, seen) if miner.status.state not in SILENT else None
    if stops or (stops := resting.would_hold_back(order, miner, seen, now)):
        return stops
    reason = guards.over_budget(past, order)
    return Result.refused(reason) if reason else None


def _of_plug(order: Order, switch: Switch, past: Sequence[Past], now: datetime) -> Result | None:
    if switch.locked:
        return Result.refused(f"{switch.name} is marked never touch.")
    if wait := guards.back_off(past, order, CAREFUL, now):
        return Result.later(wait)
    wanted = WANTED[order.action]
    return Result(outcome=Outcome.UNCHANGED, detail=f"Already {wanted}.") if switch.state == wanted else None


def _doubt(target: Miner | Switch, now: datetime) -> str:
    """What speaks against its arriving."""
    if isinstance(target, Switch):
        return target.failure
    if target.status.state in SILENT:
        return f"It is {target.status.state} now, so it will hardly arrive."
    return "Nobody has read it lately, so it may differ." if is_stale(target.status, now) else ""

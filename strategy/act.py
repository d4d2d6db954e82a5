"""The one writer: keeps what was decided, then does what differs from what is observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from miners.commands import STRATEGY, Order, execute
from miners.contract import PoolEndpoint
from miners.models import Action, Command
from pools.models import Pool
from strategy import desired, records, telling
from strategy.contract import Change, Decision, EngineState, Snapshot, Verb
from strategy.decide import changes


def act(decision: Decision, snapshot: Snapshot, *, now: datetime) -> list[Command]:
    """Keep the decision, then carry it out; the ledger's rows. Only LIVE carries out.

    A crash in between loses nothing: what is left to do is found again by comparing, a minute later.
    """
    keep(decision, snapshot, now=now)
    if decision.state is not EngineState.LIVE:
        return []
    orders = tuple(_orders(changes(decision, snapshot), snapshot))
    plugs = [order for order in orders if order.switch_id is not None]
    devices = [order for order in orders if order.switch_id is None]
    return [command for batch in (plugs, devices) if batch for command in execute(batch, now=now)]


@transaction.atomic
def keep(decision: Decision, snapshot: Snapshot, *, now: datetime) -> None:
    """Desired states, memory, record and alerts: all or nothing."""
    desired.store(decision, now=now)
    records.remember(decision.memory, now=now)
    records.record(decision, snapshot, now=now)
    telling.tell(decision, snapshot, now=now)


def _orders(todo: Sequence[Change], snapshot: Snapshot) -> Iterator[Order]:
    names = {miner.id: miner.name for miner in snapshot.miners}
    pools = Pool.objects.in_bulk({change.pool_id for change in todo if change.pool_id is not None})
    for change in todo:
        pool = pools.get(change.pool_id or 0)
        if change.verb is not Verb.POOL:
            yield _order(change)
        elif pool and change.miner_id is not None:  # else it was removed a moment ago
            yield _order(change, pool.endpoint(names[change.miner_id]))


def _order(change: Change, pool: PoolEndpoint | None = None) -> Order:
    return Order(
        action=Action(change.verb.value),
        actor=STRATEGY,
        because=change.because,
        miner_id=change.miner_id,
        switch_id=change.switch_id,
        mode=change.mode,
        pool=pool,
    )

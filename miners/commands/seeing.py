"""What a command saw of its target goes into the status at once, so that no page shows what was before."""

from __future__ import annotations

from datetime import datetime

from miners.commands.order import Order, Result
from miners.models import Miner, Switch
from miners.polling import candidates, status
from miners.polling.judging import judge
from miners.polling.observation import Observation
from miners.power import observing


def store(order: Order, target: Miner | Switch | None, result: Result, now: datetime) -> None:
    if isinstance(target, Switch) and result.entity:
        observing.store_one(target, result.entity, now)
    if isinstance(target, Miner) and result.reading and result.sent:
        _store_reading(order, result, now)


def _store_reading(order: Order, result: Result, now: datetime) -> None:
    assert order.miner_id is not None  # noqa: S101  the target is a miner
    for candidate in candidates.gather([order.miner_id], now=now):
        seen = Observation(candidate=candidate, time=now, reading=result.reading)
        status.store([(seen, judge(seen))])

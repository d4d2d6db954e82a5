"""What a command saw of its target goes into the status at once, so that no page shows what was before."""

from __future__ import annotations

from datetime import datetime

from miners.commands.order import Order, Result
from miners.contract import Reading
from miners.models import Miner, Switch
from miners.polling import candidates, firmware, status
from miners.polling.judging import judge
from miners.polling.observation import Observation
from miners.power import observing


def store(order: Order, target: Miner | Switch | None, result: Result, now: datetime) -> None:
    if isinstance(target, Switch) and result.entity:
        observing.store_one(target, result.entity, now)
    if order.miner_id is not None and result.reading and result.sent:
        store_reading(order.miner_id, result.reading, now)


def store_reading(miner_id: int, reading: Reading, now: datetime) -> None:
    """The caller holds the miner's lock, so that no poll saw it later."""
    for candidate in candidates.gather([miner_id], now=now):
        seen = Observation(candidate=candidate, time=now, reading=reading)
        status.store([(seen, judge(seen))])
        firmware.keep([seen])

"""Pointing miners at a pool: orders for the one door that writes to devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from miners.commands import Order, execute
from miners.models import Action, Command, Miner
from pools.models import Pool


def assign(pool: Pool, miners: Sequence[Miner], *, actor: str, now: datetime) -> list[Command]:
    """Let `miners` mine at `pool`; a ledger row each, in their order. ValidationError when the pool is switched off."""
    if not pool.enabled:
        raise ValidationError({"pool_id": f"The pool {pool} is not enabled."})
    return execute([order(pool, miner, actor=actor) for miner in miners], now=now)


def order(pool: Pool, miner: Miner, *, actor: str) -> Order:
    return Order(
        action=Action.POOL,
        actor=actor,
        because=f"{actor} chose the pool {pool}.",
        miner_id=miner.pk,
        pool=pool.endpoint(miner.name),
    )

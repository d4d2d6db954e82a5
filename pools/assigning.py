"""Pointing miners at a pool: orders for the one door that writes to devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from miners.commands import Order, execute
from miners.models import Action, Command, Miner
from pools.models import Pool


def assign(pool: Pool, miners: Sequence[Miner], *, actor: str, now: datetime) -> list[Command]:
    """Let `miners` mine at `pool`; a ledger row each, in their order. ValidationError when the pool is switched off."""
    _require_enabled(pool)
    return execute([order(pool, miner, actor=actor) for miner in miners], now=now)


def prepare(values: Mapping[str, Any], actor: str) -> Callable[[Miner], Order]:
    """The bulk action "pool" of miners.bulk. ValidationError for a pool that cannot be used."""
    pool = Pool.objects.filter(pk=values["pool_id"] or 0).first()
    if pool is None:
        raise ValidationError({"pool_id": f"There is no pool {values['pool_id']}."})
    _require_enabled(pool)
    return lambda miner: order(pool, miner, actor=actor)


def on_offer() -> list[tuple[str, str]]:
    """The pools miners can be pointed at, for the choices of the bulk page."""
    return [(str(pool.pk), f"{pool} ({pool.coin})") for pool in Pool.objects.filter(enabled=True)]


def _require_enabled(pool: Pool) -> None:
    if not pool.enabled:
        raise ValidationError({"pool_id": f"The pool {pool} is not enabled."})


def order(pool: Pool, miner: Miner, *, actor: str) -> Order:
    return Order(
        action=Action.POOL,
        actor=actor,
        because=f"{actor} chose the pool {pool}.",
        miner_id=miner.pk,
        pool=pool.endpoint(miner.name),
    )

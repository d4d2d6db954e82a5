"""Whether pools answer: every address is probed once however many pools share it; two misses in a row are an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from hmm_project.journal.services import close_alert, open_alert
from hmm_project.live import announce
from pools.contract import Address, PoolState, Probe, ProbeFailed, state_after
from pools.models import Pool, PoolCheck
from pools.services import UNREACHABLE
from pools.stratum import probe

MOST_AT_ONCE = 8
KEPT = timedelta(days=30)

Outcome = Probe | ProbeFailed


def check_pools(now: datetime) -> None:
    """Probe every enabled pool, keep what came of it, forget checks older than 30 days."""
    addresses = {pool.listens_at for pool in Pool.objects.filter(enabled=True)}
    keep(asyncio.run(probe_all(addresses)), now)
    PoolCheck.objects.filter(time__lt=now - KEPT).delete()


async def probe_all(addresses: Iterable[Address]) -> dict[Address, Outcome]:
    """The outcome of one probe of each address, at most eight at once."""
    wanted = list(addresses)
    slots = asyncio.Semaphore(MOST_AT_ONCE)

    async def one(address: Address) -> Outcome:
        async with slots:
            try:
                return await probe(address)
            except ProbeFailed as failure:
                return failure

    return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))


@transaction.atomic
def keep(outcomes: Mapping[Address, Outcome], now: datetime) -> None:
    """Write a check for each pool that is still there, its state, and an alert when it went down."""
    pools = [pool for pool in Pool.objects.select_for_update().filter(enabled=True) if pool.listens_at in outcomes]
    turned = [pool for pool in pools if _apply(pool, outcomes[pool.listens_at], now)]
    Pool.objects.bulk_update(pools, ["state", "misses", "checked_at", "subscribe_ms", "failure"])
    PoolCheck.objects.bulk_create(_check(pool, outcomes[pool.listens_at], now) for pool in pools)
    for pool in turned:
        _tell(pool, now)
    if pools:
        announce("pools-changed", [pool.pk for pool in pools])


def _apply(pool: Pool, outcome: Outcome, now: datetime) -> bool:
    """Take the outcome over; answers whether the pool went down or came back."""
    before = PoolState(pool.state)
    pool.checked_at = now
    if isinstance(outcome, Probe):
        pool.misses, pool.failure, pool.subscribe_ms = 0, "", outcome.subscribe_ms
    else:
        pool.misses, pool.failure = pool.misses + 1, str(outcome)
    pool.state = state_after(before, pool.misses)
    return (pool.state == PoolState.DOWN) != (before == PoolState.DOWN)


def _check(pool: Pool, outcome: Outcome, now: datetime) -> PoolCheck:
    if isinstance(outcome, Probe):
        return PoolCheck(pool=pool, time=now, reachable=True, subscribe_ms=outcome.subscribe_ms)
    return PoolCheck(pool=pool, time=now, reachable=False, error=str(outcome))


def _tell(pool: Pool, now: datetime) -> None:
    if pool.state == PoolState.DOWN:
        open_alert(
            now=now,
            kind=UNREACHABLE,
            subject=pool.subject,
            name=pool.name,
            message=f"The pool {pool} does not answer: {pool.failure}",
        )
    else:
        close_alert(
            now=now, kind=UNREACHABLE, subject=pool.subject, name=pool.name, message=f"The pool {pool} answers again."
        )

"""/api/pools, and the pool of a miner under /api/miners."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from ninja.errors import HttpError

from hmm_project.access import actor_of
from hmm_project.paging import paged
from miners.models import Command, Miner, Outcome
from miners.schemas import BulkOut, MinerOutcomeOut, OutcomeOut
from pools import services
from pools.assigning import assign
from pools.contract import ProbeFailed
from pools.models import Pool, PoolCheck
from pools.schemas import (
    BulkChoice,
    CheckOut,
    Choice,
    HealthOut,
    PoolIn,
    PoolOut,
    PoolPatch,
    ProbeOut,
)
from pools.stratum import probe

router = Router(tags=["pools"])
miners_router = Router(tags=["miners"])

SHOWN = timedelta(hours=24)
HTTP_STATUS = {Outcome.REFUSED: 409, Outcome.SHADOWED: 409, Outcome.UNREACHABLE: 503}


@router.get("", response=list[PoolOut])
@paged
def list_pools(request: HttpRequest) -> QuerySet[Pool]:
    """Every pool, by name."""
    return Pool.objects.all()


@router.post("", response={201: PoolOut})
def create_pool(request: HttpRequest, body: PoolIn) -> Status[Pool]:
    """Add a pool."""
    fields = body.dict(exclude_none=True)
    return Status(201, services.create_pool(**fields, actor=actor_of(request), now=timezone.now()))


@router.get("/{int:pool_id}", response=PoolOut)
def get_pool(request: HttpRequest, pool_id: int) -> Pool:
    """One pool."""
    return _pool(pool_id)


@router.patch("/{int:pool_id}", response=PoolOut)
def patch_pool(request: HttpRequest, pool_id: int, body: PoolPatch) -> Pool:
    """Change a pool."""
    changes = body.dict(exclude_none=True)
    return services.update_pool(_pool(pool_id), **changes, actor=actor_of(request), now=timezone.now())


@router.delete("/{int:pool_id}", response={204: None})
def delete_pool(request: HttpRequest, pool_id: int) -> Status[None]:
    """Remove a pool. Bands that chose it leave the miners' pool as it is; an event says which."""
    services.delete_pool(_pool(pool_id), actor=actor_of(request), now=timezone.now())
    return Status(204, None)


@router.post("/{int:pool_id}/test", response=ProbeOut)
def test_pool(request: HttpRequest, pool_id: int) -> ProbeOut:
    """Connect and subscribe now, without a worker; takes at most five seconds."""
    try:
        return ProbeOut(reachable=True, **asdict(asyncio.run(probe(_pool(pool_id).listens_at))))
    except ProbeFailed as failure:
        return ProbeOut(reachable=False, failure=str(failure))


@router.get("/{int:pool_id}/health", response=HealthOut)
def pool_health(request: HttpRequest, pool_id: int) -> HealthOut:
    """How the pool answered its checks."""
    pool = _pool(pool_id)
    checks = PoolCheck.objects.filter(pool=pool, time__gt=timezone.now() - SHOWN)
    return HealthOut(
        state=pool.state,
        checked_at=pool.checked_at,
        misses=pool.misses,
        subscribe_ms=pool.subscribe_ms,
        failure=pool.failure,
        checks=[CheckOut.from_orm(check) for check in checks],
    )


@miners_router.post("/{int:miner_id}/pool", response=OutcomeOut)
def set_pool(request: HttpRequest, miner_id: int, body: Choice) -> Command:
    """Let a miner mine at a pool. 409 when the device refuses or in SHADOW, 503 when it cannot be reached."""
    miner = get_object_or_404(Miner, pk=miner_id)
    (command,) = assign(_chosen(body.pool_id), [miner], actor=actor_of(request), now=timezone.now())
    if status := HTTP_STATUS.get(Outcome(command.outcome)):
        raise HttpError(status, command.detail)
    return command


@miners_router.post("/bulk/pool", response=BulkOut)
def set_pools(request: HttpRequest, body: BulkChoice) -> BulkOut:
    """Let several miners mine at a pool; an outcome for each."""
    found = Miner.objects.in_bulk(body.ids)
    commands = assign(_chosen(body.pool_id), list(found.values()), actor=actor_of(request), now=timezone.now())
    outcomes = dict(zip(found, commands, strict=True))
    items = [_outcome(miner_id, outcomes.get(miner_id)) for miner_id in dict.fromkeys(body.ids)]
    return BulkOut(items=items, count=len(items))


def _outcome(miner_id: int, command: Command | None) -> MinerOutcomeOut:
    if command is None:
        return MinerOutcomeOut(id=miner_id, outcome=Outcome.REFUSED, detail="There is no such miner.")
    return MinerOutcomeOut(id=miner_id, outcome=command.outcome, detail=command.detail)


def _pool(pool_id: int) -> Pool:
    return get_object_or_404(Pool, pk=pool_id)


def _chosen(pool_id: int) -> Pool:
    pool = Pool.objects.filter(pk=pool_id).first()
    if pool is None:
        raise ValidationError({"pool_id": f"There is no pool {pool_id}."})
    return pool

"""/api/miners/broadcast-pool: one pool for every NMMiner 1.x, after a second thought."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.errors import HttpError

from hmm_project.access import actor_of
from miners.bulk import prepared
from miners.commands import everybody
from miners.contract import DeviceError, PoolEndpoint, Refused
from miners.models import Miner
from miners.schemas import BroadcastIn, BulkOut, MinerOutcomeOut
from miners.services import Invalid

router = Router(tags=["miners"])


@router.post("/broadcast-pool", response=BulkOut)
def broadcast_pool(request: HttpRequest, body: BroadcastIn) -> BulkOut:
    """Give every NMMiner 1.x in the network, known or not, all settings of one of them, with a pool.

    422 tells what would happen to whom and which phrase confirms it; an outcome for each known one then.
    """
    known = everybody.listeners()
    origin = next((miner for miner in known if miner.pk == body.from_miner_id), None)
    if origin is None:
        raise Invalid("from_miner_id", "This is no NMMiner of firmware 1.x in the list.")
    actor, now = actor_of(request), timezone.now()
    pool = _pool(origin, body.pool_id, actor)
    phrase = f"point every NMMiner at {pool.host}:{pool.port} as {pool.user}"
    if body.confirm != phrase:
        raise Invalid("confirm", _warning(origin, pool, known, phrase))
    commands = everybody.send(origin, pool, actor=actor, now=now)
    items = [
        MinerOutcomeOut(id=miner.pk, name=miner.name, outcome=command.outcome, detail=command.detail)
        for miner, command in zip(known, commands, strict=True)
    ]
    return BulkOut(items=items, count=len(items))


def _pool(origin: Miner, pool_id: int | None, actor: str) -> PoolEndpoint:
    """The pool that is chosen, as it is for `origin`; without one, the pool `origin` has."""
    if pool_id is not None:
        pool = prepared("pool", {"pool_id": pool_id}, actor)(origin).pool
        assert pool is not None  # noqa: S101  an order of this action has one
        return pool
    try:
        return everybody.own_pool(origin, now=timezone.now())
    except DeviceError as error:
        raise HttpError(409 if isinstance(error, Refused) else 503, str(error)) from None


def _warning(origin: Miner, pool: PoolEndpoint, known: list[Miner], phrase: str) -> str:
    names = ", ".join(miner.name for miner in known)
    return (
        f"This reaches every NMMiner of firmware 1.x that hears it: {names}, and those that are not in the list. All "
        f"of them take over what {origin} has set: the pool {pool.host}:{pool.port} with the one worker {pool.user}, "
        "its second pool, its Wi-Fi name and password (a device in another Wi-Fi is lost), screen and time zone. All "
        f'of them restart. To do it, send confirm: "{phrase}".'
    )

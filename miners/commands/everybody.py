"""One configuration to every NMMiner 1.x that listens, at once. Only ever after a person has confirmed it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from redis.exceptions import RedisError

from hmm_project import locks
from miners.adapters import parse
from miners.adapters.lenient import parse_object
from miners.adapters.nmminer.broadcast import address_for, send_to_all
from miners.adapters.nmminer.client import UDP_PORTS
from miners.commands import gate, guards
from miners.commands.deeds import DEEDS
from miners.commands.device import Device, open_device
from miners.commands.execution import WAIT_FOR_LOCK_S, Work, to_the_end
from miners.commands.history import histories
from miners.commands.locking import held
from miners.commands.order import Order, Result
from miners.commands.paces import pace_of
from miners.commands.run import Run, running
from miners.contract import DeviceError, Kind, PoolEndpoint, Reading, Refused
from miners.models import Action, Command, Miner, Outcome


def listeners() -> list[Miner]:
    """The miners of the list that hear it, by name."""
    found = Miner.objects.filter(kind=Kind.NMMINER, port__in=UDP_PORTS)
    return list(found.select_related("status", "switch").order_by("name"))


def own_pool(origin: Miner, *, now: datetime) -> PoolEndpoint:
    """The pool in the configuration that `origin` broadcast. Raises a DeviceError when it broadcast none."""
    return async_to_sync(_own_pool)(origin, now)


def send(origin: Miner, pool: PoolEndpoint, *, actor: str, now: datetime) -> list[Command]:
    """Give every NMMiner 1.x what `origin` has set, with `pool`; a ledger row for each that is known."""
    return async_to_sync(to_the_end)(_send(origin, pool, actor, now))


async def _own_pool(origin: Miner, now: datetime) -> PoolEndpoint:
    async with running(now) as run:
        config = _config(await open_device(origin, run), run)
    host, _, port = (parse.pool_url(config.get("PrimaryPool")) or "").rpartition(":")
    if not host or not port.isdecimal():
        raise Refused(f"{origin} has no pool among its settings.")
    return PoolEndpoint(
        host=host,
        port=int(port),
        user=parse.text(config.get("PrimaryAddress"), 300) or "",
        password=parse.text(config.get("PrimaryPassword"), 300) or "x",
        tls="ssl" in str(config["PrimaryPool"]).partition("://")[0],
    )


def _config(device: Device, run: Run) -> Mapping[str, Any]:
    known = run.link.configs.get(device.host)
    if known is None:
        raise Refused("It has not broadcast its configuration (firmware 1.5.01 or later does), so none is sent.")
    return parse_object(known.payload, "Broadcast")


async def _send(origin: Miner, pool: PoolEndpoint, actor: str, now: datetime) -> list[Command]:
    known = await sync_to_async(listeners)()
    async with running(now) as run, AsyncExitStack() as stack:
        because = f"{actor} gave every NMMiner 1.x the settings of {origin}."
        work = [
            Work.of(Order(Action.POOL, actor, because, miner_id=miner.pk, pool=pool), miner, run) for miner in known
        ]
        stop = await _stopped(known, work[0].order, run) or await _locked(stack, known)
        stop = stop or gate.stops(work[0].order, await sync_to_async(gate.state)())
        results = [stop] * len(work) if stop else await _broadcast(origin, pool, work, known, run)
        return [await one.keep(result) for one, result in zip(work, results, strict=True)]


async def _stopped(known: Sequence[Miner], order: Order, run: Run) -> Result | None:
    """One of them that must be left alone stops it for all: it would hear it too."""
    if stop := gate.stops(order, await sync_to_async(gate.state)()):
        return stop
    past = await sync_to_async(histories)(known, run.now())
    for miner in known:
        wait = guards.cool_down(past[miner.subject], pace_of(miner.kind), run.now())
        if wait := wait or guards.over_budget(past[miner.subject], order):
            return Result.later(f"{miner} would hear it too: {wait}")
    return None


async def _locked(stack: AsyncExitStack, known: Sequence[Miner]) -> Result | None:
    """Take all their locks, in one order everywhere, so that nobody waits in a ring."""
    for miner in sorted(known, key=lambda miner: miner.pk):
        try:
            await stack.enter_async_context(held(miner.subject, wait_s=WAIT_FOR_LOCK_S))
        except locks.Busy:
            return Result.later(f"Something else is being done to {miner}; try again in a few seconds.")
        except RedisError:
            return Result.later("Redis does not answer, so nothing was sent.")
    return None


async def _broadcast(
    origin: Miner, pool: PoolEndpoint, work: Sequence[Work], known: Sequence[Miner], run: Run
) -> list[Result]:
    try:
        source = await open_device(origin, run)
        devices = [await open_device(miner, run) for miner in known]
        before = [await _seen(device) for device in devices]
        config = _config(source, run)
        address, port = address_for(source.host), run.link.nmminer_config_port
        await send_to_all(config, pool, address=address, port=port, near=source.host)
    except Refused as error:
        return [Result.refused(str(error))] * len(work)
    except DeviceError as error:
        return [Result(outcome=Outcome.UNREACHABLE, detail=str(error))] * len(work)
    proofs = (
        device.read_back(DEEDS[Action.POOL], one.order, earlier)
        for device, one, earlier in zip(devices, work, before, strict=True)
    )
    return list(await asyncio.gather(*proofs))


async def _seen(device: Device) -> Reading:
    try:
        return await device.read()
    except DeviceError:
        return Reading()

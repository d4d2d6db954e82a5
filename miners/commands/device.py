"""One order to one miner, its lock being held: read, check, compare, send, read back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from redis.exceptions import RedisError

from miners.adapters.options import from_json
from miners.adapters.registry import open_adapter
from miners.addresses import resolve
from miners.code_sessions import forget, lasting
from miners.commands import checks, gate, guards, ledger, resting
from miners.commands.deeds import DEEDS, Deed, deed_of, has_come, told
from miners.commands.guards import Past
from miners.commands.history import history
from miners.commands.order import Order, Result
from miners.commands.paces import pace_of
from miners.commands.run import Run
from miners.contract import Adapter, DeviceError, NeedsCode, Reading, Refused, Target, Unreachable
from miners.models import Action, Miner, Outcome
from miners.models.power import SwitchState
from miners.polling.cleaning import cleaned
from miners.recognising import Known, doubt

READ_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A device that was read, may have the order and is not so yet."""

    device: Device
    deed: Deed
    before: Reading


async def carry_out(order: Order, miner: Miner, run: Run) -> Result:
    """Do it, or say in one sentence why not. Only errors of our own code leave this function."""
    try:
        ready = await _prepare(order, miner, run)
    except (DatabaseError, InterfaceError):
        return Result.later("The database does not answer, so nothing was sent.")
    except RedisError:
        return Result.later("Redis does not answer, so nothing was sent.")
    if isinstance(ready, Result):
        return ready
    try:
        return await ready.device.do(ready.deed, order, ready.before)
    except NeedsCode as error:
        await sync_to_async(forget)(miner)
        return Result.refused(str(error))


async def _prepare(order: Order, miner: Miner, run: Run) -> Ready | Result:
    """Everything up to the first write."""
    past = await sync_to_async(history)(miner, run.now())
    pace = pace_of(miner.kind)
    if wait := guards.cool_down(past, pace, run.now()) or guards.back_off(past, order, pace, run.now()):
        return Result.later(wait)
    try:
        device = await open_device(miner, run)
        before = await device.read()
    except Refused as error:
        return Result.refused(str(error))
    except DeviceError as error:
        return _away(order, miner, error)
    deed = deed_of(order, before)
    return (
        _stranger(miner, before)
        or checks.unfit(deed, order, before)
        or _unable(deed, order, device.adapter)
        or checks.compared(deed, order, before)
        or await sync_to_async(_stopped)(order, miner, before, past, run)
        or Ready(device, deed, before)
    )


def _away(order: Order, miner: Miner, error: DeviceError) -> Result:
    if miner.switch is None or miner.switch.state != SwitchState.OFF:
        return Result(outcome=Outcome.UNREACHABLE, detail=str(error))
    if order.automated:
        return Result.later(f"Its plug {miner.switch.name} is off.")
    return Result(outcome=Outcome.UNREACHABLE, detail=f"Its plug {miner.switch.name} is off. {error}")


def _stranger(miner: Miner, before: Reading) -> Result | None:
    """Whether it is another device than the one this miner stands for."""
    status = miner.status
    known = Known(mac=miner.mac or None, model=status.model, firmware=status.firmware, hostname=status.hostname)
    found = doubt(known, before)
    if found is None:
        return None
    remedy = "clear the miner's MAC address" if miner.mac else "delete the miner and add it again"
    return Result.refused(
        f"Another device answers at this address ({found}): nothing was written. If it was replaced, {remedy}."
    )


def _unable(deed: Deed, order: Order, adapter: Adapter) -> Result | None:
    """A plug-in may promise what it does not implement."""
    return None if isinstance(adapter, deed.protocol) else Result.refused(f"Its driver has no {order.action}.")


def _stopped(order: Order, miner: Miner, before: Reading, past: Sequence[Past], run: Run) -> Result | None:
    """The last look before a write: a rest after heat, the flash budget, and a gate that closed meanwhile."""
    if wait := resting.holds_back(order, miner, before, run.now()):
        return wait
    if reason := guards.over_budget(past, order):
        ledger.warn_of_budget(miner, reason, run.now())
        return Result.refused(reason)
    return gate.stops(order, gate.state())


async def open_device(miner: Miner, run: Run) -> Device:
    """Raises Refused for an address outside the own network, Unreachable for a name nobody knows."""
    try:
        async with asyncio.timeout(settings.CONFIG.devices.timeout):
            host = await resolve(miner.host, allow_loopback=settings.CONFIG.devices.allow_loopback)
    except ValueError as error:
        raise Refused(f"{error}.") from None
    except TimeoutError:
        raise Unreachable(f"The name {miner.host} was not resolved in time.") from None
    except OSError as error:
        raise Unreachable(f"The name {miner.host} is not known ({error.strerror or error}).") from None
    target = Target(
        kind=miner.kind,
        host=host,
        port=miner.port,
        mac=miner.mac or None,
        options=from_json(miner.status.options),
        web_user=miner.web_user,
        web_password=miner.web_password,
        code_session=lasting(miner.code_session, miner.code_session_until, run.now()),
    )
    return Device(target, run)


class Device:
    """One miner during one order."""

    def __init__(self, target: Target, run: Run) -> None:
        self.run = run
        self.host = target.host  # resolved
        self.options = target.options
        self.adapter = open_adapter(target, run.link)
        self.pace = pace_of(target.kind)

    async def read(self) -> Reading:
        """With the options that are known, where it was not asked for them this time."""
        async with self.run.requests:
            seen = cleaned(await self.adapter.read())
        return seen if seen.options else replace(seen, options=self.options)

    async def do(self, deed: Deed, order: Order, before: Reading) -> Result:
        """Send and read back. A request that broke off may have arrived, so it is read back too."""
        try:
            failure = await self._send(deed, order)
            result = await self.read_back(deed, order, before)
            if self._is_only_stored(deed, order, result) and not gate.stops(order, await sync_to_async(gate.state)()):
                failure = await self._send(DEEDS[Action.RESTART], order)
                result = await self.read_back(deed, order, before)
        except NeedsCode:
            raise
        except Refused as error:
            return Result(outcome=Outcome.REFUSED, detail=str(error), sent=True, reading=before)
        if failure and result.outcome is not Outcome.VERIFIED:
            return replace(result, outcome=Outcome.UNREACHABLE, detail=failure)
        return result

    async def _send(self, deed: Deed, order: Order) -> str:
        """Why it is not known to have arrived; empty when it has. Raises Refused and NeedsCode."""
        try:
            async with self.run.requests:
                await deed.send(self.adapter, order)
        except Refused:
            raise
        except DeviceError as error:
            return str(error)
        return ""

    def _is_only_stored(self, deed: Deed, order: Order, result: Result) -> bool:
        """The new pool is in its settings, but the restart that brings it into use has not come."""
        if order.action is not Action.POOL or result.outcome is Outcome.VERIFIED or result.reading is None:
            return False
        return self.pace.pool_restarts and deed.is_so is not None and deed.is_so(order, result.reading) is True

    async def read_back(self, deed: Deed, order: Order, before: Reading) -> Result:
        """What the next readings say of what was sent, at the latest when the time for it is over."""
        is_pool = order.action is Action.POOL
        restarting = deed.restarts or (is_pool and self.pace.pool_restarts)
        verify_s = self.pace.verify_s.get(order.action, deed.verify_s)
        clock = asyncio.get_running_loop().time
        deadline = clock() + verify_s
        after: Reading | None = None
        while clock() < deadline:
            after = await self._read_quietly()
            if after and has_come(deed, order, before, after, restarting=restarting):
                rests = restarting or (is_pool and not self.pace.pool_live)
                return Result(outcome=Outcome.VERIFIED, sent=True, restarts=rests, reading=after)
            await asyncio.sleep(READ_AGAIN_S)
        return Result(
            outcome=Outcome.UNVERIFIED,
            detail=_doubt(deed, order, after, verify_s),
            sent=True,
            restarts=restarting or is_pool,
            reading=after,
        )

    async def _read_quietly(self) -> Reading | None:
        """None while it does not answer: it may be restarting."""
        try:
            return await self.read()
        except DeviceError:
            return None


def _doubt(deed: Deed, order: Order, after: Reading | None, verify_s: float) -> str:
    if after is not None:
        return f"Accepted, but after {verify_s:g} s its reading still shows {told(order, after)}."
    if order.action is Action.IDENTIFY:
        return "Accepted; there is nothing to read back."
    if deed.restarts or order.action is Action.POOL:
        return "Accepted; it is restarting, and the next readings will show it."
    return f"Accepted, but it did not answer for {verify_s:g} s."

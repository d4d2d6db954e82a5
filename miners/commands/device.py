"""One order to one miner, its lock being held: read, check, compare, send, read back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from asgiref.sync import sync_to_async
from django.conf import settings

from miners.adapters.options import from_json
from miners.adapters.registry import open_adapter
from miners.addresses import resolve
from miners.code_sessions import lasting
from miners.commands import gate, guards, ledger
from miners.commands.deeds import DEEDS, Deed, deed_of, has_come, told
from miners.commands.guards import Past
from miners.commands.order import Order, Result
from miners.commands.paces import pace_of
from miners.commands.run import Run
from miners.contract import Adapter, DeviceError, Reading, Refused, Target, Unreachable
from miners.models import Action, Miner, Outcome
from miners.models.power import SwitchState
from miners.polling.cleaning import cleaned

READ_AGAIN_S = 1.0


async def carry_out(order: Order, miner: Miner, run: Run) -> Result:
    """Do it, or say in one sentence why not. Only errors of our own code leave this function."""
    history = await sync_to_async(ledger.history)(miner, run.now())
    pace = pace_of(miner.kind)
    if wait := guards.cool_down(history, pace, run.now()) or guards.back_off(history, order, pace, run.now()):
        return Result.later(wait)
    try:
        device = Device(miner, run, await _adapter(miner, run))
        before = await device.read()
    except Refused as error:
        return Result.refused(str(error))
    except DeviceError as error:
        return _away(order, miner, error)
    deed = deed_of(order, before)
    if objection := _unfit(deed, order, miner, before, device.adapter):
        return Result.refused(objection)
    return (
        _compared(deed, order, before)
        or await _stopped(order, miner, history, run)
        or await device.do(deed, order, before)
    )


def _away(order: Order, miner: Miner, error: DeviceError) -> Result:
    if miner.switch is None or miner.switch.state != SwitchState.OFF:
        return Result(outcome=Outcome.UNREACHABLE, detail=str(error))
    if order.automated:
        return Result.later(f"Its plug {miner.switch.name} is off.")
    return Result(outcome=Outcome.UNREACHABLE, detail=f"Its plug {miner.switch.name} is off. {error}")


def _unfit(deed: Deed, order: Order, miner: Miner, before: Reading, adapter: Adapter) -> str | None:
    """Why this device must not get this order."""
    if miner.mac and (before.mac or "").lower() != miner.mac.lower():
        return (
            f"Another device answers at this address ({before.mac or 'without an identity'} instead of {miner.mac}): "
            "nothing was written. If it was replaced, clear the miner's MAC address."
        )
    if deed.needs <= before.capabilities and isinstance(adapter, deed.protocol):
        return None
    return f"Its firmware ({before.firmware or 'unknown'}) offers no {order.action.label.lower()}."


def _compared(deed: Deed, order: Order, before: Reading) -> Result | None:
    """Nothing is written to what already is as wanted; the strategy acts only on a clear no."""
    if deed.is_so is None:
        return None
    is_so = deed.is_so(order, before)
    if is_so or (order.automated and has_come(deed, order, before, before, restarting=False)):
        return Result(outcome=Outcome.UNCHANGED, detail=f"Already so: {told(order, before)}.", reading=before)
    if is_so is None and order.automated:
        return Result.later("Its reading does not tell how it is, so nothing was written.")
    return None


async def _stopped(order: Order, miner: Miner, history: Sequence[Past], run: Run) -> Result | None:
    """The last look before a write: the flash budget, and a gate that closed meanwhile."""
    if reason := guards.over_budget(history, order):
        await sync_to_async(ledger.warn_of_budget)(miner, reason, run.now())
        return Result.refused(reason)
    return gate.stops(order, await sync_to_async(gate.state)())


async def _adapter(miner: Miner, run: Run) -> Adapter:
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
    options = miner.status.options
    target = Target(
        kind=miner.kind,
        host=host,
        port=miner.port,
        mac=miner.mac or None,
        options=from_json(options) if options else None,
        web_user=miner.web_user,
        web_password=miner.web_password,
        code_session=lasting(miner.code_session, miner.code_session_until, run.now()),
    )
    return open_adapter(target, run.link)


class Device:
    """One miner during one order."""

    def __init__(self, miner: Miner, run: Run, adapter: Adapter) -> None:
        self.run = run
        self.adapter = adapter
        self.pace = pace_of(miner.kind)

    async def read(self) -> Reading:
        async with self.run.requests:
            return cleaned(await self.adapter.read())

    async def do(self, deed: Deed, order: Order, before: Reading) -> Result:
        """Send and read back. A request that broke off may have arrived, so it is read back too."""
        try:
            failure = await self._send(deed, order)
            result = await self._read_back(deed, order, before)
            if self._is_only_stored(deed, order, result):
                failure = await self._send(DEEDS[Action.RESTART], order)
                result = await self._read_back(deed, order, before)
        except Refused as error:
            return Result(outcome=Outcome.REFUSED, detail=str(error), sent=True, reading=before)
        if failure and result.outcome is not Outcome.VERIFIED:
            return replace(result, outcome=Outcome.UNREACHABLE, detail=failure)
        return result

    async def _send(self, deed: Deed, order: Order) -> str:
        """Why it is not known to have arrived; empty when it has. Raises Refused."""
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

    async def _read_back(self, deed: Deed, order: Order, before: Reading) -> Result:
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

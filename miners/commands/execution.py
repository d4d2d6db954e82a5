"""Carrying out orders: all at once, one at a time per miner and per plug, no outcome ever lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError

from hmm_project import locks
from miners.commands import device, gate, ledger, plug, seeing
from miners.commands.locking import held
from miners.commands.order import Order, Result
from miners.commands.run import Run, running
from miners.models import Command, Miner, Outcome, Switch

WAIT_FOR_LOCK_S = 8  # a poll of this miner may be under way
PATIENCE_S = (0.0, 0.5, 2.0, 4.0)  # before each try to write the ledger

log = logging.getLogger(__name__)


def execute(orders: Sequence[Order], *, now: datetime) -> list[Command]:
    """Carry out the orders and answer a ledger row for each, in their order.

    Miners and plugs are worked on at the same time, each one by itself in the order given. What the strategy finds
    already done, or cannot do just now, is answered but not kept (the row has no primary key).
    """
    return async_to_sync(to_the_end)(_execute(tuple(orders), now)) if orders else []


async def to_the_end(doing: Coroutine[Any, Any, list[Command]]) -> list[Command]:
    """Whoever asked may hang up, which cancels his request: what was begun is finished and kept all the same."""
    work = asyncio.ensure_future(doing)
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            log.info("nobody waits any more for what was ordered; it is finished all the same")
    return work.result()


async def _execute(orders: Sequence[Order], now: datetime) -> list[Command]:
    targets = await sync_to_async(_targets)(orders)
    verdict = await sync_to_async(gate.state)()
    async with running(now) as run:
        return await asyncio.gather(*(_in_turn(order, targets.get(order.subject), verdict, run) for order in orders))


def _targets(orders: Sequence[Order]) -> dict[str, Miner | Switch]:
    miners = Miner.objects.select_related("status", "switch").filter(pk__in={order.miner_id for order in orders})
    switches = Switch.objects.filter(pk__in={order.switch_id for order in orders})
    found: list[Miner | Switch] = [*miners, *switches]
    return {target.subject: target for target in found}


async def _in_turn(order: Order, target: Miner | Switch | None, verdict: str, run: Run) -> Command:
    async with run.turns[order.subject], run.room:
        return await Work.of(order, target, run).attempt(verdict)


def _hang_up() -> None:
    """In the thread whose connection it is: the next query makes a new one."""
    connection.close()


def _broken(error: Exception) -> Result:
    detail = f"It failed inside ({type(error).__name__}), and the log tells more; what the device did is unknown."
    return Result(outcome=Outcome.UNVERIFIED, detail=detail, sent=True)


@dataclass(frozen=True, slots=True)
class Work:
    """One order being carried out."""

    order: Order
    target: Miner | Switch | None
    run: Run
    time: datetime
    began_s: float

    @classmethod
    def of(cls, order: Order, target: Miner | Switch | None, run: Run) -> Work:
        """Beginning now."""
        return cls(order, target, run, run.now(), monotonic())

    async def attempt(self, verdict: str) -> Command:
        if self.target is None:
            return await self.keep(Result.refused("There is no such miner or plug any more."))
        if stopped := gate.stops(self.order, verdict):
            return await self.keep(stopped)
        try:
            async with held(self.order.subject, wait_s=WAIT_FOR_LOCK_S):
                return await self._alone()
        except locks.Busy:
            return await self.keep(Result.later("Something else is being done to it; try again in a few seconds."))
        except RedisError:
            return await self.keep(Result.later("Redis does not answer, so nothing was sent."))

    async def _alone(self) -> Command:
        """The lock being held: the target as it is now, and its ledger row before anybody else's turn."""
        try:
            target = (await sync_to_async(_targets)([self.order])).get(self.order.subject)
        except (DatabaseError, InterfaceError):
            return await self.keep(Result.later("The database does not answer, so nothing was sent."))
        work = replace(self, target=target)
        if target is None:
            return await work.keep(Result.refused("There is no such miner or plug any more."))
        return await work.keep(await work._carry_out(target))

    async def _carry_out(self, target: Miner | Switch) -> Result:
        try:
            if isinstance(target, Miner):
                return await device.carry_out(self.order, target, self.run)
            return await self._turn_plug(target)
        except Exception as error:
            log.exception("%s on %s failed inside", self.order.action, self.order.subject)
            return _broken(error)

    async def _turn_plug(self, switch: Switch) -> Result:
        """All that the order of a plug asks the database comes before its request."""
        try:
            return await plug.carry_out(self.order, switch, self.run)
        except (DatabaseError, InterfaceError):
            return Result.later("The database does not answer, so nothing was sent.")

    async def keep(self, result: Result) -> Command:
        """Write the row, also when the database is away for a moment. The order is done: its outcome is answered
        in any case, and what could not be kept stands in the log."""
        for patience_s in PATIENCE_S:
            await asyncio.sleep(patience_s)
            command = self.row(result)
            try:
                await sync_to_async(ledger.keep)(command, self.order, result)
            except (DatabaseError, InterfaceError):
                log.exception("%s: the ledger could not be written", command)
                await sync_to_async(_hang_up)()
            else:
                await sync_to_async(self._show)(result)
                return command
        lost = self.row(replace(result, detail=f"{result.detail} It could not be written to the ledger.".strip()))
        log.error("not in the ledger: %s %s for %s. %s", lost, lost.argument, lost.actor, lost.detail)
        return lost

    def _show(self, result: Result) -> None:
        """What was seen goes to the pages; where that fails, the next reading does."""
        try:
            seeing.store(self.order, self.target, result, self.run.now())
            if result.sent:
                ledger.announce(self.order)
        except Exception:
            log.exception("what was seen of %s could not be stored", self.order.subject)

    def row(self, result: Result) -> Command:
        took = timedelta(seconds=monotonic() - self.began_s)
        return ledger.row(self.order, self.target, result, time=self.time, took=took)

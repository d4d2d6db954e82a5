"""One order to one plug, its lock being held: read, compare, ask Home Assistant, read until it is so."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from asgiref.sync import sync_to_async

from miners.commands import gate, guards
from miners.commands.history import history
from miners.commands.observed import WANTED
from miners.commands.order import Order, Result
from miners.commands.paces import CAREFUL
from miners.commands.run import Run
from miners.contract import DeviceError, Garbled, Refused, Unreachable
from miners.models import Action, HomeAssistant, Outcome, Switch
from miners.models.power import SwitchState
from miners.power import connecting
from miners.power.client import Client, Entity, TokenRejected, open_client

UNAVAILABLE = "unavailable"
VERIFY_S = 15
READ_AGAIN_S = 0.5


async def carry_out(order: Order, switch: Switch, run: Run) -> Result:
    """Do it, or say in one sentence why not."""
    if await Switch.objects.filter(pk=switch.pk, locked=True).aexists():  # it may have waited for its turn
        return Result.refused(f"{switch.name} is marked never touch.")
    past = await sync_to_async(history)(switch, run.now())
    if wait := guards.back_off(past, order, CAREFUL, run.now()):
        return Result.later(wait)
    home: HomeAssistant | None = None
    try:
        home = await sync_to_async(connecting.usable)()
        async with run.plugs:
            return await _turn(order, switch, home)
    except Refused as error:
        if home and isinstance(error, TokenRejected):
            await sync_to_async(connecting.reject)(home, now=run.now())
        return Result.refused(str(error))
    except DeviceError as error:
        return Result(outcome=Outcome.UNREACHABLE, detail=str(error))


async def _turn(order: Order, switch: Switch, home: HomeAssistant) -> Result:
    wanted = WANTED[order.action]
    async with open_client(connecting.connection(home)) as client:
        before = await client.state(switch.entity_id)
        if before is None:
            return Result.refused(f"Home Assistant knows no {switch.entity_id}.")
        if before.state == wanted:
            return Result(outcome=Outcome.UNCHANGED, detail=f"Already {wanted}.", entity=before)
        if before.state == UNAVAILABLE:
            return Result(outcome=Outcome.UNREACHABLE, detail=f"{switch.entity_id} is unavailable.", entity=before)
        if stop := gate.stops(order, await sync_to_async(gate.state)()):
            return stop
        return await _ask(order, switch, client)


async def _ask(order: Order, switch: Switch, client: Client) -> Result:
    """A request that broke off may have arrived, so its effect is looked for too."""
    wanted = WANTED[order.action]
    failure = ""
    try:
        await client.turn(switch.entity_id, on=wanted is SwitchState.ON)
    except TokenRejected:
        raise
    except Refused as error:
        return Result(outcome=Outcome.REFUSED, detail=str(error), sent=True)
    except DeviceError as error:
        failure = str(error)
    boots = order.action is Action.PLUG_ON
    after = await _read_until(wanted, switch, client)
    if after and after.state == wanted:
        return Result(outcome=Outcome.VERIFIED, sent=True, restarts=boots, entity=after)
    outcome = Outcome.UNREACHABLE if failure else Outcome.UNVERIFIED
    detail = failure or f"Accepted, but after {VERIFY_S} s it is {after.state if after else 'unknown'}."
    return Result(outcome=outcome, detail=detail, sent=True, restarts=boots, entity=after)


async def _read_until(wanted: str, switch: Switch, client: Client) -> Entity | None:
    """The plug as soon as it is as wanted, else as it is when the time is over."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + VERIFY_S
    entity: Entity | None = None
    while clock() < deadline:
        with suppress(Unreachable, Garbled):
            entity = await client.state(switch.entity_id)
            if entity is None or entity.state == wanted:
                return entity
        await asyncio.sleep(READ_AGAIN_S)
    return entity

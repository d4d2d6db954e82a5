"""What the plugs are doing: one request for all of them, then one write of what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q

from hmm_project import live
from miners.contract import DeviceError, Refused
from miners.models import HomeAssistant, Switch
from miners.models.power import SwitchState
from miners.power import connecting, feeding
from miners.power.client import Entity, TokenRejected, open_client

FORGET = timedelta(minutes=2)  # an observation older than this says nothing of now
STALE = timedelta(minutes=15)  # a miner's draw never stands still for so long: its sensor does
ON_OR_OFF = {"on": SwitchState.ON, "off": SwitchState.OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A plug as Home Assistant has it. `power_w` is None without a sensor, or while it has no number."""

    state: SwitchState
    power_w: float | None = None
    failure: str = ""


def observe(switch: Switch, entities: Mapping[str, Entity], as_of: datetime | None = None) -> Observed:
    """Unavailable, unknown and missing are never "off"; watts not renewed lately before `as_of` are not known."""
    entity = entities.get(switch.entity_id)
    if entity is None:
        return Observed(state=SwitchState.UNKNOWN, failure=f"Home Assistant knows no {switch.entity_id}.")
    sensor = entities.get(switch.power_entity_id)
    fresh = sensor if sensor and not _is_stale(sensor, as_of) else None
    return Observed(**_state(entity), power_w=fresh.power_w if fresh else None)


def clock(entities: Mapping[str, Entity]) -> datetime | None:
    """Home Assistant's clock, which may differ from ours: its newest news of anything."""
    return max((entity.reported_at for entity in entities.values() if entity.reported_at), default=None)


def _is_stale(sensor: Entity, as_of: datetime | None) -> bool:
    return as_of is not None and sensor.reported_at is not None and as_of - sensor.reported_at > STALE


def _state(entity: Entity) -> dict[str, Any]:
    state = ON_OR_OFF.get(entity.state)
    if state is None:
        return {"state": SwitchState.UNKNOWN, "failure": f"{entity.entity_id} is {entity.state[:40]}."}
    return {"state": state, "failure": ""}


def read_switches(now: datetime) -> None:
    """Ask Home Assistant for every plug. It is asked nothing where there is no plug or no usable connection."""
    switches = list(Switch.objects.all())
    if not switches:
        return
    try:
        home = connecting.usable()
    except Refused as error:
        forget(switches, str(error), now)
        return
    try:
        entities = async_to_sync(_states)(home)
    except TokenRejected as error:
        connecting.reject(home, now=now)
        forget(switches, str(error), now)
    except DeviceError as error:
        connecting.missed(home, str(error), now=now)
        forget(switches, str(error), now)
    else:
        connecting.seen(home, now=now)
        as_of = clock(entities)
        store({switch: observe(switch, entities, as_of) for switch in switches}, now)


async def _states(home: HomeAssistant) -> dict[str, Entity]:
    async with open_client(connecting.connection(home)) as client:
        return await client.states()


@transaction.atomic
def store(observations: Mapping[Switch, Observed], now: datetime) -> None:
    """Write what was seen, unless a command has read the plug back since, and tell open pages of what is different."""
    changed = []
    for switch, seen in observations.items():
        newer = Q(seen_at=None) | Q(seen_at__lte=now)
        values = {"state": seen.state, "power_w": seen.power_w, "failure": seen.failure}
        written = Switch.objects.filter(newer, pk=switch.pk).update(**values, seen_at=now)
        if written and values != {name: getattr(switch, name) for name in values}:
            changed.append(switch.pk)
    dark = [switch.pk for switch, seen in observations.items() if _goes_dark(switch, seen.state)]
    feeding.went_dark(set(dark) & set(changed), now)
    if changed:
        live.announce("switches-changed", changed)


def forget(switches: Iterable[Switch], reason: str, now: datetime) -> None:
    """After a while without news a plug is unknown: what it was is no longer what it is."""
    old = [
        switch.pk
        for switch in switches
        if switch.state != SwitchState.UNKNOWN and (switch.seen_at is None or now - switch.seen_at > FORGET)
    ]
    if old:
        Switch.objects.filter(pk__in=old).update(state=SwitchState.UNKNOWN, power_w=None, failure=reason)
        live.announce("switches-changed", old)


@transaction.atomic
def store_one(switch: Switch, entity: Entity, now: datetime) -> None:
    """What a command read of one plug. Its sensor is read later; what it said before a change is no longer true."""
    seen = _state(entity)
    if seen["state"] != switch.state:
        seen["power_w"] = None
    Switch.objects.filter(pk=switch.pk).update(**seen, seen_at=now)
    if _goes_dark(switch, seen["state"]):
        feeding.went_dark([switch.pk], now)


def _goes_dark(switch: Switch, state: SwitchState) -> bool:
    return state is SwitchState.OFF and switch.state != SwitchState.OFF

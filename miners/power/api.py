"""/api/power: plugs, and the Home Assistant that switches them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Body, Router, Status
from ninja.errors import HttpError

from hmm_project.access import actor_of
from hmm_project.paging import paged
from miners.commands import Order, execute
from miners.contract import DeviceError, Refused
from miners.controlling import answered
from miners.mapped import Mapped
from miners.models import Action, Command, Switch
from miners.mqtt.api import router as mqtt
from miners.power import asking, connecting, services
from miners.power.schemas import (
    ConnectionIn,
    ConnectionOut,
    EntityOut,
    HomeAssistantOut,
    HomeAssistantPatch,
    SwitchIn,
    SwitchOut,
    SwitchPatch,
    entities_out,
)
from miners.schemas import OutcomeOut

router = Router(tags=["power"])
router.add_router("/mqtt", mqtt)


@router.get("/switches", response=list[SwitchOut])
@paged
def list_switches(request: HttpRequest) -> Mapped[Switch]:
    """Every plug, by name."""
    return Mapped(Switch.objects.prefetch_related("miners"), SwitchOut.of)


@router.post("/switches", response={201: SwitchOut})
def create_switch(request: HttpRequest, body: SwitchIn) -> Status[dict[str, Any]]:
    """Add a plug and link the miners it feeds."""
    switch = services.create_switch(actor=actor_of(request), now=timezone.now(), **body.dict())
    return Status(201, SwitchOut.of(switch))


@router.get("/switches/{int:switch_id}", response=SwitchOut)
def get_switch(request: HttpRequest, switch_id: int) -> dict[str, Any]:
    """One plug."""
    return SwitchOut.of(_switch(switch_id))


@router.patch("/switches/{int:switch_id}", response=SwitchOut)
def patch_switch(request: HttpRequest, switch_id: int, body: SwitchPatch) -> dict[str, Any]:
    """Change a plug or the miners it feeds."""
    changes = body.dict(exclude_unset=True)
    return SwitchOut.of(
        services.update_switch(_switch(switch_id), actor=actor_of(request), now=timezone.now(), **changes)
    )


@router.delete("/switches/{int:switch_id}", response={204: None})
def delete_switch(request: HttpRequest, switch_id: int) -> Status[None]:
    """Forget a plug; it stays as it is, and its miners stay without one."""
    services.delete_switch(_switch(switch_id), actor=actor_of(request), now=timezone.now())
    return Status(204, None)


@router.post("/switches/{int:switch_id}/on", response=OutcomeOut)
def switch_on(request: HttpRequest, switch_id: int) -> Command:
    """Switch a plug on. 409 when it is locked, refused or in SHADOW, 503 when it or Home Assistant is away."""
    return _turn(request, Action.PLUG_ON, _switch(switch_id))


@router.post("/switches/{int:switch_id}/off", response=OutcomeOut)
def switch_off(request: HttpRequest, switch_id: int) -> Command:
    """Switch a plug off, and with it every miner it feeds."""
    return _turn(request, Action.PLUG_OFF, _switch(switch_id))


@router.get("/home-assistant", response=HomeAssistantOut)
def get_home_assistant(request: HttpRequest) -> HomeAssistantOut:
    """The connection, without its token."""
    return HomeAssistantOut.of(connecting.configured())


@router.patch("/home-assistant", response=HomeAssistantOut)
def patch_home_assistant(request: HttpRequest, body: HomeAssistantPatch) -> HomeAssistantOut:
    """Change the connection. Saving a token ends the silence after a rejected one."""
    home = services.save_home_assistant(actor=actor_of(request), now=timezone.now(), **body.dict())
    return HomeAssistantOut.of(home)


@router.post("/home-assistant/test", response=ConnectionOut)
def check_home_assistant(request: HttpRequest, body: Body[ConnectionIn | None] = None) -> ConnectionOut:
    """Ask Home Assistant for a word: with the saved connection, or with another address and its token."""
    values = body or ConnectionIn()
    try:
        message = asking.check_connection(values.url, values.token, verify_tls=values.verify_tls, now=timezone.now())
    except DeviceError as error:
        raise _refusal(error) from None
    return ConnectionOut(message=message)


@router.get("/entities", response=list[EntityOut])
@paged
def list_entities(request: HttpRequest) -> list[EntityOut]:
    """Switches and power sensors Home Assistant has. 409 without a usable connection, 503 when it is away."""
    try:
        found = asking.entities(now=timezone.now())
    except DeviceError as error:
        raise _refusal(error) from None
    linked = asking.linked()
    return entities_out(found, asking.offered(found, linked), linked)


def _refusal(error: DeviceError) -> HttpError:
    return HttpError(409 if isinstance(error, Refused) else 503, str(error))


def _turn(request: HttpRequest, action: Action, switch: Switch) -> Command:
    actor = actor_of(request)
    (command,) = execute([Order(action, actor, f"{actor} asked for it.", switch_id=switch.pk)], now=timezone.now())
    return answered(command)


def _switch(switch_id: int) -> Switch:
    return get_object_or_404(Switch, pk=switch_id)

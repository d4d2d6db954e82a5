"""/api/power/mqtt: the broker through which Home Assistant finds the miners."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Router
from ninja.errors import HttpError

from hmm_project.access import actor_of
from miners.contract import DeviceError, Refused
from miners.mqtt import connecting, services
from miners.mqtt.schemas import MqttOut, MqttPatch, MqttTry
from miners.power.schemas import ConnectionOut

router = Router(tags=["power"])


@router.get("", response=MqttOut)
def get_broker(request: HttpRequest) -> MqttOut:
    """The connection, without its password."""
    return MqttOut.of(connecting.configured(), timezone.now())


@router.patch("", response=MqttOut)
def patch_broker(request: HttpRequest, body: MqttPatch) -> MqttOut:
    """Change the connection. Saving it ends the silence after a rejection."""
    now = timezone.now()
    return MqttOut.of(services.save_broker(actor=actor_of(request), now=now, **body.dict()), now)


@router.post("/test", response=ConnectionOut)
def check_broker(request: HttpRequest, body: Body[MqttTry | None] = None) -> ConnectionOut:
    """Connect and leave again. 409 when the broker says no, 503 when it does not answer."""
    try:
        message = services.check_connection((body or MqttTry()).dict(), now=timezone.now())
    except DeviceError as error:
        raise HttpError(409 if isinstance(error, Refused) else 503, str(error)) from None
    return ConnectionOut(message=message)

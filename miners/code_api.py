"""/api/miners/{id}/code: a person's one-time code."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from hmm_project.access import actor_of
from miners import codes
from miners.contract import DeviceError, Refused
from miners.models import Miner

router = Router(tags=["miners"])


class CodeIn(Schema):
    code: str = Field(max_length=20, description="Six digits of the authenticator app; kept nowhere")


class CodeOut(Schema):
    until: datetime = Field(description="Until then its settings are open")


@router.post("/{int:miner_id}/code", response=CodeOut)
def enter_code(request: HttpRequest, miner_id: int, body: CodeIn) -> CodeOut:
    """Open the settings of a NerdQAxe that wants a one-time code. 409 for a wrong code and in SHADOW, 503 when away.

    Sent to the device once: five wrong codes within a minute lock its settings for five minutes.
    """
    miner = get_object_or_404(Miner, pk=miner_id)
    try:
        until = codes.enter(miner, body.code, actor=actor_of(request), now=timezone.now())
    except Refused as error:
        raise HttpError(409, str(error)) from None
    except DeviceError as error:
        raise HttpError(503, str(error)) from None
    return CodeOut(until=until)

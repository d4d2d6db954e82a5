"""/api/miners: the list, each miner, and its ledger."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status

from hmm_project.access import actor_of
from hmm_project.paging import paged
from miners import services
from miners.code_api import router as codes
from miners.controlling import router as controlling
from miners.mapped import Mapped
from miners.models import Command, FirmwareVersion, Miner, Switch
from miners.schemas import CommandOut, FirmwareOut, MinerFilter, MinerIn, MinerOut, MinerPatch, miner_out
from miners.services import Invalid
from miners.wall import miners_with_status

router = Router(tags=["miners"])
router.add_router("", controlling)
router.add_router("", codes)


@router.get("", response=list[MinerOut])
@paged
def list_miners(request: HttpRequest, wanted: Query[MinerFilter]) -> Mapped[Miner]:
    """Every miner as it is configured, as it was last seen and as it should be, by name."""
    fields = {"kind": "kind", "state": "status__state", "enabled": "enabled"}
    chosen = {fields[name]: value for name, value in wanted.dict(exclude_none=True).items()}
    return Mapped(miners_with_status().filter(**chosen), miner_out)


@router.post("", response={201: MinerOut})
def create_miner(request: HttpRequest, body: MinerIn) -> Status[dict[str, Any]]:
    """Add a miner. It is read within one poll; nothing is asked of it before."""
    miner = services.create_miner(actor=actor_of(request), now=timezone.now(), **_fields(body))
    return Status(201, _shown(miner.pk))


@router.get("/{int:miner_id}", response=MinerOut)
def get_miner(request: HttpRequest, miner_id: int) -> dict[str, Any]:
    """One miner."""
    return _shown(miner_id)


@router.patch("/{int:miner_id}", response=MinerOut)
def patch_miner(request: HttpRequest, miner_id: int, body: MinerPatch) -> dict[str, Any]:
    """Change what its owner configures; what is left out stays as it is."""
    miner = get_object_or_404(Miner, pk=miner_id)
    services.update_miner(miner, actor=actor_of(request), now=timezone.now(), **_fields(body))
    return _shown(miner_id)


@router.delete("/{int:miner_id}", response={204: None})
def delete_miner(request: HttpRequest, miner_id: int) -> Status[None]:
    """Remove a miner; nothing is sent to it, and the ledger keeps what was done."""
    services.delete_miner(get_object_or_404(Miner, pk=miner_id), actor=actor_of(request), now=timezone.now())
    return Status(204, None)


@router.get("/{int:miner_id}/commands", response=list[CommandOut])
@paged
def list_commands(request: HttpRequest, miner_id: int) -> QuerySet[Command]:
    """What was sent to it or asked of it, newest first."""
    return get_object_or_404(Miner, pk=miner_id).commands.all()


@router.get("/{int:miner_id}/firmware", response=list[FirmwareOut])
@paged
def list_firmware(request: HttpRequest, miner_id: int) -> QuerySet[FirmwareVersion]:
    """Which firmware it ran from when on, newest first: the first is what it runs now."""
    return get_object_or_404(Miner, pk=miner_id).firmware_versions.all()


def _shown(miner_id: int) -> dict[str, Any]:
    return miner_out(get_object_or_404(miners_with_status(), pk=miner_id))


def _fields(body: MinerIn | MinerPatch) -> dict[str, Any]:
    """What the request gives, with the plug it names."""
    values = body.dict(exclude_unset=True)
    if "switch_id" not in values:
        return values
    switch_id = values.pop("switch_id")
    switch = None if switch_id is None else Switch.objects.filter(pk=switch_id).first()
    if switch_id is not None and switch is None:
        raise Invalid("switch_id", f"There is no plug {switch_id}.")
    return values | {"switch": switch}

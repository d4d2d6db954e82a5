"""/api/miners/{id}/mode and its like: a person's orders, answered by what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from ninja.errors import HttpError

from hmm_project.access import actor_of
from miners.adapters.modes import Setting
from miners.bulk import order, prepared, sorted_out
from miners.commands import Effect, execute, preview
from miners.models import Action, Command, Miner, Outcome
from miners.schemas import (
    BulkIn,
    BulkOut,
    EffectOut,
    MinerOutcomeOut,
    ModeIn,
    OutcomeOut,
    PreviewOut,
    TuneIn,
    modes_of,
)
from miners.services import Invalid
from miners.tuning import bounds
from miners.wall import miners_with_status

router = Router(tags=["miners"])

HTTP_STATUS = {Outcome.REFUSED: 409, Outcome.SHADOWED: 409, Outcome.UNREACHABLE: 503}


@router.post("/{int:miner_id}/mode", response=OutcomeOut)
def set_mode(request: HttpRequest, miner_id: int, body: ModeIn) -> Command:
    """Set one of its modes. 409 when it refuses or in SHADOW, 422 for a mode it lacks, 503 when it is away."""
    miner = _miner(miner_id)
    allowed = modes_of(miner)
    if allowed and body.mode not in allowed:
        raise Invalid("mode", f"{miner} has no mode {body.mode!r}; it has {', '.join(allowed)}.")
    return _done(request, Action.MODE, miner, mode=body.mode)


@router.post("/{int:miner_id}/tune", response=OutcomeOut)
def tune(request: HttpRequest, miner_id: int, body: TuneIn) -> Command:
    """Set frequency and core voltage together, within what its board supports (422 outside)."""
    miner = _miner(miner_id)
    bounds.require(miner, Setting(body.frequency_mhz, body.core_voltage_mv))
    return _done(request, Action.TUNE, miner, frequency_mhz=body.frequency_mhz, core_voltage_mv=body.core_voltage_mv)


@router.post("/{int:miner_id}/pause", response=OutcomeOut)
def pause(request: HttpRequest, miner_id: int) -> Command:
    """Stop hashing; a device that cannot pause but shut down is shut down."""
    return _done(request, Action.PAUSE, _miner(miner_id))


@router.post("/{int:miner_id}/resume", response=OutcomeOut)
def resume(request: HttpRequest, miner_id: int) -> Command:
    """Hash again; what was shut down is restarted."""
    return _done(request, Action.RESUME, _miner(miner_id))


@router.post("/{int:miner_id}/restart", response=OutcomeOut)
def restart(request: HttpRequest, miner_id: int) -> Command:
    """Restart the device; `unverified` while it is still booting when the answer is sent."""
    return _done(request, Action.RESTART, _miner(miner_id))


@router.post("/{int:miner_id}/identify", response=OutcomeOut)
def identify(request: HttpRequest, miner_id: int) -> Command:
    """Let the device show itself. Cannot be read back: `unverified` is the best answer."""
    return _done(request, Action.IDENTIFY, _miner(miner_id))


@router.post("/bulk", response=BulkOut)
def bulk(request: HttpRequest, body: BulkIn) -> BulkOut:
    """Do one thing to several miners; an outcome for each, whatever becomes of the others."""
    make = prepared(body.action, body.dict(), actor_of(request))
    found = miners_with_status().in_bulk(body.ids)
    orders, refusals = sorted_out(make, found.values())
    commands = dict(zip(orders, execute(list(orders.values()), now=timezone.now()), strict=True))
    items = [_outcome(miner_id, found, commands, refusals) for miner_id in dict.fromkeys(body.ids)]
    return BulkOut(items=items, count=len(items))


@router.post("/bulk/preview", response=PreviewOut)
def preview_bulk(request: HttpRequest, body: BulkIn) -> PreviewOut:
    """What the same request to /bulk would do to each, from what was last seen: nothing is sent or asked."""
    make = prepared(body.action, body.dict(), actor_of(request))
    found = miners_with_status().in_bulk(body.ids)
    orders, refusals = sorted_out(make, found.values())
    effects = dict(zip(orders, preview(list(orders.values()), now=timezone.now()), strict=True))
    items = [_effect(miner_id, found, effects, refusals) for miner_id in dict.fromkeys(body.ids)]
    return PreviewOut(items=items, count=len(items))


def _effect(
    miner_id: int, found: Mapping[int, Miner], effects: Mapping[int, Effect], refusals: Mapping[int, str]
) -> EffectOut:
    name = found[miner_id].name if miner_id in found else ""
    if miner_id in effects:
        effect = effects[miner_id]
        return EffectOut(id=miner_id, name=name, action=effect.order.action, what=effect.what, detail=effect.detail)
    why_not = refusals.get(miner_id, "There is no such miner.")
    return EffectOut(id=miner_id, name=name, action="", what="refused", detail=why_not)


def _outcome(
    miner_id: int, found: Mapping[int, Miner], commands: Mapping[int, Command], refusals: Mapping[int, str]
) -> MinerOutcomeOut:
    name = found[miner_id].name if miner_id in found else ""
    if miner_id in commands:
        command = commands[miner_id]
        return MinerOutcomeOut(id=miner_id, name=name, outcome=command.outcome, detail=command.detail)
    why_not = refusals.get(miner_id, "There is no such miner.")
    return MinerOutcomeOut(id=miner_id, name=name, outcome=Outcome.REFUSED, detail=why_not)


def _done(request: HttpRequest, action: Action, miner: Miner, **argument: Any) -> Command:
    (command,) = execute([order(action, miner, actor_of(request), **argument)], now=timezone.now())
    return answered(command)


def answered(command: Command) -> Command:
    """The command, or the HTTP error that its outcome is."""
    if status := HTTP_STATUS.get(Outcome(command.outcome)):
        raise HttpError(status, command.detail)
    return command


def _miner(miner_id: int) -> Miner:
    return get_object_or_404(miners_with_status(), pk=miner_id)

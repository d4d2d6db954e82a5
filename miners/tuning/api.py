"""/api/miners/profiles, and applying one to a miner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status

from hmm_project.access import actor_of
from hmm_project.paging import paged
from miners.controlling import answered
from miners.mapped import Mapped
from miners.models import Command, TuningProfile
from miners.schemas import OutcomeOut
from miners.services import Invalid
from miners.tuning import fitting, services
from miners.tuning.schemas import ApplyIn, ProfileIn, ProfileOut, ProfilePatch, profile_out
from miners.wall import miners_with_status

router = Router(tags=["tuning profiles"])


@router.get("/profiles", response=list[ProfileOut])
@paged
def list_profiles(request: HttpRequest) -> Mapped[TuningProfile]:
    """Every profile by name, with the miners that run it now."""
    fleet = list(miners_with_status())
    return Mapped(TuningProfile.objects.all(), lambda profile: profile_out(profile, fitting.running(profile, fleet)))


@router.post("/profiles", response={201: ProfileOut})
def create_profile(request: HttpRequest, body: ProfileIn) -> Status[dict[str, Any]]:
    """Keep the present setting of a miner under a name. 422 when it is not known or outside its board's range."""
    miner = miners_with_status().filter(pk=body.from_miner_id).first()
    if miner is None:
        raise Invalid("from_miner_id", f"There is no miner {body.from_miner_id}.")
    profile = services.save_profile(miner, name=body.name, note=body.note, actor=actor_of(request), now=timezone.now())
    return Status(201, _shown(profile))


@router.get("/profiles/{int:profile_id}", response=ProfileOut)
def get_profile(request: HttpRequest, profile_id: int) -> dict[str, Any]:
    """One profile."""
    return _shown(get_object_or_404(TuningProfile, pk=profile_id))


@router.patch("/profiles/{int:profile_id}", response=ProfileOut)
def patch_profile(request: HttpRequest, profile_id: int, body: ProfilePatch) -> dict[str, Any]:
    """Change it; miners that run it stay as they are until it is applied again."""
    profile = get_object_or_404(TuningProfile, pk=profile_id)
    return _shown(services.update_profile(profile, actor=actor_of(request), **body.dict(exclude_unset=True)))


@router.delete("/profiles/{int:profile_id}", response={204: None})
def delete_profile(request: HttpRequest, profile_id: int) -> Status[None]:
    """Forget it; the miners stay as they are set."""
    services.delete_profile(get_object_or_404(TuningProfile, pk=profile_id), actor=actor_of(request))
    return Status(204, None)


@router.post("/{int:miner_id}/profile", response=OutcomeOut)
def apply_profile(request: HttpRequest, miner_id: int, body: ApplyIn) -> Command:
    """Set the miner as the profile says. 422 when it is for another model or outside the board's range, 409 when it is
    refused or in SHADOW, 503 when the miner is away."""
    miner = get_object_or_404(miners_with_status(), pk=miner_id)
    profile = TuningProfile.objects.filter(pk=body.profile_id).first()
    if profile is None:
        raise Invalid("profile_id", f"There is no profile {body.profile_id}.")
    (command,) = services.apply_profile(profile, [miner], actor=actor_of(request), now=timezone.now())
    return answered(command)


def _shown(profile: TuningProfile) -> dict[str, Any]:
    return profile_out(profile, fitting.running(profile, miners_with_status()))

"""/api/discovery: search a network and watch it being searched; who speaks by itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Status
from ninja.errors import HttpError

from hmm_project.paging import paged
from miners.discovery import passive, running, runs
from miners.discovery.known import sightings
from miners.discovery.schemas import FoundOut, NetworkIn, RunOut, TrialIn, TrialOut, found_out, run_out, trial_out
from miners.discovery.trial import try_out
from miners.services import Invalid
from miners.tasks import discover

router = Router(tags=["discovery"])
miners_router = Router(tags=["miners"])


@router.post("", response={202: RunOut})
def search(request: HttpRequest, body: NetworkIn) -> Status[dict[str, Any]]:
    """Search a private network, in the background. One that is being searched already is answered as it stands."""
    try:
        run = running.start(body.network, now=timezone.now(), send=send)
    except running.Refused as error:
        raise Invalid("network", str(error)) from None
    except runs.TooMany as error:
        raise HttpError(409, str(error)) from None
    return Status(202, run_out(run))


@router.get("/heard", response=list[FoundOut])
@paged
def heard(request: HttpRequest) -> list[dict[str, Any]]:
    """NMMiners that broadcast by themselves; nothing is asked of anybody."""
    return [found_out(sighting) for sighting in sightings(passive.heard(now=timezone.now()))]


@router.get("/{int:run_id}", response=RunOut)
def get_search(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """A search, while it runs and for an hour after. `found` grows as devices are recognised."""
    run = runs.get(run_id, now=timezone.now())
    if run is None:
        raise Http404("There is no such search, or it is older than an hour.")
    return run_out(run)


@miners_router.post("/test", response=TrialOut)
def test_connection(request: HttpRequest, body: TrialIn) -> dict[str, Any]:
    """What answers at an address, before it is added; takes some seconds at most. Nothing is kept or changed."""
    return trial_out(try_out(host=body.host, port=body.port, kind=body.kind, now=timezone.now()))


def send(run_id: int) -> None:
    """Give a search to a worker; one that waits too long for it has failed."""
    discover.apply_async((run_id,), expires=runs.SILENT_S)

"""The page that finds miners: what speaks by itself, a search to start and watch, and adding what was ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, page
from miners.discovery import naming, passive, running, runs
from miners.discovery.adding import Choice, NotAdded, add_all
from miners.discovery.api import send
from miners.discovery.known import Sighting, sightings
from miners.discovery.network import suggested
from miners.discovery.runs import Run
from miners.models import Miner

FRAGMENTS = ("run", "heard")
GONE = "It is no longer among what was found; search again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device on the page; `name` as suggested or typed."""

    sighting: Sighting
    name: str
    picked: bool = True
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person has entered so far, and what was wrong with it."""

    network: str = ""
    refusal: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    picked: frozenset[str] | None = None  # None: as suggested
    errors: Mapping[str, str] = field(default_factory=dict)

    def row(self, row: Row) -> Row:
        key = row.sighting.key
        picked = row.picked if self.picked is None else key in self.picked
        return replace(row, name=self.names.get(key, row.name), picked=picked, error=self.errors.get(key, ""))


@require_http_methods(["GET", "POST"])
def discover(request: HtmxHttpRequest) -> HttpResponse:
    """The page, and the start of a search."""
    if request.method != "POST":
        return _page(request, Typed())
    text = request.POST.get("network", "")
    try:
        run = running.start(text, now=timezone.now(), send=send)
    except (running.Refused, runs.TooMany) as error:
        return _page(request, Typed(network=text, refusal=str(error)), status=422)
    return HttpResponseRedirect(f"{reverse('miners-discover')}?run={run.id}")


@require_POST
def add(request: HtmxHttpRequest) -> HttpResponse:
    """Add what was ticked, all of it or nothing."""
    now = timezone.now()
    candidates = {row.sighting.key: row for rows in _lists(_run(request.POST, now), now) for row in rows}
    picked = request.POST.getlist("pick")
    names = {key: request.POST.get(f"name-{key}", row.name) for key, row in candidates.items()}
    typed = Typed(names=names, picked=frozenset(picked))
    if not picked:
        return _page(request, replace(typed, errors={"": "Tick what is to be added."}), status=422)
    if any(key not in candidates for key in picked):
        return _page(request, replace(typed, errors={"": GONE}), status=422)
    choices = {key: Choice(candidates[key].sighting.found, names[key]) for key in picked}
    try:
        made = add_all(choices, actor=actor_of(request), now=now)
    except NotAdded as error:
        reasons = {"": "Nothing was added: the rows below say why.", **error.reasons}
        return _page(request, replace(typed, errors=reasons), status=422)
    sentence = f"{made[0].name} is added." if len(made) == 1 else f"{len(made)} miners are added."
    messages.success(request, f"{sentence} The next reading shows them.", extra_tags="ok")
    return redirect("miners")


def _page(request: HtmxHttpRequest, typed: Typed, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    run = _run(request.POST or request.GET, now)
    found, heard = _lists(run, now)
    context: dict[str, Any] = {
        "run": run,
        "rows": [typed.row(row) for row in found],
        "heard": [typed.row(row) for row in heard],
        "networks": _networks,
        "network": typed.network,
        "refusal": typed.refusal,
        "problem": typed.errors.get("", ""),
    }
    response = page(request, "miners/discover.html", context, fragments=FRAGMENTS)
    response.status_code = status
    return response


def _run(asked: QueryDict, now: datetime) -> Run | None:
    """The search that is asked for, else the last one."""
    number = asked.get("run", "")
    chosen = runs.get(int(number), now=now) if number.isdecimal() and len(number) < 16 else None  # noqa: PLR2004  64 bits
    return chosen or runs.latest(now=now)


def _lists(run: Run | None, now: datetime) -> tuple[list[Row], list[Row]]:
    """What was found; and who broadcasts and is neither among that nor in the list of miners."""
    found = sightings(run.found, run.moved) if run else []
    shown = {sighting.key for sighting in found}
    heard = [each for each in sightings(passive.heard(now=now)) if each.known_as is None and each.key not in shown]
    devices = [sighting.found for sighting in (*found, *heard)]
    names = iter(naming.suggested(devices, Miner.objects.values_list("name", flat=True)) if devices else [])
    return (
        [Row(sighting=sighting, name=next(names)) for sighting in found],
        [Row(sighting=sighting, name=next(names), picked=False) for sighting in heard],
    )


def _networks() -> list[str]:
    """Worth searching, best first."""
    hosts = Miner.objects.order_by("pk").values_list("host", flat=True)
    allowed = settings.CONFIG.devices.allow_loopback
    return [str(network) for network in suggested(hosts, allow_loopback=allowed)]

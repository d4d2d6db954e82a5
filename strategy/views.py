"""The strategy's page: its state, the ladder, the plan, what it decided and why."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, page, refusal, toast
from miners.models import Miner
from pools.models import Pool
from strategy import services
from strategy.contract import Plan
from strategy.models import Decision, EngineState, Strategy
from strategy.table import Rung, Table, plan_table, rungs

RECENT = 12


class View:
    """What the page shows; each part is read when it is drawn, and once."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @cached_property
    def plan(self) -> Plan:
        return services.plan(self.now)

    @cached_property
    def table(self) -> Table:
        names = dict(Miner.objects.filter(enabled=True).values_list("pk", "name"))
        return plan_table(self.plan, names, now=self.now, zone=timezone.get_current_timezone())

    @cached_property
    def ladder(self) -> list[Rung]:
        current = next((slot.band for slot in self.plan.slots if slot.valid_from <= self.now < slot.valid_to), None)
        return rungs(services.bands(), dict(Pool.objects.values_list("pk", "name")), current=current)

    @cached_property
    def settings(self) -> Strategy:
        return Strategy.load()

    @cached_property
    def decisions(self) -> list[Decision]:
        return list(Decision.objects.all()[:RECENT])


@require_GET
def strategy(request: HtmxHttpRequest) -> HttpResponse:
    context = {"view": View(timezone.now())}
    return page(request, "strategy/page.html", context, fragments=("ladder", "plan", "decisions"))


@require_POST
def set_state(request: HtmxHttpRequest) -> HttpResponse:
    """LIVE, SHADOW, or `pause` with a time (empty: until a person says so)."""
    pausing = "pause" in request.POST
    state = EngineState.PAUSED if pausing else request.POST.get("state", "")
    until = parse_datetime(request.POST["pause"]) if request.POST.get("pause") else None
    if state not in EngineState.values or (request.POST.get("pause") and (until is None or until.tzinfo is None)):
        return refusal("Choose LIVE, SHADOW, or PAUSED until a time.")
    try:
        services.set_state(state, until, actor=actor_of(request), now=timezone.now())
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    sentence = _sentence(state, until)
    if request.htmx:
        return toast(HttpResponse(status=204), "ok", sentence)
    messages.success(request, sentence, extra_tags="ok")
    return redirect(_back(request))


def _sentence(state: str, until: datetime | None) -> str:
    if state == EngineState.LIVE:
        return "LIVE: the strategy now switches miners."
    if state == EngineState.SHADOW:
        return "SHADOW: the strategy decides, nothing is written to any device."
    return f"PAUSED until {timezone.localtime(until):%H:%M}." if until else "PAUSED until you say so."


def _back(request: HtmxHttpRequest) -> str:
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "strategy"

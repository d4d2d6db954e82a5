"""The miners' pages: table, one miner, its form, its buttons."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hmm_project.access import actor_of
from hmm_project.journal.models import Event
from hmm_project.pages import HtmxHttpRequest, page
from miners.bulk_offers import groups
from miners.contract import State
from miners.controls import controls
from miners.health import report
from miners.list_filter import ListFilter
from miners.models import Miner
from miners.services import delete_miner
from miners.tuning.forms import SaveForm
from miners.tuning.panel import panel
from miners.wall import card, cards, miners_with_status

PER_PAGE = 100
RECENT = 15


@require_GET
def miners(request: HtmxHttpRequest) -> HttpResponse:
    """Every miner as a table, those that need a person first; and what can be done to many."""
    wanted = ListFilter.of(request.GET)
    found = cards(wanted.apply(miners_with_status()), timezone.now())
    context: dict[str, Any] = {
        "cards": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "families": families,
        "states": list(State),
        "groups": groups,
    }
    return page(request, "miners/list.html", context, fragments=("table",))


def families() -> list[tuple[str, int]]:
    """The kinds of miners there are, and how many of each."""
    return list(Miner.objects.order_by("kind").values_list("kind").annotate(Count("pk")))


@require_GET
def miner(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(miners_with_status(), pk=pk)
    now = timezone.now()
    context: dict[str, Any] = {
        "card": card(found, now),
        "health": partial(report, found, now=now),
        "miner": found,
        "controls": controls(found),
        "panel": partial(panel, found),
        "save_form": SaveForm,
        "firmware_versions": found.firmware_versions.all()[:RECENT],
        "commands": found.commands.all()[:RECENT],
        "events": Event.objects.filter(subject=found.subject)[:RECENT],
    }
    return page(request, "miners/detail.html", context, fragments=("head", "health", "controls", "ledger", "events"))


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Miner, pk=pk)
    delete_miner(found, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{found.name} is removed. The ledger keeps what was done to it.", extra_tags="ok")
    return redirect("miners")

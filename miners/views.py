"""The miners' pages: table, one miner, its form, its buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.journal.models import Event
from hmm_project.pages import HtmxHttpRequest, form_page, page
from miners.controls import controls
from miners.forms import MinerForm
from miners.models import Miner
from miners.services import delete_miner
from miners.wall import card, cards, miners_with_status

PER_PAGE = 100
RECENT = 15


@require_GET
def miners(request: HtmxHttpRequest) -> HttpResponse:
    """Every miner as a table, those that need a person first."""
    found = cards(miners_with_status(), timezone.now())
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "miners/list.html", {"cards": shown}, fragments=("table",))


@require_GET
def miner(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(miners_with_status(), pk=pk)
    context: dict[str, Any] = {
        "card": card(found, timezone.now()),
        "miner": found,
        "controls": controls(found),
        "commands": found.commands.all()[:RECENT],
        "events": Event.objects.filter(subject=found.subject)[:RECENT],
    }
    return page(request, "miners/detail.html", context, fragments=("head", "controls", "ledger", "events"))


@require_http_methods(["GET", "POST"])
def add(request: HtmxHttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Miner, pk=pk))


def _form(request: HtmxHttpRequest, existing: Miner | None) -> HttpResponse:
    form = MinerForm(request.POST or None, miner=existing)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("miner", pk=kept.pk)
    return form_page(request, "miners/form.html", {"form": form, "miner": existing})


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Miner, pk=pk)
    delete_miner(found, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{found.name} is removed. The ledger keeps what was done to it.", extra_tags="ok")
    return redirect("miners")

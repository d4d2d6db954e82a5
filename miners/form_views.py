"""Adding and changing a miner, and the connection test before it is saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page
from miners.discovery.trial import Trial, try_out
from miners.forms import MinerForm
from miners.models import Miner
from miners.services import Invalid

TEMPLATE = "miners/form.html"
FRAGMENTS = ("form",)


@require_http_methods(["GET", "POST"])
def add(request: HtmxHttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Miner, pk=pk))


def _form(request: HtmxHttpRequest, existing: Miner | None) -> HttpResponse:
    if "test" in request.POST:
        return _test(request, existing)
    form = MinerForm(request.POST or None, miner=existing)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("miner", pk=kept.pk)
    return form_page(request, TEMPLATE, {"form": form, "miner": existing}, FRAGMENTS)


def _test(request: HtmxHttpRequest, existing: Miner | None) -> HttpResponse:
    """The same form, with what the device tells where nothing was entered, and what answered. Nothing is saved."""
    form = MinerForm(request.POST, miner=existing)
    entered = form.where()
    try:
        trial = try_out(**entered, now=timezone.now(), miner=existing) if entered else None
    except Invalid as error:
        form.add_error(error.field, error.reason)
        trial = None
    if trial is None:
        return form_page(request, TEMPLATE, {"form": form, "miner": existing}, FRAGMENTS)
    filled = MinerForm(initial=form.typed() | _told(trial, form.typed()), miner=existing)
    context = {"form": filled, "miner": existing, "trial": trial, "entered": entered}
    return form_page(request, TEMPLATE, context, FRAGMENTS)


def _told(trial: Trial, typed: dict[str, Any]) -> dict[str, Any]:
    """What the device answers to the fields that were left empty."""
    if trial.found is None:
        return {}
    told = {"kind": trial.found.kind, "port": trial.found.port, "name": trial.name}
    return {field: value for field, value in told.items() if not typed[field]}

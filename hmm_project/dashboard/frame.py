"""What stands around every page: navigation, status strip, version."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.views.decorators.http import require_GET

from hmm_project.access import is_open
from hmm_project.dashboard.strip import read
from hmm_project.version import VERSION


class Entry(NamedTuple):
    name: str
    url: str | Promise
    icon: str


HOME = Entry("Home", reverse_lazy("home"), "house")
STRATEGY = Entry("Strategy", reverse_lazy("strategy"), "calendar-clock")
MINERS = Entry("Miners", reverse_lazy("miners"), "pickaxe")
POOLS = Entry("Pools", reverse_lazy("pools"), "waves")
COINS = Entry("Coins", reverse_lazy("coins"), "layers")
ENERGY = Entry("Energy", reverse_lazy("energy"), "zap")
LOGS = Entry("Logs", reverse_lazy("logs"), "scroll-text")
MENU = {
    "main": [HOME, STRATEGY, MINERS, POOLS, COINS, ENERGY, LOGS],
    "phone": [HOME, STRATEGY, MINERS, POOLS],
    "more": [COINS, ENERGY, LOGS],
    "themes": [("system", "monitor", "System colours"), ("light", "sun", "Light"), ("dark", "moon", "Dark")],
}


def context(_: HttpRequest) -> dict[str, Any]:
    """The strip is read only where a template shows it."""
    return {
        "menu": MENU,
        "version": VERSION,
        "zone": settings.TIME_ZONE,
        "nobody_logs_in": is_open(),
        "strip": SimpleLazyObject(partial(read, timezone.now())),
    }


@require_GET
def strip(request: HttpRequest) -> HttpResponse:
    """The status strip alone, as htmx fetches it."""
    return render(request, "parts/strip.html#strip")

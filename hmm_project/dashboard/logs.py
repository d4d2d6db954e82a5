"""The log page: open alerts, and events with filter and paging."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from hmm_project.journal.models import Alert, Event, Level
from hmm_project.pages import HtmxHttpRequest, page

PER_PAGE = 50
FILTERS = ("q", "level", "kind", "subject")
LEAST = {Level.WARNING: [Level.WARNING, Level.ERROR], Level.ERROR: [Level.ERROR]}


@require_GET
def logs(request: HtmxHttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip()[:120] for name in FILTERS}
    context = {
        "alerts": Alert.objects.all(),
        "shown": SimpleLazyObject(lambda: Paginator(_events(chosen), PER_PAGE).get_page(request.GET.get("page"))),
        "kinds": Event.objects.order_by("kind").values_list("kind", flat=True).distinct(),
        "chosen": chosen,
        "query": query_of(chosen),
        "first_page": _is_first(request.GET),
    }
    return page(request, "dashboard/logs.html", context, fragments=("alerts", "events"))


def _events(chosen: dict[str, str]) -> QuerySet[Event]:
    events = Event.objects.all()
    if chosen["q"]:
        events = events.filter(Q(message__icontains=chosen["q"]) | Q(name__icontains=chosen["q"]))
    if chosen["level"] in LEAST:
        events = events.filter(level__in=LEAST[Level(chosen["level"])])
    exact = {name: chosen[name] for name in ("kind", "subject") if chosen[name]}
    return events.filter(**exact)


def query_of(chosen: dict[str, str]) -> str:
    """What page links carry on."""
    pairs = {name: value for name, value in chosen.items() if value}
    return f"{urlencode(pairs)}&" if pairs else ""


def _is_first(given: QueryDict) -> bool:
    return given.get("page", "1") == "1"

"""The ledger as a page: every order to a miner or plug, newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from hmm_project.pages import HtmxHttpRequest, page
from miners.models import Action, Command, Miner, Outcome

PER_PAGE = 50
FILTERS = ("miner", "action", "outcome", "actor")
LONGEST = 120


@require_GET
def ledger(request: HtmxHttpRequest) -> HttpResponse:
    """Filtered by miner, action, outcome and who asked. Only the first page renews itself: others would slide away."""
    given = {name: request.GET.get(name, "").strip()[:LONGEST] for name in FILTERS}
    chosen = {name: value for name, value in given.items() if value}
    context = {
        "shown": SimpleLazyObject(lambda: Paginator(_wanted(chosen), PER_PAGE).get_page(request.GET.get("page"))),
        "chosen": chosen,
        "query": f"{urlencode(chosen)}&" if chosen else "",
        "first_page": request.GET.get("page", "1") == "1",
        "miners": Miner.objects.values_list("pk", "name"),
        "actions": Action.choices,
        "outcomes": Outcome.values,
        "actors": Command.objects.order_by("actor").values_list("actor", flat=True).distinct(),
    }
    return page(request, "miners/ledger.html", context, fragments=("commands",))


def _wanted(chosen: dict[str, str]) -> Any:
    """A value that nothing can have finds nothing."""
    miner = chosen.get("miner", "")
    exact: dict[str, Any] = {name: chosen[name] for name in ("action", "outcome", "actor") if name in chosen}
    if miner:
        exact["miner"] = int(miner) if miner.isdecimal() and int(miner) < 2**63 else 0
    return Command.objects.filter(**exact).select_related("miner", "switch")

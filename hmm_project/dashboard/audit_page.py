"""The audit as a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from hmm_project.dashboard.audit import CONFIGURATION, HARDWARE, Audit
from hmm_project.dashboard.logs import query_of
from hmm_project.pages import HtmxHttpRequest, page

PER_PAGE = 50


@require_GET
def audit(request: HtmxHttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").strip()[:120] for name in ("q", "kind")}
    lines = Audit(kind=chosen["kind"], q=chosen["q"])
    context = {
        "shown": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "query": query_of(chosen),
        "kinds": [("", "Everything"), (CONFIGURATION, "Configuration"), (HARDWARE, "Hardware")],
    }
    return page(request, "dashboard/audit.html", context)

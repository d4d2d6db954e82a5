"""What every page view does: one template, its fragments for htmx, and outcomes as toasts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


def page(
    request: HtmxHttpRequest, template: str, context: dict[str, Any], fragments: tuple[str, ...] = ()
) -> HttpResponse:
    """The whole page, or, when htmx asks for one of `fragments` (their ids are their names), just that.

    Values that only one fragment needs are given as query sets or other lazy values: what is not drawn is not read.
    """
    target = request.htmx.target
    if request.htmx and target in fragments:
        template += f"#{target}"
    response = render(request, template, context)
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


def form_page(
    request: HtmxHttpRequest, template: str, context: dict[str, Any], fragments: tuple[str, ...] = ()
) -> HttpResponse:
    """`page` with a form, `context["form"]`: 422 where it comes back with what is wrong in it."""
    response = page(request, template, context, fragments)
    response.status_code = 422 if context["form"].is_bound else 200
    return response


def refusal(message: str) -> HttpResponse:
    """400 with a sentence, which the page shows as a toast. Plain text: it may quote what was sent."""
    return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")


def toast(response: HttpResponse, level: str, message: str) -> HttpResponse:
    """Say the outcome of an action on the page; `level` is ok, info, warn or bad."""
    return trigger_client_event(response, "toast", {"level": level, "message": message})

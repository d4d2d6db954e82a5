"""Flower behind our own log-in: it listens on a UNIX socket only, and staff reach it at /flower/ through this view."""

from __future__ import annotations

import aiohttp
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from yarl import URL

from hmm_project.origin import is_foreign

TIMEOUT = aiohttp.ClientTimeout(total=15)
LARGEST_BODY = 8_000_000
# Everything else stays out, above all our cookies on the way in and theirs on the way out.
REQUEST_HEADERS = (
    "Accept",
    "Accept-Language",
    "Content-Type",
    "If-None-Match",
    "If-Modified-Since",
    "X-Requested-With",
)
RESPONSE_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Last-Modified", "Location")
METHODS = ("GET", "HEAD", "POST")


@csrf_exempt  # Flower's scripts know nothing of our token; the check of the origin stands in for it
async def proxy(request: HttpRequest, **_: str) -> HttpResponse:
    """Pass one request of a staff member on to Flower."""
    if settings.FLOWER_SOCKET is None:
        raise Http404("Flower is switched off in config.yaml")
    if not await sync_to_async(lambda: request.user.is_staff)():
        raise PermissionDenied("Flower is for staff")
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if request.method == "POST" and _is_foreign(request):
        raise PermissionDenied("This request came from another site")
    try:
        return await _pass_on(request)
    except (aiohttp.ClientError, TimeoutError):
        return _plain("Flower does not answer; it may still be starting.", 503)


async def _pass_on(request: HttpRequest) -> HttpResponse:
    headers = {name: value for name in REQUEST_HEADERS if (value := request.headers.get(name))}
    url = URL(f"http://flower{request.get_full_path()}", encoded=True)
    connector = aiohttp.UnixConnector(str(settings.FLOWER_SOCKET))
    async with (
        aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session,
        session.request(
            request.method or "GET", url, headers=headers, data=request.body or None, allow_redirects=False
        ) as answer,
    ):
        body = await answer.content.read(LARGEST_BODY + 1)
        while not answer.content.at_eof() and len(body) <= LARGEST_BODY:
            body += await answer.content.read(LARGEST_BODY + 1 - len(body))
        if len(body) > LARGEST_BODY:
            return _plain("Flower's answer is too long.", 502)
        kept = {name: answer.headers[name] for name in RESPONSE_HEADERS if name in answer.headers}
        return HttpResponse(body, status=answer.status, headers=kept)


def _is_foreign(request: HttpRequest) -> bool:
    return is_foreign(
        origin=request.headers.get("Origin"),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        host=request.get_host(),
        trusted=settings.CSRF_TRUSTED_ORIGINS,
    )


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")

"""What browsers may load: nothing but our own files, and no inline script on our own pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_COMMON = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'; "
)
# Inline style attributes carry values such as a band's colour; style elements stay forbidden.
STRICT = _COMMON + "script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'"
# The admin's Alpine evaluates expressions; Swagger and Flower style themselves.
RELAXED = _COMMON + "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
OTHERS = ("/admin/", "/api/docs", "/flower/")


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = RELAXED if request.path.startswith(OTHERS) else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

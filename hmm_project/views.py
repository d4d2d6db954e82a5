"""Errors, as pages for people and as `{"detail": …}` for programs."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from hmm_project.access import API

AWAY = 503
WORDS = {
    400: ("This request cannot be understood.", "Go back and try again."),
    403: ("This is not allowed.", "The page may have been open for too long: reload it and try again."),
    404: ("There is nothing here.", "It may have been removed, or the address has a mistake in it."),
    500: ("Something went wrong.", "It has been written to the log. Miners go on as they were."),
    503: ("A part of the house does not answer.", "It is being restarted. This page tries again by itself."),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    title, hint = WORDS[status]
    if request.path.startswith(API):
        return JsonResponse({"detail": title}, status=status)
    response = render(request, "access/error.html", {"status": status, "title": title, "hint": hint}, status=status)
    if status == AWAY:
        response.headers["Refresh"] = "5"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled: a database or Redis that is away is back soon."""
    return _answer(request, AWAY if isinstance(sys.exception(), OperationalError | RedisError) else 500)

"""Errors, as pages for people and as `{"detail": …}` for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hmm_project.access import API

WORDS = {
    400: ("This request cannot be understood.", "Go back and try again."),
    403: ("This is not allowed.", "The page may have been open for too long: reload it and try again."),
    404: ("There is nothing here.", "It may have been removed, or the address has a mistake in it."),
    500: ("Something went wrong.", "It has been written to the log. Miners go on as they were."),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    title, hint = WORDS[status]
    if request.path.startswith(API):
        return JsonResponse({"detail": title}, status=status)
    return render(request, "access/error.html", {"status": status, "title": title, "hint": hint}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)

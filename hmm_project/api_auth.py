"""How the API knows who asks: a bearer token, a session with CSRF, or, where nobody logs in, not a foreign page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja.errors import AuthenticationError, AuthorizationError
from ninja.security import APIKeyCookie, HttpBearer

from hmm_project.access import is_open
from hmm_project.origin import is_foreign


class Bearer(HttpBearer):
    """`Authorization: Bearer hmm_…`; the access middleware has already looked the token up."""

    def authenticate(self, request: HttpRequest, token: str) -> User:  # noqa: ARG002
        if getattr(request, "api_token", None) is None:
            raise AuthenticationError(message="This token is not known. Make one in Settings, API tokens.")
        return _user(request)


class Session(APIKeyCookie):
    """The pages' own session; what changes something carries the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        if is_open() or not request.user.is_authenticated:  # 401 before any word about CSRF
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User:  # noqa: ARG002
        return _user(request)


def nobody_logs_in(request: HttpRequest) -> User | None:
    """`security.auth: none`: everybody on this network, but no page of another site through a browser of ours."""
    if not is_open():
        return None
    foreign = is_foreign(
        origin=request.headers.get("Origin"),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        host=request.get_host(),
        trusted=settings.CSRF_TRUSTED_ORIGINS,
    )
    if foreign:
        raise AuthorizationError(message="Requests from pages of other sites are refused.")
    return _user(request)


def _user(request: HttpRequest) -> User:
    """The request's user itself, out of the lazy object that Django wraps it in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the callers above have seen a login
    return user


AUTHENTICATIONS: list[Callable[[HttpRequest], Any]] = [Bearer(), Session(), nobody_logs_in]

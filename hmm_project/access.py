"""Who is asking: a logged-in person, a token, or, without a login, the owner. And where everybody else is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from hmm_project.models import ApiToken
from hmm_project.origin import is_household_host

OWNER = "owner"
LONGEST_ACTOR = 80
API = "/api/"


def is_open() -> bool:
    """Whether config.yaml says `security.auth: none`: everybody on this network is the owner."""
    return bool(settings.CONFIG.security.auth == "none")


def owner() -> User:
    """The account that acts where nobody logs in; made when missing, without a usable password."""
    user = User.objects.filter(username=OWNER).first()
    if user is None:
        user, _ = User.objects.get_or_create(
            username=OWNER,
            defaults={"is_staff": True, "is_superuser": True, "password": UNUSABLE_PASSWORD_PREFIX},
        )
    return user


def needs_setup() -> bool:
    """Whether nobody can log in yet."""
    return not is_open() and not User.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists()


def actor_of(request: HttpRequest) -> str:
    """The acting person's name, for the ledger and the journal; a token's name beside its owner's."""
    name = request.user.get_username() or "anonymous"
    token: ApiToken | None = getattr(request, "api_token", None)
    return (f"{name} (token {token.name})" if token else name)[:LONGEST_ACTOR]


class AccessMiddleware:
    """Answers "who" for every request; sends people without a login to the login or the first-run page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_open():
            if not is_household_host(request.get_host(), settings.ALLOWED_HOSTS):
                return HttpResponseForbidden(
                    "This name is not one of this household's. Add it to web.allowed_hosts in config.yaml.",
                    content_type="text/plain",
                )
            request.user = SimpleLazyObject(owner)  # type: ignore[assignment]
        elif request.path.startswith(API):
            _accept_token(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> HttpResponse | None:
        if request.path.startswith(API) or not getattr(view, "login_required", True) or request.user.is_authenticated:
            return None
        return _to_login(request)


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":  # a redirect would put the login form into a fragment
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("login")})
    if needs_setup():
        return HttpResponseRedirect(reverse("setup"))
    return HttpResponseRedirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}")


def _accept_token(request: HttpRequest) -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    token = ApiToken.find(secret.strip(), now=timezone.now())
    if token is not None:
        request.user = token.user
        request.api_token = token  # type: ignore[attr-defined]

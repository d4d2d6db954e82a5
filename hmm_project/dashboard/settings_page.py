"""The settings page: where everything is configured, and the API tokens."""

from __future__ import annotations

from django import forms
from django.conf import settings as configured
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hmm_project.models import ApiToken
from hmm_project.pages import HtmxHttpRequest, form_page, page
from miners.adapters.registry import PLUGINS


class TokenForm(forms.ModelForm[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["name"]


@require_GET
def settings(request: HtmxHttpRequest) -> HttpResponse:
    return page(request, "dashboard/settings.html", {"flower": configured.CONFIG.flower, "plugins": PLUGINS})


@require_http_methods(["GET", "POST"])
def tokens(request: HtmxHttpRequest) -> HttpResponse:
    """A person's own tokens. A new one is shown once, in the answer that makes it."""
    user = _person(request)
    form, issued = TokenForm(request.POST or None), ""
    if form.is_valid():
        issued, form = ApiToken.issue(form.cleaned_data["name"], user), TokenForm()
    context = {"form": form, "issued": issued, "tokens": ApiToken.objects.filter(user=user)}
    return form_page(request, "dashboard/tokens.html", context)


@require_POST
def remove_token(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=_person(request))
    token.delete()
    messages.success(request, f"The token {token.name} no longer works.", extra_tags="ok")
    return redirect("tokens")


def _person(request: HtmxHttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the access middleware has let nobody else through
    return request.user

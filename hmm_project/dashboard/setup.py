"""The first page a household sees: the owner's account and where electricity is bought."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from energy.forms import TariffForm
from energy.models import OCTOPUS
from hmm_project.access import needs_setup
from hmm_project.forms import OwnerForm
from hmm_project.locks import hold


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Works only while nobody can log in; two people who press at once make one account."""
    if not needs_setup():
        return redirect("home")
    if request.method == "GET":
        return render(request, "access/setup.html", {"form": OwnerForm(), "tariff": TariffForm()})
    with hold("setup", ttl_s=30, wait_s=10):
        return _create(request) if needs_setup() else redirect("login")


def _create(request: HttpRequest) -> HttpResponse:
    form, tariff = OwnerForm(request.POST), _tariff_form(request)
    if not form.is_valid() or (tariff.is_bound and not tariff.is_valid()):
        return render(request, "access/setup.html", {"form": form, "tariff": tariff}, status=422)
    owner = form.keep()
    if tariff.is_bound:
        tariff.keep(actor=owner.username, now=timezone.now())
    login(request, owner)
    return redirect("home")


def _tariff_form(request: HttpRequest) -> TariffForm:
    """Bound only when a region or a postcode was given: electricity can wait."""
    if not (request.POST.get("region") or request.POST.get("postcode")):
        return TariffForm()
    chosen = {name: request.POST.get(name, "") for name in ("region", "postcode")}
    return TariffForm({"source": OCTOPUS, "product": "", **chosen})

"""The plugs' page: Home Assistant, and what it switches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page
from miners.contract import DeviceError
from miners.models import Switch
from miners.plug_forms import HomeAssistantForm, PlugForm
from miners.power import connecting
from miners.power.services import check_connection, delete_switch


@require_http_methods(["GET", "POST"])
def plugs(request: HtmxHttpRequest) -> HttpResponse:
    """The plugs and the connection; POST saves the connection."""
    home = connecting.configured()
    form = HomeAssistantForm(request.POST) if request.method == "POST" else HomeAssistantForm.of(home)
    if form.is_bound and form.is_valid() and form.keep(actor=actor_of(request), now=timezone.now()):
        messages.success(request, "Home Assistant is saved.", extra_tags="ok")
        return redirect("plugs")
    context = {"form": form, "home": home, "plugs": Switch.objects.prefetch_related("miners")}
    return form_page(request, "miners/plugs.html", context, fragments=("list",))


@require_POST
def test(request: HtmxHttpRequest) -> HttpResponse:
    """Ask the saved Home Assistant whether it answers."""
    try:
        messages.success(request, check_connection(now=timezone.now()), extra_tags="ok")
    except DeviceError as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("plugs")


@require_http_methods(["GET", "POST"])
def add(request: HtmxHttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Switch, pk=pk))


def _form(request: HtmxHttpRequest, existing: Switch | None) -> HttpResponse:
    form = PlugForm(request.POST or None, plug=existing)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("plugs")
    return form_page(request, "miners/plug_form.html", {"form": form, "plug": existing})


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    plug = get_object_or_404(Switch, pk=pk)
    delete_switch(plug, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{plug.name} is removed here; the plug stays as it is.", extra_tags="ok")
    return redirect("plugs")

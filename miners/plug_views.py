"""The plugs' page: Home Assistant, and what it switches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page, page, refusal
from miners.commands import Order, execute
from miners.commands.order import PLUG_ACTIONS
from miners.contract import DeviceError
from miners.models import Action, Miner, Switch
from miners.mqtt import connecting as mqtt
from miners.mqtt.standing import standing
from miners.plug_forms import HomeAssistantForm, PlugForm
from miners.power import asking, connecting
from miners.power.services import delete_switch
from miners.power.suggesting import is_power_sensor
from miners.steering import tell


@require_http_methods(["GET", "POST"])
def plugs(request: HtmxHttpRequest) -> HttpResponse:
    """The plugs and the connection; POST saves the connection."""
    home = connecting.configured()
    form = HomeAssistantForm(request.POST) if request.method == "POST" else HomeAssistantForm.of(home)
    if form.is_bound and form.is_valid() and form.keep(actor=actor_of(request), now=timezone.now()):
        messages.success(request, "Home Assistant is saved.", extra_tags="ok")
        return redirect("plugs")
    context = {
        "form": form,
        "home": home,
        "plugs": Switch.objects.prefetch_related("miners"),
        "mqtt": standing(mqtt.configured(), timezone.now()),
    }
    return form_page(request, "miners/plugs.html", context, fragments=("list",))


@require_POST
def test(request: HtmxHttpRequest) -> HttpResponse:
    """Ask the saved Home Assistant whether it answers."""
    try:
        messages.success(request, asking.check_connection(now=timezone.now()), extra_tags="ok")
    except DeviceError as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("plugs")


@require_http_methods(["GET", "POST"])
def add(request: HtmxHttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Switch, pk=pk))


@require_GET
def offered(request: HtmxHttpRequest) -> HttpResponse:
    """The plugs Home Assistant has, and the way out while it cannot be asked."""
    try:
        found = asking.entities(now=timezone.now())
    except DeviceError as error:
        return page(request, "miners/plug_offers.html", {"failure": str(error)}, fragments=("offers",))
    offers = asking.offered(found, asking.linked())
    names = dict(Miner.objects.values_list("pk", "name"))
    context = {
        "offers": [(offer, names.get(offer.miner_id or 0)) for offer in offers],
        "sensors": [entity for entity in found if is_power_sensor(entity)],
    }
    return page(request, "miners/plug_offers.html", context, fragments=("offers",))


def _form(request: HtmxHttpRequest, existing: Switch | None) -> HttpResponse:
    chosen = {} if existing else request.GET.dict()
    form = PlugForm(request.POST or None, plug=existing, initial=chosen)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("plugs")
    return form_page(request, "miners/plug_form.html", {"form": form, "plug": existing})


@require_POST
def turn(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Switch it on or off; blocks until Home Assistant shows it, some seconds."""
    plug = get_object_or_404(Switch, pk=pk)
    action = request.POST.get("action", "")
    if action not in PLUG_ACTIONS:
        return refusal(f"There is no order {action!r} here.")
    actor = actor_of(request)
    order = Order(Action(action), actor, f"{actor} asked for it on the page.", switch_id=plug.pk)
    return tell(request, execute([order], now=timezone.now())[0], redirect("plugs"))


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    plug = get_object_or_404(Switch, pk=pk)
    delete_switch(plug, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{plug.name} is removed here; the plug stays as it is.", extra_tags="ok")
    return redirect("plugs")

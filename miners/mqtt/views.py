"""The broker's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page
from miners.contract import DeviceError
from miners.mqtt import connecting
from miners.mqtt.forms import MqttForm
from miners.mqtt.services import check_connection
from miners.mqtt.standing import standing


@require_http_methods(["GET", "POST"])
def broker(request: HtmxHttpRequest) -> HttpResponse:
    """How the connection stands, and its form; POST saves it."""
    saved = connecting.configured()
    form = MqttForm(request.POST) if request.method == "POST" else MqttForm.of(saved)
    if form.is_bound and form.is_valid() and form.keep(actor=actor_of(request), now=timezone.now()):
        messages.success(request, "The MQTT broker is saved.", extra_tags="ok")
        return redirect("mqtt")
    context = {"form": form, "broker": saved, "mqtt": standing(saved, timezone.now())}
    return form_page(request, "miners/mqtt.html", context, fragments=("mqtt",))


@require_POST
def test(request: HtmxHttpRequest) -> HttpResponse:
    """Try the saved connection."""
    try:
        messages.success(request, check_connection({}, now=timezone.now()), extra_tags="ok")
    except DeviceError as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("mqtt")

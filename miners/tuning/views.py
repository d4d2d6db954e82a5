"""The pages of tuning: a miner's panel, and the profiles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page, page
from miners.bulk import order
from miners.commands import execute
from miners.models import Action, Miner, TuningProfile
from miners.services import Invalid
from miners.steering import answer
from miners.tuning import fitting, services
from miners.tuning.forms import ProfileForm, SaveForm, SaveFromForm, SettingForm
from miners.tuning.panel import panel
from miners.wall import miners_with_status

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def tune(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """What a miner can be set to; GET with both values estimates them, POST orders them."""
    miner = _miner(pk)
    form = SettingForm(request.POST if request.method == "POST" else request.GET or None, miner=miner)
    if request.method == "POST":
        if not form.is_valid():
            return _refused(request, miner, form.complaint)
        argument = {"frequency_mhz": form.setting.frequency_mhz, "core_voltage_mv": form.setting.core_voltage_mv}
        wanted = order(Action.TUNE, miner, actor_of(request), **argument)
        return answer(request, miner, execute([wanted], now=timezone.now())[0])
    chosen = form.setting if form.is_bound and form.is_valid() else None
    context = {"miner": miner, "panel": panel(miner, chosen), "save_form": SaveForm()}
    return page(request, "miners/tune.html", context, fragments=("tune-now", "tune-estimate"))


@require_POST
def save_from(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Keep what this miner is set to now."""
    miner, form = _miner(pk), SaveForm(request.POST)
    if form.is_valid() and (kept := form.save(miner, actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("tuning-profiles")
    return form_page(
        request, "miners/tune.html", {"miner": miner, "panel": panel(miner), "save_form": form, "form": form}
    )


@require_POST
def apply(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Set this miner as a profile says."""
    miner = _miner(pk)
    chosen = request.POST.get("profile", "")
    profile = TuningProfile.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    if profile is None:
        return _refused(request, miner, "Choose a profile.")
    try:
        (command,) = services.apply_profile(profile, [miner], actor=actor_of(request), now=timezone.now())
    except Invalid as error:
        return _refused(request, miner, error.reason)
    return answer(request, miner, command)


@require_http_methods(["GET", "POST"])
def profiles(request: HtmxHttpRequest) -> HttpResponse:
    """Every profile with the miners that run it now; POST keeps the present setting of a miner."""
    form = SaveFromForm(request.POST or None)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request), now=timezone.now())):
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("tuning-profiles")
    return form_page(request, "miners/profiles.html", {"form": form, "rows": _rows}, fragments=("list",))


def _rows() -> list[dict[str, Any]]:
    fleet = list(miners_with_status())
    return [
        {
            "profile": profile,
            "running": fitting.running(profile, fleet),
            "fitting": sum(fitting.fits(profile, miner) for miner in fleet),
        }
        for profile in TuningProfile.objects.all()
    ]


@require_http_methods(["GET", "POST"])
def profile(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """One profile: its form, and the miners it can be applied to."""
    found = get_object_or_404(TuningProfile, pk=pk)
    form = ProfileForm(request.POST or None, profile=found)
    if form.is_valid() and (kept := form.keep(actor=actor_of(request))):
        messages.success(request, f"{kept.name} is saved. Miners stay as they are set.", extra_tags="ok")
        return redirect("tuning-profiles")
    found.refresh_from_db()
    boards = [(miner, fitting.runs(found, miner)) for miner in miners_with_status() if fitting.fits(found, miner)]
    return form_page(request, "miners/profile_form.html", {"form": form, "profile": found, "boards": boards})


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TuningProfile, pk=pk)
    services.delete_profile(found, actor=actor_of(request))
    messages.success(request, f"{found.name} is removed; miners stay as they are set.", extra_tags="ok")
    return redirect("tuning-profiles")


def _miner(pk: int) -> Miner:
    return get_object_or_404(miners_with_status(), pk=pk)


def _refused(request: HttpRequest, miner: Miner, reason: str) -> HttpResponse:
    """422 with the reason: as a toast for htmx, as a page for a plain form."""
    if getattr(request, "htmx", False):
        return HttpResponse(reason, status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    context = {"miner": miner, "panel": panel(miner), "save_form": SaveForm(), "refusal": reason}
    response = page(request, "miners/tune.html", context)  # type: ignore[arg-type]
    response.status_code = UNPROCESSABLE
    return response

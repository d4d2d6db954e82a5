"""The energy page: the price now, the known prices, the tariff."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from energy import services
from energy.chart import PriceChart, draw
from energy.contract import Rate
from energy.forms import TariffForm
from energy.models import REGIONS, TARIFF, Tariff
from energy.prices import known_rates, newest_end
from energy.watching import staleness
from hmm_project.access import actor_of
from hmm_project.locks import Busy
from hmm_project.pages import HtmxHttpRequest, form_page


class View:
    """What the page shows; each part is read when it is drawn, and once."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @cached_property
    def tariff(self) -> Tariff | None:
        return Tariff.objects.filter(pk=TARIFF).first()

    @property
    def region_name(self) -> str:
        return REGIONS.get(self.tariff.region, "") if self.tariff else ""

    @cached_property
    def rates(self) -> list[Rate]:
        """From today's midnight on."""
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        return known_rates(since=midnight, until=self.now + timedelta(days=2))

    @cached_property
    def current(self) -> Rate | None:
        return next((rate for rate in self.rates if rate.valid_from <= self.now < rate.valid_to), None)

    @cached_property
    def following(self) -> list[Rate]:
        return [rate for rate in self.rates if rate.valid_from > self.now]

    @cached_property
    def chart(self) -> PriceChart | None:
        return draw(self.rates, self.now, timezone.get_current_timezone()) if self.rates else None

    @cached_property
    def known_until(self) -> datetime | None:
        return newest_end()

    @cached_property
    def problem(self) -> str | None:
        return staleness(self.now)


@require_http_methods(["GET", "POST"])
def energy(request: HtmxHttpRequest) -> HttpResponse:
    """The page; POST sets the tariff."""
    now = timezone.now()
    view = View(now)
    form = _form(request, view)
    if form.is_bound and form.is_valid():
        tariff = form.keep(actor=actor_of(request), now=now)
        messages.success(request, f"The tariff is {tariff}; its prices follow within seconds.", extra_tags="ok")
        return redirect("energy")
    context = {"view": View(now), "form": form}
    return form_page(request, "energy/page.html", context, fragments=("now", "prices"))


def _form(request: HttpRequest, view: View) -> TariffForm:
    if request.method == "POST":
        return TariffForm(request.POST, request.FILES, tariff=view.tariff)
    return TariffForm(source=request.GET.get("source", ""), tariff=view.tariff)


@require_POST
def refresh(request: HtmxHttpRequest) -> HttpResponse:
    """Fetch prices now."""
    try:
        outcome = services.refresh(timezone.now())
    except Busy:
        messages.info(request, "Prices are being fetched already.", extra_tags="info")
    except Tariff.DoesNotExist:
        messages.warning(request, "Choose your region first.", extra_tags="warn")
    else:
        if outcome.failure:
            messages.error(request, outcome.failure, extra_tags="bad")
        else:
            messages.success(request, f"{outcome.received} half hours received, {outcome.added} new.", extra_tags="ok")
    return redirect("energy")

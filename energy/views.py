"""The energy page: the price now, the known prices, the tariff."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from energy import prices, services
from energy.chart import PriceChart, draw
from energy.contract import Rate
from energy.export import csv_lines
from energy.forms import TariffForm
from energy.models import REGIONS, TARIFF, Tariff
from energy.prices import known_rates, newest_end
from energy.sources.currencies import CURRENCIES
from energy.sources.table import SOURCES, Source
from energy.watching import staleness
from hmm_project.access import actor_of
from hmm_project.locks import Busy
from hmm_project.pages import HtmxHttpRequest, form_page, refusal

AHEAD = timedelta(days=2)
SOON = timedelta(hours=6)


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
        return known_rates(since=midnight, until=self.now + AHEAD)

    @cached_property
    def current(self) -> Rate | None:
        return next((rate for rate in self.rates if rate.valid_from <= self.now < rate.valid_to), None)

    @cached_property
    def following(self) -> list[Rate]:
        return [rate for rate in self.rates if rate.valid_from > self.now]

    @cached_property
    def soon(self) -> list[Rate]:
        """The slots of the next six hours."""
        return [rate for rate in self.following if rate.valid_from < self.now + SOON]

    @cached_property
    def chart(self) -> PriceChart | None:
        """From today's midnight on, with forecasts two days ahead."""
        forecast = prices.forecast(since=self.now, until=self.now + AHEAD)
        if not self.rates and not forecast:
            return None
        return draw(self.rates, self.now, timezone.get_current_timezone(), forecast)

    @cached_property
    def exported(self) -> Rate | None:
        """What is paid now for electricity sent to the grid."""
        return next(iter(prices.export_rates(since=self.now, until=self.now + timedelta(seconds=1))), None)

    @property
    def minor(self) -> str:
        """What prices are counted in: p, ct, öre."""
        return CURRENCIES[self.tariff.currency if self.tariff else prices.POUND].minor

    @property
    def sources(self) -> list[Source]:
        return list(SOURCES.values())

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
    return form_page(request, "energy/page.html", context, fragments=("now", "prices", "tariff"))


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
        messages.warning(request, "Choose where your prices come from first.", extra_tags="warn")
    else:
        if outcome.failure:
            messages.error(request, outcome.failure, extra_tags="bad")
        else:
            messages.success(request, f"{outcome.received} prices received, {outcome.added} new.", extra_tags="ok")
    return redirect("energy")


@require_GET
def prices_csv(request: HttpRequest) -> HttpResponseBase:
    """Known prices as a file: `from` and `to` are times with their zone; all of them where these are left out."""
    try:
        since, until = (_moment(request.GET.get(name)) for name in ("from", "to"))
    except ValueError as error:
        return refusal(f"{error}")
    answer = StreamingHttpResponse(csv_lines(since=since, until=until), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="prices.csv"'
    return answer


def _moment(value: str | None) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value[:40]!r} names no time zone: write …Z.")
    return moment

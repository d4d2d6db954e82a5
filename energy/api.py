"""/api/energy: prices and the tariff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError

from energy import prices, services, uploading
from energy.contract import ForecastRate, SourceError
from energy.models import REGIONS, TARIFF, PriceSlot, Tariff
from energy.schemas import (
    ForecastOut,
    NowOut,
    PriceOut,
    PriceWindow,
    RefreshOut,
    RegionOut,
    SourceOut,
    TariffIn,
    TariffOut,
    UploadOut,
    Window,
)
from energy.sources.table import SOURCES, Source
from energy.watching import staleness
from hmm_project.access import actor_of
from hmm_project.paging import paged

router = Router(tags=["energy"])

NO_TARIFF = "No tariff is set: choose your region first, with PATCH /api/energy/tariff."


@router.get("/prices", response=list[PriceOut])
@paged
def list_prices(request: HttpRequest, window: Query[PriceWindow]) -> QuerySet[PriceSlot]:
    """Known slots of the active tariff that overlap [from, to), in order; without from: from now on."""
    known = prices.export_slots() if window.direction == "export" else prices.slots()
    slots = known.filter(valid_to__gt=window.since or timezone.now()).order_by("valid_from")
    return slots.filter(valid_from__lt=window.until) if window.until else slots


@router.post("/prices", response=UploadOut)
def upload_prices(request: HttpRequest) -> UploadOut:
    """Take a CSV file (the body), all of it or nothing: 422 names the row and the rule."""
    stored = uploading.upload(request.body, actor=actor_of(request), now=timezone.now())
    return UploadOut(added=stored.added, corrected=len(stored.corrections))


@router.get("/forecast", response=list[ForecastOut])
@paged
def list_forecast(request: HttpRequest, window: Query[Window]) -> list[ForecastRate]:
    """What slots may cost, known ones among them; empty unless the tariff has forecasts."""
    since = window.since or timezone.now()
    return prices.forecast(since=since, until=window.until or since + timedelta(days=14))


@router.get("/sources", response=list[SourceOut])
def list_sources(request: HttpRequest) -> list[Source]:
    """Where prices can come from."""
    return list(SOURCES.values())


@router.get("/now", response=NowOut)
def price_now(request: HttpRequest) -> NowOut:
    """The price now and the next known one. An unknown price is null, never zero."""
    now = timezone.now()
    rates = prices.known_rates(since=now, until=now + timedelta(days=2))
    current = next((rate for rate in rates if rate.valid_from <= now), None)
    following = next((rate for rate in rates if rate.valid_from > now), None)
    return NowOut.of(current, following, age_s=_age_s(now), problem=staleness(now))


def _age_s(now: datetime) -> float | None:
    refreshed_at = Tariff.objects.filter(pk=TARIFF).values_list("refreshed_at", flat=True).first()
    return (now - refreshed_at).total_seconds() if refreshed_at else None


@router.post("/refresh", response=RefreshOut)
def refresh(request: HttpRequest) -> RefreshOut:
    """Fetch prices now. 409 without a tariff or while another refresh runs, 503 when the source gives no answer."""
    try:
        outcome = services.refresh(timezone.now())
    except Tariff.DoesNotExist:
        raise HttpError(409, NO_TARIFF) from None
    if outcome.failure:
        raise HttpError(503, outcome.failure)
    return RefreshOut.of(outcome)


@router.get("/tariff", response=TariffOut)
def get_tariff(request: HttpRequest) -> TariffOut:
    """What the household pays by."""
    return TariffOut.of(_tariff())


@router.patch("/tariff", response=TariffOut)
def patch_tariff(request: HttpRequest, body: TariffIn) -> TariffOut:
    """Choose where prices come from; they follow within seconds."""
    chosen = body.dict(exclude_none=True)
    source = chosen.pop("source", None) or _tariff().source
    return TariffOut.of(services.set_tariff(source=source, actor=actor_of(request), now=timezone.now(), **chosen))


@router.get("/region", response=RegionOut)
def region_of_postcode(request: HttpRequest, postcode: str) -> RegionOut:
    """The region of a postcode, asked of Octopus. 503 when it does not tell."""
    try:
        region = services.region_of(postcode, timezone.now())
    except SourceError as error:
        raise HttpError(503, str(error)) from None
    return RegionOut(region=region, name=REGIONS[region])


def _tariff() -> Tariff:
    return Tariff.objects.filter(pk=TARIFF).first() or Tariff()

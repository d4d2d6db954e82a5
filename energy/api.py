"""/api/energy: prices and the tariff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError

from energy import prices, services
from energy.contract import SourceError
from energy.models import REGIONS, TARIFF, PriceSlot, Tariff
from energy.schemas import NowOut, PriceOut, RefreshOut, RegionOut, TariffIn, TariffOut, Window
from energy.watching import staleness
from hmm_project.access import actor_of
from hmm_project.paging import paged

router = Router(tags=["energy"])

NO_TARIFF = "No tariff is set: choose your region first, with PATCH /api/energy/tariff."


@router.get("/prices", response=list[PriceOut])
@paged
def list_prices(request: HttpRequest, window: Query[Window]) -> QuerySet[PriceSlot]:
    """Known half hours of the active tariff that overlap [from, to), in order; without from: from now on."""
    slots = prices.slots().filter(valid_to__gt=window.since or timezone.now()).order_by("valid_from")
    return slots.filter(valid_from__lt=window.until) if window.until else slots


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
    """Choose source, region or product; the prices follow within seconds."""
    known = _tariff()
    chosen = {"source": known.source, "region": known.region, "product": known.product}
    chosen |= body.dict(exclude_none=True)
    return TariffOut.of(services.set_tariff(**chosen, actor=actor_of(request), now=timezone.now()))


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

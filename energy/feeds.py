"""What is fetched of a tariff: its own prices, those of export, and forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from energy.contract import Fetch, Order, Rhythm, SourceError
from energy.models import TARIFF, PriceSlot, Side, Tariff
from energy.refreshing import jitter_of, refresh_due
from energy.sources import octopus
from energy.sources.names import HOME_ASSISTANT, OCTOPUS
from energy.sources.table import SOURCES
from miners.contract import Refused
from miners.power import connecting


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One series of prices. `memory` is the row that remembers how its fetching went."""

    name: str  # empty: the tariff's own
    tariff: Tariff
    memory: Tariff | Side
    series: str
    rhythm: Rhythm
    fetch: Fetch | None
    page: timedelta | None  # how much of the past one fetch may bring; None: it tells none

    @property
    def words(self) -> str:
        return f"{self.name.capitalize()} prices" if self.name else "Prices"

    def kind(self, event: str) -> str:
        """The kind of an event or alert about this feed."""
        return f"{self.name}-{event}" if self.name else event

    def newest_end(self) -> datetime | None:
        newest: datetime | None = PriceSlot.objects.filter(series=self.series).aggregate(at=Max("valid_to"))["at"]
        return newest

    def remember(self, **values: Any) -> None:
        """Write to the memory, unless a person has changed the tariff since it was read."""
        if isinstance(self.memory, Side):
            Side.objects.filter(pk=self.memory.pk).update(**values)
        else:
            Tariff.objects.filter(pk=TARIFF, version=self.tariff.version).update(**values)

    def is_due(self, now: datetime) -> bool:
        interval = timedelta(seconds=settings.CONFIG.intervals.prices)
        jitter = jitter_of(settings.SECRET_KEY)
        history = self.memory.history(self.newest_end())
        return self.fetch is not None and refresh_due(
            now, history, interval=interval, rhythm=self.rhythm, jitter=jitter
        )


def own(tariff: Tariff) -> Feed:
    source = tariff.kind
    return Feed(
        name="",
        tariff=tariff,
        memory=tariff,
        series=tariff.series,
        rhythm=source.rhythm,
        fetch=source.fetch,
        page=source.page,
    )


def export(tariff: Tariff) -> Feed:
    memory, _ = Side.objects.get_or_create(name=Side.Name.EXPORT)
    return Feed(
        name="export",
        tariff=tariff,
        memory=memory,
        series=tariff.export_key,
        rhythm=octopus.RHYTHM,
        fetch=octopus.fetch_export,
        page=SOURCES[OCTOPUS].page,
    )


def feeds(tariff: Tariff) -> Iterator[Feed]:
    """Everything of a tariff that has known prices."""
    yield own(tariff)
    if tariff.export:
        yield export(tariff)


def order(feed: Feed, *, now: datetime, since: datetime, until: datetime | None = None) -> Order:
    """What the feed's source is asked. Raises SourceError where nothing can be asked."""
    tariff = feed.tariff
    asked = Order(
        base=getattr(settings.CONFIG.endpoints, tariff.kind.endpoint, ""),
        since=since,
        until=until,
        now=now,
        region=tariff.region,
        pinned=tariff.product,
        resolved=feed.memory.resolved_product,
        currency=tariff.currency,
        parameters=tariff.parameters,
        secret=tariff.secret,
        zone=ZoneInfo(settings.TIME_ZONE),
    )
    return _of_home_assistant(asked) if tariff.source == HOME_ASSISTANT else asked


def _of_home_assistant(asked: Order) -> Order:
    try:
        home = connecting.usable()
    except Refused as error:
        raise SourceError(str(error)) from None
    return replace(asked, base=home.url, secret=home.token, verify_tls=home.verify_tls)

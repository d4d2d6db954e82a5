"""Fetching prices and keeping them; a failure is remembered and told, and takes nothing away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from energy import repricing
from energy.contract import Answer, Order, SourceError
from energy.feeds import Feed, feeds, order, own
from energy.forecasting import refresh_forecast
from energy.models import TARIFF, Tariff
from energy.refreshing import gap_before, left_alone, window_start
from energy.sources import octopus
from energy.sources.slots import BadRow
from energy.storing import Stored, store
from energy.telling import tell
from hmm_project.journal.models import Level
from hmm_project.journal.services import record
from hmm_project.locks import hold
from miners.power import connecting
from miners.power.client import TokenRejected

LOCK_TTL_S = 5 * octopus.LONGEST_FETCH_S
SHORTEST_WINDOW = timedelta(days=2)
LONGEST_ABSENCE = timedelta(days=366)  # what is filled in after it, page by page
UPLOADED = "These prices come from a file: upload the next one, there is nothing to fetch."
CHANGED = "The tariff was changed meanwhile; the prices of the new one follow."


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOutcome:
    """What a refresh brought. `failure` is one sentence, empty after a good answer."""

    product: str = ""
    received: int = 0
    added: int = 0
    corrected: int = 0
    rejected: int = 0
    newest_end: datetime | None = None
    failure: str = ""


def refresh(now: datetime) -> RefreshOutcome:
    """Fetch what is published now; the answer is about the tariff's own prices.

    Raises Tariff.DoesNotExist while none is set, Busy while another refresh runs.
    """
    with hold("prices", ttl_s=LOCK_TTL_S):
        tariff = Tariff.objects.get(pk=TARIFF)
        outcome, *_ = [refresh_feed(feed, now) for feed in feeds(tariff)]
        refresh_forecast(tariff, now)
        return outcome


def refresh_if_due(now: datetime, *, wait_s: float = 0) -> None:
    """`refresh` of what it is time for; one under way is waited for up to `wait_s`. Raises what `refresh` raises."""
    with hold("prices", ttl_s=LOCK_TTL_S, wait_s=wait_s):
        tariff = Tariff.objects.get(pk=TARIFF)
        for feed in feeds(tariff):
            if feed.is_due(now):
                refresh_feed(feed, now)
        refresh_forecast(tariff, now, only_if_due=True)


def refresh_feed(feed: Feed, now: datetime) -> RefreshOutcome:
    """Fetch one series, and a page of its past where that is missing. Call it with the lock held."""
    newest_end = feed.newest_end()
    if feed.fetch is None:
        return RefreshOutcome(failure=UPLOADED, newest_end=newest_end)
    if left_alone(now, feed.memory.not_before):
        return RefreshOutcome(failure=feed.memory.failure, newest_end=newest_end)
    feed.remember(attempted_at=now)  # so that a process that dies here is not followed at once
    since = window_start(now, newest_end, rhythm=feed.rhythm, longest=feed.page or SHORTEST_WINDOW)
    gap = gap_before(since, newest_end, now=now, longest=LONGEST_ABSENCE) if feed.page else None
    try:
        outcome = _keep(feed, _ask(feed, order(feed, now=now, since=since), now), now, gap)
        if feed.memory.gap_until and feed.memory.gap_from and not outcome.failure:
            _fill(feed, feed.memory.gap_from, feed.memory.gap_until, now)
    except SourceError as error:
        return _remember_failure(feed, error, now)
    return outcome


def _ask(feed: Feed, asked: Order, now: datetime) -> Answer:
    """The source's answer. Raises SourceError."""
    assert feed.fetch is not None  # noqa: S101  the caller has looked

    async def fetch() -> Answer:
        assert feed.fetch is not None  # noqa: S101
        return await feed.fetch(asked)

    try:
        return asyncio.run(fetch())
    except BadRow as error:
        raise SourceError(f"{feed.words} cannot be worked out: {error}.") from None
    except TokenRejected as error:
        connecting.reject(connecting.usable(), now=now)
        raise SourceError(f"{str(error).rstrip('.')}.") from None


@transaction.atomic
def _remember_failure(feed: Feed, error: SourceError, now: datetime) -> RefreshOutcome:
    wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
    feed.remember(
        attempted_at=now,
        failures=feed.memory.failures + 1,
        failure=str(error),
        not_before=now + wait if wait else None,
    )
    if not feed.memory.failures:
        record(now=now, kind=feed.kind("prices-refresh-failed"), level=Level.WARNING, message=str(error))
    return RefreshOutcome(failure=str(error), newest_end=feed.newest_end())


@transaction.atomic
def _keep(feed: Feed, answer: Answer, now: datetime, gap: tuple[datetime, datetime] | None) -> RefreshOutcome:
    if not _still_chosen(feed):
        return RefreshOutcome(failure=CHANGED)
    stored = _store(feed, answer)
    good = {"failures": 0, "failure": "", "not_before": None, "refreshed_at": now, "attempted_at": now}
    if gap:
        good |= {"gap_from": min(gap[0], feed.memory.gap_from or gap[0]), "gap_until": gap[1]}
    feed.remember(**good, resolved_product=answer.product)
    tell(feed, answer, stored, now=now)
    return RefreshOutcome(
        product=answer.product,
        received=len(answer.rates),
        added=stored.added,
        corrected=len(stored.corrections),
        rejected=len(answer.rejected),
        newest_end=feed.newest_end(),
    )


def _fill(feed: Feed, gap_from: datetime, gap_until: datetime, now: datetime) -> None:
    """Fetch the newest page of what is missing; a page without prices is where the past begins. Raises SourceError."""
    since = max(gap_from, gap_until - (feed.page or SHORTEST_WINDOW))
    answer = _ask(feed, order(feed, now=now, since=since, until=gap_until), now)
    with transaction.atomic():
        if _still_chosen(feed):
            _store(feed, answer)
            left = bool(answer.rates) and since > gap_from
            feed.remember(gap_from=gap_from if left else None, gap_until=since if left else None)


def _still_chosen(feed: Feed) -> bool:
    """Whether nobody has changed the tariff since it was read; it cannot be changed until the transaction ends."""
    chosen = Tariff.objects.select_for_update().filter(pk=TARIFF, version=feed.tariff.version)
    return chosen.first() is not None


def _store(feed: Feed, answer: Answer) -> Stored:
    stored = store(feed.series, answer.product, answer.rates)
    if stored.written and not feed.name:
        repricing.stale(*stored.written)
    return stored


def ask_history(since: datetime, *, now: datetime) -> None:
    """Have the past fetched from `since` on, page by page over the next refreshes. Raises Tariff.DoesNotExist."""
    with transaction.atomic():
        feed = own(Tariff.objects.select_for_update().get(pk=TARIFF))
        if feed.page is None:
            raise SourceError(f"{feed.tariff.kind.label} tells no past prices.")
        feed.remember(gap_from=since, gap_until=now)

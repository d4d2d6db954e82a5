"""Keeping what is known of coins current. What cannot be fetched takes nothing away: the last good value stays."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction

from hmm_project.journal.services import close_alert, open_alert
from hmm_project.live import announce
from hmm_project.locks import hold
from miners.models import Miner
from pools.coins import rhythm, web
from pools.coins.asking import Answers, Found, Round, Wanted
from pools.coins.judging import Memory
from pools.figures import Quantity, SourceFailed
from pools.models import Coin, CoinFigure, CoinPrice, CoinService, Pool

LOCK_TTL_S = 300
ALWAYS_FOLLOWED = (Coin.BTC, Coin.BCH)
JUMPED = "coin-figure-jumped"


def refresh(now: datetime) -> Answers:
    """Ask for everything of every coin now. Raises Busy while another refresh runs."""
    with hold("coins", ttl_s=LOCK_TTL_S):
        return _refresh([(coin.value, quantity) for coin in Coin for quantity in rhythm.FETCHED], now)


def refresh_if_due(now: datetime) -> Answers:
    """Ask for what it is time for, of the coins that are followed. Raises Busy while another refresh runs."""
    with hold("coins", ttl_s=LOCK_TTL_S):
        asked = {(row.coin, Quantity(row.quantity)): row.asked_at for row in CoinFigure.objects.all()}
        each = [(coin, quantity) for coin in followed() for quantity in rhythm.FETCHED]
        return _refresh([pair for pair in each if rhythm.is_due(*pair, asked.get(pair), now)], now)


def followed() -> list[str]:
    """Coins that enabled pools mine; BTC and BCH wherever there is a miner. A house without either asks nobody."""
    mined = set(Pool.objects.filter(enabled=True).values_list("coin", flat=True))
    if mined or Miner.objects.filter(enabled=True).exists():
        mined.update(ALWAYS_FOLLOWED)
    return [coin.value for coin in Coin if coin in mined]


def _refresh(wanted: Collection[Wanted], now: datetime) -> Answers:
    if not wanted:
        return Answers()
    memories = {(row.coin, Quantity(row.quantity)): _memory(row) for row in CoinFigure.objects.all()}
    resting = [row.name for row in CoinService.objects.all() if rhythm.left_alone(row.not_before, now)]
    answers = asyncio.run(_ask(wanted, memories, frozenset(resting), now))
    _keep(wanted, answers, now)
    return answers


async def _ask(
    wanted: Iterable[Wanted], memories: Mapping[Wanted, Memory], resting: frozenset[str], now: datetime
) -> Answers:
    async with web.session() as client:
        bases = asdict(settings.CONFIG.endpoints)
        return await Round(client, bases, resting, memories, now).ask(wanted)


def _memory(row: CoinFigure) -> Memory:
    return Memory(
        value=row.value,
        time=row.time,
        suspect=row.suspect,
        suspect_source=row.suspect_source,
        suspect_since=row.suspect_since,
    )


@transaction.atomic
def _keep(wanted: Iterable[Wanted], answers: Answers, now: datetime) -> None:
    rows = {(row.coin, row.quantity): row for row in CoinFigure.objects.select_for_update()}
    for coin, quantity in wanted:
        row = rows.get((coin, quantity)) or CoinFigure(coin=coin, quantity=quantity)
        row.asked_at = now
        if good := answers.good.get((coin, quantity)):
            _believe(row, good, now)
        elif suspect := answers.suspects.get((coin, quantity)):
            _suspect(row, suspect, now)
        row.save()
    for name in answers.answered.keys() - answers.failures.keys():
        fine = {"answered_at": now, "failures": 0, "failure": answers.answered[name], "not_before": None}
        CoinService.objects.update_or_create(name=name, defaults=fine)
    for name, failure in answers.failures.items():
        _remember_failure(name, failure, now)
    announce("coins-changed")


def _believe(row: CoinFigure, found: Found, now: datetime) -> None:
    row.value, row.source, row.time = found.value, found.source, now
    if row.suspect is not None:
        row.suspect, row.suspect_source, row.suspect_since = None, "", None
        message = f"The {row} is {found.value.normalize():f} by {found.source}."
        close_alert(now=now, kind=JUMPED, subject=_subject(row), name=row.coin, message=message)
    if row.quantity == Quantity.PRICE:
        hour = now.replace(minute=0, second=0, microsecond=0)
        price = {"price_gbp": found.value, "source": found.source}
        CoinPrice.objects.get_or_create(coin=row.coin, hour=hour, defaults=price)


def _suspect(row: CoinFigure, found: Found, now: datetime) -> None:
    """The clock of a suspect runs while it is said again and again."""
    known = row.suspect is not None and row.suspect_source == found.source
    row.suspect_since = row.suspect_since if known and row.suspect_since else now
    row.suspect, row.suspect_source = found.value, found.source
    before = f"{row.value.normalize():f}" if row.value is not None else "unknown"
    message = f"{found.source} says the {row} jumped from {before} to {found.value.normalize():f}: not believed yet."
    open_alert(now=now, kind=JUMPED, subject=_subject(row), name=row.coin, message=message)


def _subject(row: CoinFigure) -> str:
    return f"coin:{row.coin}:{row.quantity}"


def _remember_failure(name: str, failure: SourceFailed, now: datetime) -> None:
    row, _ = CoinService.objects.get_or_create(name=name)
    row.failures += 1
    row.failure = str(failure)
    row.not_before = now + rhythm.rest_after(row.failures, failure.retry_after_s)
    row.save()

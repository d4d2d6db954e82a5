"""How many hashes were tried for each coin, counted from the five-minute roll-ups as they become ready.

Telemetry does not say for whom a miner worked: it is the coin of the pool that the miner reports when it is counted.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from miners.models import FiveMinutes, MinerStatus, RollUpMark
from pools.models import CoinWork, Pool

BUCKET = timedelta(minutes=5)
LONGEST_ABSENCE = timedelta(days=1)
GHS = 1e9


@transaction.atomic
def count(now: datetime) -> None:
    """Add what was rolled up since the last time. Buckets without a hashrate, and gaps in them, count nothing."""
    mark = RollUpMark.objects.select_for_update().first()
    if mark is None:
        return
    counted = CoinWork.objects.aggregate(until=Max("counted_until"))["until"] or mark.done_until - BUCKET
    since, until = max(counted, now - LONGEST_ABSENCE), min(mark.done_until, now)
    coins = coins_of_miners()
    if since >= until or not coins:
        return
    hashes: dict[tuple[str, datetime], float] = defaultdict(float)
    for miner_id, start, tried in _tried(coins, since, until):
        hashes[coins[miner_id], start.replace(hour=0, minute=0)] += tried
    for coin in set(coins.values()):
        hashes[coin, until.replace(hour=0, minute=0, second=0, microsecond=0)] += 0  # moves the mark
    for (coin, day), tried in hashes.items():
        row, _ = CoinWork.objects.get_or_create(coin=coin, day=day.date(), defaults={"counted_until": until})
        row.hashes, row.counted_until = row.hashes + tried, until
        row.save()


def coins_of_miners() -> dict[int, str]:
    """The coin of each miner whose reported pool is one of the household's."""
    coins = {pool.address: pool.coin for pool in Pool.objects.all()}
    reported = MinerStatus.objects.filter(pool_url__isnull=False).values_list("miner_id", "pool_url")
    return {miner_id: coins[url.lower()] for miner_id, url in reported if url and url.lower() in coins}


def mined(coin: str, *, since: datetime) -> float:
    """Hashes tried for `coin` from the day of `since` on."""
    rows = CoinWork.objects.filter(coin=coin, day__gte=since.date())
    return sum(rows.values_list("hashes", flat=True))


def _tried(coins: dict[int, str], since: datetime, until: datetime) -> list[tuple[int, datetime, float]]:
    """Miner, start and hashes of each bucket; a reading speaks for one polling interval."""
    spoken_for_s = settings.CONFIG.intervals.poll
    rows = FiveMinutes.objects.filter(
        miner_id__in=coins, start__gte=since, start__lt=until, hashrate_ghs__isnull=False
    ).values_list("miner_id", "start", "hashrate_ghs", "samples")
    longest_s = BUCKET.total_seconds()
    return [
        (miner_id, start, (ghs or 0) * GHS * min(samples * spoken_for_s, longest_s))
        for miner_id, start, ghs, samples in rows
    ]

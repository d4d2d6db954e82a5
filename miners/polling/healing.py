"""Miners whose devices were met at other addresses move there, as soon as it is certain that they left their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from miners import binding
from miners.models import Miner
from miners.moving import Address
from miners.polling import sightings
from miners.polling.observation import Observation
from miners.polling.sightings import Sighting

WHY = "its device answers there now"
FRESH_POLLS = 3


def heal(seen: Sequence[Observation]) -> None:
    """Whatever shards saw of a swap, the last of them puts it right. One look at Redis, when something failed."""
    if not any(one.failure for one in seen):
        return
    sightings.note(seen)
    now = max(one.time for one in seen)
    oldest = now - FRESH_POLLS * timedelta(seconds=settings.CONFIG.intervals.poll)
    met = {pk: sighting for pk, sighting in sightings.known().items() if sighting.time >= oldest}
    if not met:
        return
    gone = _gone(met)
    sightings.forget(binding.settle(gone, now=now, why=WHY) if gone else [])


def _gone(met: dict[int, Sighting]) -> dict[int, Address]:
    """Those that fail at their own address since they were met elsewhere.

    A miner that was never read is not driven from its address: it may be the same device, added a second time.
    """
    touched = Q(pk__in=met) | Q(host__in={sighting.address.host for sighting in met.values()})
    miners = list(Miner.objects.filter(touched).select_related("status"))
    held = {Address(miner.host, miner.port): miner for miner in miners}
    return {
        miner.pk: met[miner.pk].address
        for miner in miners
        if miner.pk in met
        and (miner.status.failures or not miner.enabled)
        and not _read_since(miner, met[miner.pk].time)
        and _yields(held.get(met[miner.pk].address), met[miner.pk].time)
    }


def _read_since(miner: Miner, time: datetime) -> bool:
    return miner.status.seen_at is not None and miner.status.seen_at >= time


def _yields(holder: Miner | None, time: datetime) -> bool:
    return holder is None or (binding.is_known(holder) and not _read_since(holder, time))

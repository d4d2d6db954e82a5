"""The health of miners: read, score, follow. As many queries for all as for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from miners.health.away import away
from miners.health.contract import Bucket, Health
from miners.health.norms import norm_of
from miners.health.score import SPAN as SCORED
from miners.health.score import score
from miners.health.trends import SPAN as FOLLOWED
from miners.health.trends import trends
from miners.health.warnings import warnings
from miners.models import FiveMinutes, Hour, Miner
from miners.models.rollup import RollUp

ROWS_AT_ONCE = 5000  # a fleet's two weeks are never in memory at once


def report(miner: Miner, *, now: datetime) -> Health:
    """One miner's, from its roll-ups up to `now`."""
    (health,) = _reports([miner], now, only=[miner.pk])
    return health


def reports(now: datetime) -> dict[int, Health]:
    """Every enabled miner's."""
    return {health.miner_id: health for health in _reports(list(Miner.objects.filter(enabled=True)), now)}


def _reports(miners: Sequence[Miner], now: datetime, only: Sequence[int] | None = None) -> Iterator[Health]:
    subjects = None if only is None else [miner.subject for miner in miners]
    silent = away(since=now - SCORED, until=now, subjects=subjects)
    norms = {miner.pk: norm_of(miner.kind) for miner in miners}
    names = {miner.pk: miner.subject for miner in miners}
    scored = {pk: score((), silent.get(names[pk], ()), norm) for pk, norm in norms.items()}
    for pk, buckets in _of_each(FiveMinutes, now - SCORED, now, only):
        if pk in norms:
            scored[pk] = score(buckets, silent.get(names[pk], ()), norms[pk])
    followed = {pk: trends(hours, norms[pk]) for pk, hours in _of_each(Hour, now - FOLLOWED, now, only) if pk in norms}
    for pk, judged in scored.items():
        found = followed.get(pk, ())
        yield Health(
            miner_id=pk,
            at=now,
            score=judged.value,
            parts=judged.parts,
            trends=found,
            warnings=warnings(judged, found),
        )


def _of_each(
    model: type[RollUp], since: datetime, until: datetime, only: Sequence[int] | None
) -> Iterator[tuple[int, list[Bucket]]]:
    """Buckets of one miner after the other, in order of time."""
    rows = model._default_manager.filter(start__gte=since, start__lt=until)
    rows = rows if only is None else rows.filter(miner_id__in=only)
    values = rows.order_by("miner_id", "start").values_list("miner_id", *Bucket._fields)
    for pk, group in groupby(values.iterator(chunk_size=ROWS_AT_ONCE), key=itemgetter(0)):
        yield pk, [Bucket(*row[1:]) for row in group]

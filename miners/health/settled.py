"""Which buckets may be judged: those in which a miner only mined, and was not just starting. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from miners.health.contract import Bucket

WIDTH = timedelta(minutes=5)


def settled(buckets: Iterable[Bucket]) -> Iterator[Bucket]:
    """Of buckets in order of time, those after another that was all mining.

    A start after a planned rest ramps up for minutes; if that counted, resting would cost points.
    """
    before: Bucket | None = None
    for bucket in buckets:
        follows = before is not None and before.all_mining and bucket.start - before.start == WIDTH
        if follows and bucket.all_mining:
            yield bucket
        before = bucket

"""How the fleet is cut into shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from miners.models import Miner, MinerStatus

LARGEST = 100


@dataclass(frozen=True, slots=True)
class Shard:
    """Miners that are read together. `key` names its place in the fleet: two shards of one key never run at once."""

    key: str
    ids: list[int]


def shards() -> list[Shard]:
    """Every enabled miner once. Those that failed last time stand in shards of their own, at the end.

    A shard takes as long as its slowest device: so a silent one costs its time-out among its like, not among the well.
    """
    rows = list(Miner.objects.filter(enabled=True).order_by("pk").values_list("pk", "status__failures"))
    _give_status([pk for pk, failures in rows if failures is None])
    well = [pk for pk, failures in rows if not failures]
    failing = [pk for pk, failures in rows if failures]
    return [*_cut("well", well), *_cut("failing", failing)]


def _give_status(ids: list[int]) -> None:
    """A miner made in the admin has no status row yet."""
    if ids:
        MinerStatus.objects.bulk_create([MinerStatus(miner_id=pk) for pk in ids], ignore_conflicts=True)


def _cut(name: str, ids: list[int]) -> Iterator[Shard]:
    for start in range(0, len(ids), LARGEST):
        yield Shard(f"{name}-{start // LARGEST}", ids[start : start + LARGEST])

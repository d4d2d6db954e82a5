"""The band ladder: every price is in exactly one band."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from strategy.contract import BandRule

BOTTOM = Decimal("-Infinity")


@dataclass(frozen=True, slots=True)
class Ladder:
    """Bands, cheapest first. Only lower edges exist, so there is no gap and no overlap; the lowest has none below."""

    bands: tuple[BandRule, ...]
    edges: tuple[Decimal, ...]  # where every band but the lowest begins
    keys: tuple[str, ...]
    fingerprint: str  # another one: a price may lead elsewhere than before

    @classmethod
    def of(cls, rules: Iterable[BandRule]) -> Ladder:
        by_edge = {BOTTOM if rule.lower_pence is None else rule.lower_pence: rule for rule in rules}
        edges = sorted(by_edge)
        bands = tuple(by_edge[edge] for edge in edges)
        fingerprint = " ".join(f"{band.key}:{band.action}{'*' * band.champion}" for band in bands)
        return cls(bands, tuple(edges[1:]), tuple(band.key for band in bands), fingerprint)

    def level(self, price_pence: Decimal) -> int:
        """The place of the band that holds this price; a price on an edge belongs to the band it begins."""
        return bisect_right(self.edges, price_pence)

    def level_of(self, key: str | None) -> int | None:
        return self.keys.index(key) if key in self.keys else None

"""Prices by time, known or not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from energy.contract import Rate
from strategy.contract import Slot

HALF_HOUR = timedelta(minutes=30)


class Prices:
    """Finds the slot of any moment. Where no price is known, slots are half-hours between the known ones."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._rates = sorted(rates)
        self._starts = [rate.valid_from for rate in self._rates]

    def slot(self, at: datetime) -> Slot:
        place = bisect_right(self._starts, at)
        before = self._rates[place - 1] if place else None
        if before and before.valid_to > at:
            return Slot(before.valid_from, before.valid_to, before.price_pence)
        start = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
        end = start + HALF_HOUR
        if before:
            start = max(start, before.valid_to)
        if place < len(self._rates):
            end = min(end, self._starts[place])
        return Slot(start, end, None)

    def price(self, at: datetime) -> Decimal | None:
        return self.slot(at).price_pence

    @property
    def known_until(self) -> datetime | None:
        return max((rate.valid_to for rate in self._rates), default=None)

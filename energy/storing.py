"""Keeping an answer's rates: what is new is added, what differs is corrected, what is missing stays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from energy.contract import Rate
from energy.models import PriceSlot

MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Correction:
    """A price that was published before and reads differently now."""

    rate: Rate
    before_pence: Decimal

    @property
    def sentence(self) -> str:
        return f"{self.rate.valid_from:%Y-%m-%d %H:%M} UTC: {self.before_pence:f}p, now {self.rate.price_pence:f}p"


@dataclass(frozen=True, slots=True)
class Stored:
    added: int
    corrections: tuple[Correction, ...]
    written: tuple[datetime, datetime] | None = None  # from the first to the end of the last slot that was written


def store(series: str, product: str, rates: Sequence[Rate]) -> Stored:
    """Write what differs of `rates`, which are in order. Call it inside a transaction that holds the tariff's row.

    A stored slot that lies across one of them without beginning with it gives way: slots became longer or shorter.
    """
    if not rates:
        return Stored(0, ())
    between = PriceSlot.objects.filter(
        series=series, valid_to__gt=rates[0].valid_from, valid_from__lt=rates[-1].valid_to
    )
    held = {slot.valid_from: slot for slot in between}
    differing = [rate for rate in rates if not _same(held.get(rate.valid_from), rate, product)]
    PriceSlot.objects.filter(pk__in=_across(held, rates)).delete()
    PriceSlot.objects.bulk_create(
        [
            PriceSlot(
                series=series,
                valid_from=rate.valid_from,
                valid_to=rate.valid_to,
                price_pence=rate.price_pence,
                product=product,
            )
            for rate in differing
        ],
        batch_size=MOST_AT_ONCE,
        update_conflicts=True,
        unique_fields=["series", "valid_from"],
        update_fields=["valid_to", "price_pence", "product"],
    )
    corrections = tuple(
        Correction(rate, before.price_pence)
        for rate in differing
        if (before := held.get(rate.valid_from))
        and before.product == product  # another product's prices are others, not corrected
        and before.price_pence != rate.price_pence
    )
    written = (differing[0].valid_from, differing[-1].valid_to) if differing else None
    return Stored(sum(rate.valid_from not in held for rate in differing), corrections, written)


def _same(slot: PriceSlot | None, rate: Rate, product: str) -> bool:
    if slot is None:
        return False
    return (slot.valid_to, slot.price_pence, slot.product) == (rate.valid_to, rate.price_pence, product)


def _across(held: dict[datetime, PriceSlot], rates: Sequence[Rate]) -> list[int]:
    """The stored slots that overlap a rate and begin at another time."""
    starts = [rate.valid_from for rate in rates]
    taken = set(starts)
    found = []
    for start, slot in held.items():
        last = bisect_left(starts, slot.valid_to) - 1  # the last rate that begins before the slot ends
        if start not in taken and last >= 0 and rates[last].valid_to > start:
            found.append(slot.pk)
    return found

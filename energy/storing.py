"""Keeping an answer's rates: what is new is added, what differs is corrected, what is missing stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from energy.contract import Rate
from energy.models import PriceSlot


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


def store(series: str, product: str, rates: Sequence[Rate]) -> Stored:
    """Write what differs of `rates`, which are in order. Call it inside a transaction that holds the tariff's row."""
    if not rates:
        return Stored(0, ())
    window = (rates[0].valid_from, rates[-1].valid_from)
    held = {slot.valid_from: slot for slot in PriceSlot.objects.filter(series=series, valid_from__range=window)}
    differing = [rate for rate in rates if not _same(held.get(rate.valid_from), rate, product)]
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
    return Stored(sum(rate.valid_from not in held for rate in differing), corrections)


def _same(slot: PriceSlot | None, rate: Rate, product: str) -> bool:
    if slot is None:
        return False
    return (slot.valid_to, slot.price_pence, slot.product) == (rate.valid_to, rate.price_pence, product)

"""Made-up Agile prices: a pure function of region and slot, shaped like the real ones.

Octopus' formula: wholesale price times D, plus P from 16:00 to 19:00 local time, at most 95.23 p before VAT. The
wholesale price has two bumps a day, cheap nights, and windy days on which some slots are negative.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=30)
ZONE = ZoneInfo("Europe/London")
VAT = Decimal("1.05")
CAP_PENCE = Decimal("95.23")  # before VAT
CENT = Decimal("0.01")
PEAK_HOURS = range(16, 19)
WINDY_ONE_DAY_IN = 6
WINDY_DROP = 7.5

# region: D, and P in pence
FORMULA: Mapping[str, tuple[float, float]] = {
    "A": (2.1, 13),
    "B": (2.0, 14),
    "C": (2.0, 12),
    "D": (2.2, 13),
    "E": (2.1, 11),
    "F": (2.1, 12),
    "G": (2.1, 12),
    "H": (2.1, 12),
    "J": (2.2, 12),
    "K": (2.2, 12),
    "L": (2.3, 11),
    "M": (2.0, 13),
    "N": (2.1, 13),
    "P": (2.4, 12),
}

# what Outgoing Agile pays in a region: factor, pence, and pence more at the peak
OUTGOING: Mapping[str, tuple[float, float, float]] = {
    "A": (0.95, 1.09, 7.04),
    "B": (0.94, 0.78, 6.27),
    "C": (0.95, 1.30, 5.93),
    "D": (0.97, 1.26, 5.97),
    "E": (0.94, 0.77, 6.50),
    "F": (0.95, 0.87, 4.88),
    "G": (0.96, 1.10, 5.89),
    "H": (0.94, 0.93, 7.05),
    "J": (0.94, 1.09, 7.41),
    "K": (0.94, 0.97, 5.46),
    "L": (0.93, 0.83, 7.14),
    "M": (0.96, 0.72, 5.78),
    "N": (0.97, 0.90, 3.85),
    "P": (0.96, 1.36, 2.68),
}

# wholesale pence at each hour of a usual day, as a share of the day's level
SHAPE = (
    *(0.72, 0.66, 0.62, 0.58, 0.60, 0.72, 0.95, 1.15, 1.22, 1.10, 0.98, 0.88),
    *(0.82, 0.76, 0.78, 0.90, 1.10, 1.30, 1.38, 1.28, 1.12, 1.00, 0.90, 0.80),
)

Curve = Callable[[str, datetime], Decimal | None]  # pence before VAT of the slot that starts then


def made_up(shift: timedelta = timedelta(0)) -> Curve:
    """The made-up curve; with `shift` everything happens so much later in the day."""
    return lambda region, slot: pence_before_vat(region, slot - shift)


@lru_cache(maxsize=65_536)
def pence_before_vat(region: str, slot: datetime) -> Decimal:
    factor, peak = FORMULA[region]
    local = slot.astimezone(ZONE)
    price = factor * wholesale_pence(local) + (peak if local.hour in PEAK_HOURS else 0)
    return min(Decimal(price).quantize(CENT), CAP_PENCE)


@lru_cache(maxsize=65_536)
def outgoing_pence(region: str, slot: datetime) -> Decimal:
    """What is paid for what is sent to the grid: never below nothing, without VAT."""
    factor, more, peak = OUTGOING[region]
    local = slot.astimezone(ZONE)
    price = factor * wholesale_pence(local) + more + (peak if local.hour in PEAK_HOURS else 0)
    return max(Decimal(price).quantize(CENT), Decimal(0))


def wholesale_pence(local: datetime) -> float:
    """The same for every region, as on the exchange."""
    day = local.date()
    level = 5.2 + 4.2 * _luck(day, "level")
    hour = local.hour + local.minute / 60
    before, after = SHAPE[local.hour], SHAPE[(local.hour + 1) % 24]
    usual = level * (before + (after - before) * (hour - local.hour))
    calm = 0.6 * (_luck(day, f"slot {local:%H:%M}") - 0.5)
    return usual + calm - (_wind(day, hour) if windy(day) else 0)


def windy(day: date) -> bool:
    return int(_luck(day, "wind") * WINDY_ONE_DAY_IN) == 0


def with_vat(pence: Decimal) -> Decimal:
    return pence * VAT


def from_csv(file: Path, *, starts: date | None, today: date) -> Curve:
    """Observed prices (columns valid_from, value_exc_vat): the file's day `starts` is served as `today`."""
    with file.open(encoding="utf-8", newline="") as lines:
        prices = {
            datetime.fromisoformat(row["valid_from"]).astimezone(UTC): Decimal(row["value_exc_vat"])
            for row in csv.DictReader(lines)
        }
    if not prices:
        raise ValueError(f"{file} holds no prices")
    first = starts or min(prices).date() + timedelta(days=1)
    move = timedelta(days=(first - today).days)
    return lambda _region, slot: prices.get(slot + move)


def _wind(day: date, hour: float) -> float:
    """How far a windy night and noon press the price: deepest at 3 and at 13."""
    strength = WINDY_DROP * (0.6 + 0.5 * _luck(day, "strength"))
    night = max(0.0, 1 - abs(hour - 3) / 4)
    noon = max(0.0, 1 - abs(hour - 13) / 3)
    return strength * max(night, noon)


def _luck(day: date, what: str) -> float:
    """Always the same number from 0 up to 1 for the same day and question."""
    digest = hashlib.sha256(f"{day} {what}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32

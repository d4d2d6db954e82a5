"""The plan and the ladder as pages show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from strategy.contract import BandAction, BandRule, Plan, PlanSlot, Power
from strategy.looks import look

UNKNOWN_ROWS = 2
MOST_COLUMNS = 10  # miners with a column each; a larger fleet is counted


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    style: str
    because: str


@dataclass(frozen=True, slots=True)
class Row:
    slot: PlanSlot
    cells: tuple[Cell, ...]
    running: int
    now: bool
    new_day: str  # the day's name where it begins

    @property
    def key(self) -> str:
        return f"{self.slot.valid_from:%Y%m%dT%H%MZ}"


@dataclass(frozen=True, slots=True)
class Table:
    names: tuple[tuple[int, str], ...]  # of the columns; none for a large fleet
    rows: tuple[Row, ...]
    kwh: float
    pence: Decimal | None


@dataclass(frozen=True, slots=True)
class Rung:
    """A band of the ladder, in words."""

    name: str
    color: str
    edges: str
    does: str
    modes: tuple[tuple[str, str], ...]
    pool: str
    current: bool


def priced_part(plan: Plan, tail: int) -> tuple[PlanSlot, ...]:
    """The slots up to the last known price, and `tail` more; none while no price is known."""
    last = max((index for index, slot in enumerate(plan.slots) if slot.known), default=None)
    return () if last is None else plan.slots[: last + 1 + tail]


def plan_table(plan: Plan, names: Mapping[int, str], *, now: datetime, zone: tzinfo) -> Table:
    columns = tuple(names.items()) if len(names) <= MOST_COLUMNS else ()
    rows, day = [], ""
    slots = priced_part(plan, UNKNOWN_ROWS)
    for slot in slots:
        named = f"{slot.valid_from.astimezone(zone):%A}"
        rows.append(_row(slot, columns, now, "" if named == day else named))
        day = named
    known = [slot.expected_pence for slot in slots if slot.expected_pence is not None]
    return Table(
        columns,
        tuple(rows),
        sum(slot.expected_kwh for slot in slots if slot.known),
        sum(known, Decimal(0)) if known else None,
    )


def _row(slot: PlanSlot, columns: Sequence[tuple[int, str]], now: datetime, new_day: str) -> Row:
    by_miner = {miner.miner_id: miner for miner in slot.miners}
    decisions = [by_miner.get(miner_id) for miner_id, _ in columns]
    cells = tuple(Cell(*look(each), each.because if each else "") for each in decisions)
    running = sum(miner.power == Power.ON for miner in slot.miners)
    return Row(slot, cells, running, slot.valid_from <= now < slot.valid_to, new_day)


def rungs(bands: Sequence[BandRule], pools: Mapping[int, str], *, current: BandRule | None) -> list[Rung]:
    """The ladder, dearest band first, as a ladder stands."""
    upper: Decimal | None = None
    found = []
    for band in sorted(bands, key=lambda band: (band.lower_pence is not None, band.lower_pence), reverse=True):
        found.append(_rung(band, upper, pools, current))
        upper = band.lower_pence
    return found


def _rung(band: BandRule, upper: Decimal | None, pools: Mapping[int, str], current: BandRule | None) -> Rung:
    pool = pools.get(band.pool_id, "a pool that is gone") if band.pool_id is not None else ""
    is_current = current is not None and current.key == band.key
    return Rung(band.name, band.color, _edges(band.lower_pence, upper), _does(band), _modes(band), pool, is_current)


def _edges(lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is None:
        return "every price" if upper is None else f"below {_pence(upper)}"
    return f"{_pence(lower)} and dearer" if upper is None else f"{_pence(lower)} to {_pence(upper)}"


def _pence(value: Decimal) -> str:
    return f"{value.normalize():f}p"


def _does(band: BandRule) -> str:
    if band.action == BandAction.OFF:
        return "All off"
    return "Champion only" if band.champion else "Mine"


def _modes(band: BandRule) -> tuple[tuple[str, str], ...]:
    """By family; a champion runs in its lowest mode whatever stands here."""
    if band.action == BandAction.OFF or band.champion:
        return ()
    return tuple(band.modes.items())

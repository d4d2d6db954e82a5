"""What the miners cost and what switching them saved, by day, month, miner or slot. Days are the household's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from django.utils import timezone

from energy.ledger import sums
from energy.ledger.baseline import Mined, mining_watts
from energy.ledger.sums import Piece, midnight

BY = ("day", "month", "miner", "slot")
LONGEST = timedelta(days=5 * 366)
LONGEST_OF_SLOTS = timedelta(days=32)
WS_PER_KWH = 3_600_000
MICRO = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One day, month, miner or slot. Money in pence (the hundredth part of the tariff's currency), below zero: earned.

    `cost_pence` is of the energy whose price is known, None where no price is; `unpriced_kwh` is the rest.
    `baseline_pence` is what the same priced time would have cost had every miner always mined, and `saved_pence` that
    less its cost; both leave out miners and days of which nothing tells their mining watts, None: nothing of any.
    """

    name: str  # "2026-11-22", "2026-11", the miner's name, or the slot's start
    start: datetime
    end: datetime
    miner_id: int | None = None
    kwh: float = 0
    kwh_wall: float = 0
    kwh_device: float = 0
    kwh_estimate: float = 0
    unpriced_kwh: float = 0
    cost_pence: Decimal | None = None
    baseline_pence: Decimal | None = None
    saved_pence: Decimal | None = None
    ths: float | None = None  # terahashes
    pence_per_th: float | None = None
    measured_s: float = 0
    unmeasured_s: float = 0  # miner-seconds of which nobody knows
    mining_s: float = 0


@dataclass(frozen=True, slots=True)
class Today:
    """The local day so far. None: not known; `unpriced_kwh` is not in the cost."""

    kwh: float | None = None
    cost_pence: Decimal | None = None
    saved_pence: Decimal | None = None
    ths: float | None = None
    unpriced_kwh: float = 0


@dataclass(frozen=True, slots=True)
class _Priced:
    """A piece with what it would have cost had the miner always mined."""

    piece: Piece
    baseline_pence: Decimal | None


def costs(since: datetime, until: datetime, by: str = "day") -> list[CostRow]:
    """Rows for the slots that begin in [since, until), in order of time or name. Three queries.

    Raises ValueError for an unknown `by`, and for a span that is empty or too long.
    """
    _check(since, until, by)
    zone = timezone.get_default_timezone()
    names = sums.miners()
    pieces = (sums.slots if by == "slot" else sums.days)(since, until, zone)
    label = _labels(by, since, until, zone, names)
    groups: dict[CostRow, list[_Priced]] = defaultdict(list)
    for priced in _with_baseline(pieces, sums.mined(since, until, zone), names):
        groups[label(priced.piece)].append(priced)
    rows = [_summed(row, group) for row, group in groups.items()]
    return sorted(rows, key=lambda row: (row.start, row.name.casefold(), row.miner_id or 0))


def today(now: datetime) -> Today:
    """Since the local midnight."""
    zone = timezone.get_default_timezone()
    rows = costs(midnight(now.astimezone(zone).date(), zone), now + timedelta(seconds=1))
    if not rows:
        return Today()
    (row,) = rows
    return Today(row.kwh, row.cost_pence, row.saved_pence, row.ths, row.unpriced_kwh)


def _check(since: datetime, until: datetime, by: str) -> None:
    if by not in BY:
        raise ValueError(f"`by` must be one of {', '.join(BY)}, not {by!r}")
    if until <= since:
        raise ValueError("`to` must be after `from`")
    longest = LONGEST_OF_SLOTS if by == "slot" else LONGEST
    if until - since > longest:
        raise ValueError(f"by {by}, `from` and `to` may be {longest.days} days apart at most")


def _labels(
    by: str, since: datetime, until: datetime, zone: tzinfo, names: dict[int, tuple[str, float | None]]
) -> Callable[[Piece], CostRow]:
    """What names the row that a piece belongs to."""

    def day(piece: Piece) -> CostRow:
        return _period(f"{piece.day}", piece.day, piece.day + timedelta(days=1), zone)

    def month(piece: Piece) -> CostRow:
        first = piece.day.replace(day=1)
        return _period(f"{first:%Y-%m}", first, (first + timedelta(days=32)).replace(day=1), zone)

    def miner(piece: Piece) -> CostRow:
        name, _ = names.get(piece.miner_id, (f"removed miner {piece.miner_id}", None))
        return CostRow(name=name, start=since, end=until, miner_id=piece.miner_id)

    def slot(piece: Piece) -> CostRow:
        assert piece.start is not None  # noqa: S101  asked for by slot
        assert piece.end is not None  # noqa: S101
        start = piece.start.astimezone(UTC)
        return CostRow(name=f"{start:%Y-%m-%dT%H:%MZ}", start=start, end=piece.end)

    return {"day": day, "month": month, "miner": miner, "slot": slot}[by]


def _period(name: str, first: date, following: date, zone: tzinfo) -> CostRow:
    start, end = (midnight(day, zone).astimezone(UTC) for day in (first, following))
    return CostRow(name=name, start=start, end=end)


def _with_baseline(
    pieces: Iterable[Piece], mined: dict[int, dict[date, Mined]], names: dict[int, tuple[str, float | None]]
) -> Iterable[_Priced]:
    for piece in pieces:
        _, estimate_w = names.get(piece.miner_id, ("", None))
        watts = mining_watts(mined.get(piece.miner_id, {}), piece.day, estimate_w)
        unknown = watts is None or piece.pence_s is None
        yield _Priced(piece, None if unknown else _pence((watts or 0) * (piece.pence_s or 0) / WS_PER_KWH))


def _summed(row: CostRow, group: list[_Priced]) -> CostRow:
    pieces = [priced.piece for priced in group]
    known = [priced for priced in group if priced.baseline_pence is not None]
    cost = _known(piece.cost_pence for piece in pieces)
    baseline = _known(priced.baseline_pence for priced in known)
    paid = _known(priced.piece.cost_pence for priced in known)
    kwh, priced_ths = sum(piece.kwh for piece in pieces), sum(piece.priced_ths or 0 for piece in pieces)
    hashes = [piece.ths for piece in pieces if piece.ths is not None]
    return replace(
        row,
        kwh=kwh,
        kwh_wall=sum(piece.kwh_wall for piece in pieces),
        kwh_device=sum(piece.kwh_device for piece in pieces),
        kwh_estimate=sum(piece.kwh_estimate for piece in pieces),
        unpriced_kwh=max(0.0, round(kwh - sum(piece.priced_kwh or 0 for piece in pieces), 9)),
        cost_pence=cost,
        baseline_pence=baseline,
        saved_pence=None if baseline is None or paid is None else baseline - paid,
        ths=sum(hashes) if hashes else None,
        pence_per_th=float(cost) / priced_ths if cost is not None and priced_ths else None,
        measured_s=sum(piece.measured_s for piece in pieces),
        unmeasured_s=sum(piece.unmeasured_s for piece in pieces),
        mining_s=sum(piece.mining_s for piece in pieces),
    )


def _known(values: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None where none is known."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal()).quantize(MICRO) if known else None


def _pence(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(MICRO)

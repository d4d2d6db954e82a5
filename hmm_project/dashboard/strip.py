"""The status strip on top of every page, in a handful of cheap queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from energy.prices import rate_at
from hmm_project.journal.models import Alert, Level
from miners.contract import State
from miners.models import MinerStatus
from strategy.models import Band, Decision, EngineState, Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What the enabled miners do together. Power counts those that answer; some do not say."""

    total: int = 0
    mining: int = 0
    hashrate_ghs: float | None = None
    power_w: float | None = None
    polled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    state: str
    paused_until: datetime | None
    price_pence: Decimal | None
    band: str
    color: str | None
    band_until: datetime | None
    because: str
    fleet: Fleet
    alerts: int
    error: bool  # the worst open alert is an error
    choices: list[PauseChoice]


@dataclass(frozen=True, slots=True)
class PauseChoice:
    label: str
    until: datetime | None

    @property
    def value(self) -> str:
        return self.until.isoformat() if self.until else ""


def read(now: datetime) -> Strip:
    strategy = Strategy.load()
    state = strategy.state_at(now)
    decision = Decision.objects.first()
    band = decision.band if decision else ""
    rate = rate_at(now)
    alerts = Alert.objects.aggregate(number=Count("pk"), errors=Count("pk", filter=Q(level=Level.ERROR)))
    return Strip(
        state=state,
        paused_until=strategy.paused_until if state == EngineState.PAUSED else None,
        price_pence=rate.price_pence if rate else None,
        band=band,
        color=Band.objects.filter(name=band).values_list("color", flat=True).first() if band else None,
        band_until=_band_until(decision, now),
        because=decision.because if decision else "",
        fleet=read_fleet(),
        alerts=alerts["number"],
        error=bool(alerts["errors"]),
        choices=pause_choices(now),
    )


def _band_until(decision: Decision | None, now: datetime) -> datetime | None:
    """When the next change comes, as the last decision saw it."""
    change = decision.record.get("next_change") if decision else None
    at = parse_datetime(change["at"]) if change else None
    return at if at and at > now else None


def read_fleet() -> Fleet:
    mining = Q(state=State.MINING)
    answering = Q(state__in=[State.MINING, State.PAUSED])
    found = MinerStatus.objects.filter(miner__enabled=True).aggregate(
        total=Count("pk"),
        mining=Count("pk", filter=mining),
        hashrate_ghs=Sum("hashrate_ghs", filter=mining),
        measured_w=Sum("power_w", filter=answering),
        estimated_w=Sum("miner__estimated_power_w", filter=mining & Q(power_w=None)),
        polled_at=Max("polled_at"),
    )
    powers = [power for power in (found.pop("measured_w"), found.pop("estimated_w")) if power is not None]
    return Fleet(**found, power_w=sum(powers) if powers else None)


def pause_choices(now: datetime) -> list[PauseChoice]:
    """How long a person may pause the strategy for."""
    local = timezone.localtime(now)
    slot = local.replace(minute=30 * (local.minute // 30), second=0, microsecond=0) + timedelta(minutes=30)
    tomorrow = local.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return [
        PauseChoice("for 30 minutes", now + timedelta(minutes=30)),
        PauseChoice(f"until the next slot, {slot:%H:%M}", slot),
        PauseChoice("until tomorrow, 07:00", tomorrow),
        PauseChoice("until I say so", None),
    ]

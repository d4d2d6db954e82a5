"""Everything a decision needs, read in a fixed number of queries into frozen values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from energy.prices import known_rates
from miners.models import Miner, Switch
from miners.models.power import SwitchState
from pools.models import Pool
from strategy import memory
from strategy.contract import EngineState, PoolFacts, SafeAction, Settings, Snapshot, SwitchFacts
from strategy.efficiencies import efficiencies
from strategy.facts import miner_facts
from strategy.ladder import bands
from strategy.models import ONLY, Memory, Strategy

AHEAD = timedelta(days=3)  # farther than prices are published
FRESH = timedelta(minutes=3)  # an observation older than this says nothing of now


def gather(now: datetime) -> Snapshot:
    """The snapshot of `now`. Seven queries, however many miners; two more when efficiencies are measured anew."""
    switches = _settings(Strategy.load(), now)
    ladder = bands()
    champions = switches.champion_mode_enabled and any(band.champion for band in ladder)
    measured = efficiencies(now) if champions else {}
    since = now - max(FRESH, timedelta(seconds=3 * settings.CONFIG.intervals.poll))
    miners = Miner.objects.select_related("status")
    remembered = Memory.objects.filter(pk=ONLY).values_list("state", flat=True).first()
    return Snapshot(
        now=now,
        zone=timezone.get_default_timezone(),
        settings=switches,
        bands=ladder,
        rates=tuple(known_rates(since=now, until=now + AHEAD)),
        miners=tuple(miner_facts(miner, measured.get(miner.pk, {}), since=since) for miner in miners),
        switches=tuple(_switch(switch, since) for switch in Switch.objects.all()),
        pools=tuple(PoolFacts(id=p.pk, name=p.name, address=p.address, enabled=p.enabled) for p in Pool.objects.all()),
        memory=memory.from_json(remembered or {}),
    )


def _settings(strategy: Strategy, now: datetime) -> Settings:
    return Settings(
        state=EngineState(strategy.state_at(now)),
        gain_pence=Decimal(strategy.gain_pence),
        dwell=timedelta(minutes=strategy.dwell_minutes),
        hold=timedelta(minutes=strategy.hold_minutes),
        missing_price_action=SafeAction(strategy.missing_price_action),
        champion_mode_enabled=strategy.champion_mode_enabled,
        prefer_soft_off=strategy.prefer_soft_off,
    )


def _switch(switch: Switch, since: datetime) -> SwitchFacts:
    fresh = switch.seen_at is not None and switch.seen_at >= since
    known = fresh and switch.state != SwitchState.UNKNOWN
    return SwitchFacts(
        id=switch.pk,
        name=switch.name,
        on=switch.state == SwitchState.ON if known else None,
        locked=switch.locked,
        observed_at=switch.seen_at,
    )

"""Rows of a small house: a tariff with prices, miners as they were last seen, plugs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from energy.models import TARIFF, PriceSlot, Tariff
from miners.adapters.options import to_json
from miners.contract import Capability, Options, Preset, State
from miners.models import DesiredState, Miner, MinerStatus, Switch
from miners.models.power import SwitchState
from strategy.models import Strategy

NOW = datetime(2026, 1, 14, 12, 10, tzinfo=UTC)
SLOT = datetime(2026, 1, 14, 12, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
MODES = {
    "eco": Preset(frequency_mhz=400, core_voltage_mv=1060, power_w=10.0, hashrate_ghs=800.0),
    "standard": Preset(frequency_mhz=525, core_voltage_mv=1150, power_w=17.0, hashrate_ghs=1000.0),
    "oc": Preset(frequency_mhz=625, core_voltage_mv=1250, power_w=24.0, hashrate_ghs=1200.0),
}
SEEN = {
    "state": State.MINING,
    "mode": "eco",
    "power_w": 11.0,
    "hashrate_ghs": 800.0,
    "pool_url": "pool.example:3333",
    "capabilities": [Capability.MODE, Capability.POOL, Capability.PAUSE],
    "options": to_json(Options(modes=MODES)),
}


def priced(drawing: str, start: datetime = SLOT) -> None:
    """Known prices, one half-hour a word; `?` is none."""
    tariff, _ = Tariff.objects.get_or_create(pk=TARIFF, defaults={"source": "octopus", "region": "A"})
    PriceSlot.objects.all().delete()
    for i, word in enumerate(drawing.split()):
        begins = start + i * HALF_HOUR
        if word != "?":
            PriceSlot.objects.create(
                series=tariff.key, valid_from=begins, valid_to=begins + HALF_HOUR, price_pence=word
            )


def owned(name: str, *, at: datetime = NOW, kind: str = "bitaxe", **seen: Any) -> Miner:
    """A miner that was just read, mining in eco, unless told otherwise; `seen` may be columns of its status."""
    own = {key: seen.pop(key) for key in ("enabled", "switch", "estimated_power_w") if key in seen}
    host = f"192.168.1.{Miner.objects.count() + 10}"
    miner = Miner.objects.create(name=name, kind=kind, host=host, port=80, **own)
    MinerStatus.objects.create(miner=miner, **{"polled_at": at, "seen_at": at, **SEEN, **seen})
    DesiredState.objects.create(miner=miner)
    return miner


def plugged(name: str, state: SwitchState = SwitchState.ON, *, at: datetime = NOW, **more: Any) -> Switch:
    return Switch.objects.create(name=name, entity_id=f"switch.{name.lower()}", state=state, seen_at=at, **more)


def live(**settings: Any) -> None:
    Strategy.objects.filter(pk=Strategy.load().pk).update(state="LIVE", **settings)


def seen_again(at: datetime, **changes: Any) -> None:
    """Every miner and plug was read again."""
    MinerStatus.objects.update(polled_at=at, seen_at=at, **changes)
    Switch.objects.update(seen_at=at)

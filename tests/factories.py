"""Households as pages see them: miners of every family in every state, a day with a negative slot and a dear peak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import cos, pi, sin
from typing import Any

from django.contrib.auth.models import User

from energy.models import TARIFF, PriceSlot, Tariff
from hmm_project.journal.models import Alert, Event
from miners.adapters.options import to_json
from miners.contract import Options, Preset
from miners.models import Command, DesiredState, Miner, MinerStatus, Switch, Telemetry
from pools.models import Pool
from strategy.default_ladder import DEFAULT_LADDER
from strategy.ladder import fields
from strategy.models import Band

WALLET = "bc1qexampleexampleexampleexampleexample00"
AXEOS_MODES = {
    "eco": Preset(frequency_mhz=400, core_voltage_mv=1000, power_w=10.8, hashrate_ghs=816),
    "standard": Preset(frequency_mhz=525, core_voltage_mv=1150, power_w=18.8, hashrate_ghs=1071),
    "turbo": Preset(frequency_mhz=600, core_voltage_mv=1200, power_w=23.4, hashrate_ghs=1224),
    "oc": Preset(frequency_mhz=625, core_voltage_mv=1250, power_w=26.4, hashrate_ghs=1275),
}
NANO_MODES = {"low": Preset(level=0), "med": Preset(level=1), "high": Preset(level=2)}


@dataclass(frozen=True, slots=True)
class Kin:
    """A family: port, modes, what it can do, and figures it typically shows."""

    port: int
    modes: dict[str, Preset]
    capabilities: list[str]
    figures: dict[str, Any] = field(default_factory=dict)


KINDS = {
    "bitaxe": Kin(
        80,
        AXEOS_MODES,
        ["mode", "pool", "pause", "restart", "tune", "identify"],
        {
            "hashrate_ghs": 1182.4, "expected_hashrate_ghs": 1224.0, "power_w": 18.4, "temperature_c": 61.2,
            "vr_temperature_c": 66.0, "model": "Gamma 601", "firmware": "v2.14.1", "mode": "standard",
            "frequency_mhz": 525.0, "core_voltage_mv": 1150.0,
        },
    ),
    "nerdqaxe": Kin(
        80,
        AXEOS_MODES,
        ["mode", "pool", "restart", "shutdown", "tune"],
        {
            "hashrate_ghs": 4811.0, "expected_hashrate_ghs": 4900.0, "power_w": 77.6, "temperature_c": 58.0,
            "model": "NerdQAxe++", "firmware": "v1.0.36", "mode": "standard",
            "frequency_mhz": 525.0, "core_voltage_mv": 1150.0,
        },
    ),
    "avalon_nano": Kin(
        4028,
        NANO_MODES,
        ["mode", "pool", "restart"],
        {
            "hashrate_ghs": 3920.0, "expected_hashrate_ghs": 4000.0, "power_w": 89.0, "temperature_c": 72.0,
            "model": "Nano3s", "firmware": "25021401", "mode": "med",
        },
    ),
    "nmminer": Kin(
        80,
        {},
        ["pool"],
        {"hashrate_ghs": 0.00102, "temperature_c": 44.0, "model": "ESP32-2432S028R", "firmware": "v1.8.27"},
    ),
}  # fmt: skip


def owner(username: str = "danvic", password: str = "correct horse battery") -> User:
    return User.objects.create_superuser(username, password=password)


def miner(name: str, kind: str, now: datetime, *, address: int = 0, **changes: Any) -> Miner:
    """A miner with its status and desired rows; `changes` may name columns of any of the three."""
    kin = KINDS[kind]
    number = address or Miner.objects.count() + 10
    own = {key: changes.pop(key) for key in list(changes) if key in {"enabled", "switch", "mac", "estimated_power_w"}}
    made = Miner.objects.create(
        name=name, kind=kind, host=f"192.168.1.{number % 250}", port=kin.port + number // 250, **own
    )
    wish_names = {"power", "champion", "uncontrollable", "because"}
    wish = {key: changes.pop(key) for key in list(changes) if key in wish_names}
    presets = kin.modes.values()
    options = Options(
        firmware="x",
        model="x",
        modes=kin.modes,
        frequencies_mhz=tuple(preset.frequency_mhz for preset in presets if preset.frequency_mhz),
        core_voltages_mv=tuple(preset.core_voltage_mv for preset in presets if preset.core_voltage_mv),
    )
    seen: dict[str, Any] = {
        "state": "mining", "since": now - timedelta(hours=3), "polled_at": now, "seen_at": now, "accepted": 18_423,
        "rejected": 21, "uptime_s": 276_400, "rssi_dbm": -58, "fan_rpm": 4120.0, "pool_url": "pool.example:3333",
        "pool_user": f"{WALLET}.{name}", "capabilities": kin.capabilities, "options": to_json(options),
    }  # fmt: skip
    MinerStatus.objects.create(miner=made, **(seen | kin.figures | changes))
    DesiredState.objects.create(miner=made, decided_at=now, **({"power": "on", "in_force": True} | wish))
    return made


def household(now: datetime) -> dict[str, Miner]:
    """One miner for everything a card can say."""
    plug = Switch.objects.create(name="Garage plug", entity_id="switch.garage", state="off", power_w=0.0, seen_at=now)
    office = Switch.objects.create(name="Office plug", entity_id="switch.office", state="on", power_w=96.4, seen_at=now)
    cheap, peak, silent = "7.4p is in Cheap.", "31.8p is in 'Peak': off.", "192.168.1.17 did not answer within 5 s."
    made = [
        miner("Blue", "bitaxe", now, champion=True, because=f"{cheap} It is the most efficient."),
        miner("Green", "bitaxe", now, hashrate_ghs=1011.0, because=f"{cheap} It mines in standard."),
        miner("Q Bert", "nerdqaxe", now, switch=office, because=f"{cheap} It mines in standard."),
        miner("Nano heater", "avalon_nano", now, because=f"{cheap} It mines in med."),
        miner("Lottery cube", "nmminer", now, estimated_power_w=1.2, power="leave", because="It only takes pools."),
        miner("Attic", "bitaxe", now, state="paused", power="off", because=peak),
        miner("Garage", "avalon_nano", now, state="off", switch=plug, power="off", because=peak),
        miner(
            "Shed", "nerdqaxe", now, state="unreachable", since=now - timedelta(minutes=4), failures=8, failure=silent
        ),
        miner("Old Nano", "avalon_nano", now, power="off", uncontrollable=True, because="It cannot pause."),
        miner("Hot one", "bitaxe", now, overheated=True, temperature_c=96.0, fault="Overheat protection at 96 °C."),
        miner("Rebel", "bitaxe", now, power="off", because=peak),
        miner("Spare", "bitaxe", now, enabled=False),
    ]
    fresh = miner("Newcomer", "bitaxe", now)
    MinerStatus.objects.filter(miner=fresh).update(state="unknown", polled_at=None, seen_at=None, capabilities=[])
    return {each.name: each for each in [*made, fresh]}


def fleet(number: int, now: datetime) -> None:
    for count in range(number):
        miner(f"Miner {count:03}", list(KINDS)[count % 4], now, address=count + 10)


def day_shape(hour: float) -> Decimal:
    """A day as Agile has them: cheap nights that dip below zero, a dear evening."""
    night = 9 - 11.5 * cos((hour - 3.5) / 24 * 2 * pi) * (1 if abs(hour - 3.5) < 6 else 0.25)
    peak = 27 * max(0.0, sin((hour - 16) / 3.5 * pi)) if 16 <= hour <= 19.5 else 0
    return Decimal(str(round(night + peak, 4)))


def prices(now: datetime, shape: Callable[[float], Decimal] = day_shape) -> None:
    """Known half hours from yesterday until tomorrow 23:00, of London's Agile."""
    Tariff.objects.update_or_create(
        pk=TARIFF,
        defaults={
            "source": "octopus", "region": "C", "resolved_product": "AGILE-24-10-01",
            "refreshed_at": now - timedelta(minutes=12), "attempted_at": now - timedelta(minutes=12),
        },
    )  # fmt: skip
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=1)
    half = timedelta(minutes=30)
    slots = [start + half * count for count in range(int((midnight + timedelta(hours=47) - start) / half))]
    PriceSlot.objects.bulk_create(
        PriceSlot(series="octopus:C", valid_from=at, valid_to=at + half, price_pence=shape(at.hour + at.minute / 60))
        for at in slots
    )


def ladder() -> None:
    """The default six bands again, where a test has flushed what the migration made."""
    if not Band.objects.exists():
        Band.objects.bulk_create(Band(**fields(rule)) for rule in DEFAULT_LADDER)


def pools() -> list[Pool]:
    user = WALLET + ".{miner}"
    return [
        Pool.objects.create(
            name="Solo", host="pool.example", port=3333, user=user, state="up", subscribe_ms=41.0
        ),
        Pool.objects.create(
            name="Backup", host="backup.example", port=4333, tls=True, user=user, state="down", misses=3,
            failure="backup.example:4333 refused the connection.",
        ),
    ]  # fmt: skip


def telemetry(made: Miner, now: datetime, *, hours: int = 24) -> None:
    """A reading a minute, with an hour in which nothing was read."""
    rows = []
    for minute in range(hours * 60):
        at = now - timedelta(minutes=minute)
        if 180 <= minute < 240:
            continue
        wave = sin(minute / 47) * 0.02 + cos(minute / 11) * 0.012
        eco = 300 <= minute < 660
        rows.append(
            Telemetry(
                miner_id=made.pk, time=at, state="mining", mode="eco" if eco else "standard",
                hashrate_ghs=(860 if eco else 1180) * (1 + wave), expected_hashrate_ghs=875 if eco else 1224,
                power_w=(11.8 if eco else 18.4) * (1 + wave / 2), temperature_c=(52 if eco else 61) + wave * 30,
                vr_temperature_c=(55 if eco else 66) + wave * 25,
            )
        )  # fmt: skip
    Telemetry.objects.bulk_create(rows)


def journal(miners: dict[str, Miner], now: datetime) -> None:
    """Events, open alerts and ledger lines of all looks."""

    told = [
        (4, "miner-unreachable", "warning", "Shed", "Shed does not answer: 192.168.1.17 did not answer within 5 s."),
        (12, "prices-refreshed", "info", "", "62 half hours received from AGILE-24-10-01, 46 new."),
        (31, "miner-firmware", "info", "Blue", "Blue runs firmware v2.14.1 now; it was v2.13.0."),
        (42, "miner-uncontrollable", "error", "Old Nano", "Old Nano should be off, but nothing can switch it off."),
        (90, "strategy-state", "info", "", "danvic set the strategy to LIVE."),
    ]
    for minutes, kind, level, name, message in told:
        subject, at = miners[name].subject if name else "", now - timedelta(minutes=minutes)
        Event.objects.create(time=at, kind=kind, level=level, name=name, subject=subject, message=message)
        if level != "info":
            Alert.objects.create(key=f"{kind}:{subject}", level=level, subject=subject, message=message, opened_at=at)
    ledger(miners["Blue"], now)


def ledger(made: Miner, now: datetime) -> None:
    asked, silent = "danvic asked for it on the page.", "192.168.1.10 did not answer within 5 s."
    told: list[tuple[str, dict[str, str], str, str, str, str]] = [
        ("mode", {"mode": "standard"}, "strategy", "7.4p is in Cheap: standard.", "verified", ""),
        ("mode", {"mode": "turbo"}, "danvic", asked, "shadowed", "SHADOW: nothing was sent."),
        ("pause", {}, "strategy", "31.8p is in 'Peak': off.", "unreachable", silent),
        ("restart", {}, "danvic", asked, "refused", "It was restarted 40 s ago."),
        ("mode", {"mode": "eco"}, "strategy", "12.0p is in Normal: eco.", "unverified", "It still reports standard."),
        ("pool", {"pool": "pool.example:3333"}, "danvic", asked, "unchanged", "Already there."),
    ]
    Command.objects.bulk_create(
        Command(
            time=now - timedelta(minutes=9 + 13 * count), miner=made, name=made.name, action=action, argument=argument,
            actor=actor, because=because, outcome=outcome, detail=detail, duration_ms=412,
        )
        for count, (action, argument, actor, because, outcome, detail) in enumerate(told)
    )  # fmt: skip

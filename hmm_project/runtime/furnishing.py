"""Furnishes a demo's database: the simulated house as a household would have entered it, strategy LIVE."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from energy import services as energy
from miners import services as miners
from miners.models import Miner
from miners.mqtt import services as mqtt
from miners.power import services as power
from miners.simulators import demo
from miners.simulators.mqtt import USER
from miners.simulators.simulation import PAYOUT
from miners.simulators.spec import Fleet, MinerSpec, ServiceSpec
from pools import services as pools
from pools.models import Pool
from strategy import services as strategy
from strategy.contract import BandAction, BandRule
from strategy.models import EngineState

ACTOR = "demo"
REGION = "C"
CHEAP_BELOW_PENCE = Decimal(5)
ESTIMATED_W = {"nmminer": 1.0}  # an ESP32 does not measure its power


@transaction.atomic
def furnish(instance: int, shift_minutes: int, *, now: datetime) -> None:
    """Enter everything once; a database that knows miners is left alone."""
    if Miner.objects.exists():
        return
    fleet = demo.fleet(instance, shift_minutes=shift_minutes)
    energy.set_tariff(source="octopus", region=REGION, forecast=True, actor=ACTOR, now=now)
    made = {spec.name: _miner(spec, now) for spec in fleet.miners}
    _plugs(fleet, made, now)
    broker = fleet.service("mqtt")
    mqtt.save_broker(
        actor=ACTOR, now=now, host=broker.host, port=broker.port, user=USER, password=broker.token, takes_orders=True
    )
    lottery, steady = (_pool(spec, now) for spec in fleet.services if spec.kind == "pool")
    ladder = [_mining_at(steady if _is_cheap(band) else lottery, band) for band in strategy.bands()]
    strategy.replace_bands(ladder, actor=ACTOR, now=now)
    strategy.set_state(EngineState.LIVE, actor=ACTOR, now=now)


def _miner(spec: MinerSpec, now: datetime) -> Miner:
    return miners.create_miner(
        actor=ACTOR,
        now=now,
        name=spec.name,
        kind=spec.kind,
        host=spec.host,
        port=spec.port,
        mac=spec.reported_mac,
        estimated_power_w=ESTIMATED_W.get(spec.kind),
        web_user=spec.web_user,
        web_password=spec.web_password,
    )


def _plugs(fleet: Fleet, made: dict[str, Miner], now: datetime) -> None:
    home = next(spec for spec in fleet.services if spec.kind == "home_assistant")
    power.save_home_assistant(actor=ACTOR, now=now, url=home.url, token=home.token)
    for entity in sorted({spec.switch for spec in fleet.miners if spec.switch}):
        name = entity.partition(".")[2]
        power.create_switch(
            actor=ACTOR,
            now=now,
            name=name.replace("_", " "),
            entity_id=entity,
            power_entity_id=f"sensor.{name}_power",
            miner_ids=[made[spec.name].pk for spec in fleet.miners if spec.switch == entity],
        )


def _pool(spec: ServiceSpec, now: datetime) -> Pool:
    user = f"{PAYOUT}.{{miner}}"
    return pools.create_pool(actor=ACTOR, now=now, name=spec.name, host=spec.host, port=spec.port, user=user)


def _mining_at(pool: Pool, band: BandRule) -> BandRule:
    return replace(band, pool_id=pool.pk, coin=pool.coin) if band.action == BandAction.MINE else band


def _is_cheap(band: BandRule) -> bool:
    return band.lower_pence is None or band.lower_pence < CHEAP_BELOW_PENCE

"""SHADOW writes nothing at all, by any door: counted by the devices and by Home Assistant themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from hmm_project.models import ApiToken
from miners.bulk import _actions
from miners.bulk_offers import groups
from miners.models import Command, HomeAssistant, Miner, Outcome, Switch, TuningProfile
from miners.polling import poll_shard
from miners.simulators.simulation import Simulation
from pools.models import Pool
from strategy.models import Strategy
from tests.miners.conftest import House

pytestmark = pytest.mark.django_db(transaction=True)

FAMILIES = [
    {"kind": "bitaxe", "name": "gamma", "firmware": "v2.15.0"},
    {"kind": "bitaxe", "name": "old", "firmware": "v2.0.0"},
    {"kind": "nerdqaxe", "name": "nerd", "firmware": "v1.0.38"},
    {"kind": "nerdqaxe", "name": "coded", "firmware": "v1.0.36", "otp": "123456"},
    {"kind": "avalon_nano", "name": "nano3s", "model": "nano3s"},
    {"kind": "avalon_nano", "name": "nano3", "model": "nano3", "switch": "switch.nano"},
    {"kind": "nmminer", "name": "lottery"},
    {"kind": "nmminer", "name": "silent", "firmware": "v1.8.10"},
]
ORDERS = ("mode", "pause", "resume", "shutdown", "restart", "identify")
SETTING = {"frequency_mhz": 490, "core_voltage_mv": 1100}


@pytest.fixture
def simulation(house: House) -> Simulation:
    return house(*FAMILIES, services={"home_assistant": {"port": 0}})


@pytest.fixture
def miners(simulation: Simulation, owned: Callable[..., Miner]) -> list[Miner]:
    """Every device in the list, read once, in a house that is in SHADOW, as it is after an installation."""
    home = simulation.service("home_assistant")
    HomeAssistant.objects.create(pk=1, url=f"http://{home.host}:{home.port}", token="simulated-token")
    listed = [owned(simulation, device.name) for device in simulation.devices]
    poll_shard([miner.pk for miner in listed], now=timezone.now())
    assert Strategy.load().state == "SHADOW"
    return listed


@pytest.fixture
def plug() -> Switch:
    return Switch.objects.create(name="nano", entity_id="switch.nano")


@pytest.fixture
def pool() -> Pool:
    return Pool.objects.create(name="other", host="other.pool", port=3334, user="bc1qother.x")


@pytest.fixture
def profile() -> TuningProfile:
    return TuningProfile.objects.create(
        name="cool", kind="bitaxe", model="Bitaxe Gamma 601", frequency_mhz=490, core_voltage_mv=1100
    )


@pytest.fixture
def person() -> User:
    return User.objects.create_superuser("ada")


def nothing_was_written(simulation: Simulation) -> None:
    written = {each.name: list(each.counters.last_writes) for each in (*simulation.devices, *simulation.services)}
    assert written == {name: [] for name in written}
    assert {each.counters.writes for each in (*simulation.devices, *simulation.services)} == {0}


def mode_of(miner: Miner) -> str:
    return "low" if miner.kind == "avalon_nano" else "eco"


def test_through_the_api(
    simulation: Simulation, miners: list[Miner], plug: Switch, pool: Pool, profile: TuningProfile, person: User
):
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue('script', person)}"})

    def post(path: str, body: Any = None) -> int:
        return client.post(f"/api{path}", body, content_type="application/json").status_code

    answers = []
    for miner in miners:
        path = f"/miners/{miner.pk}"
        answers += [post(f"{path}/mode", {"mode": mode_of(miner)}), post(f"{path}/tune", SETTING)]
        answers += [post(f"{path}/{action}") for action in ("pause", "resume", "restart", "identify")]
        answers += [post(f"{path}/pool", {"pool_id": pool.pk}), post(f"{path}/code", {"code": "123456"})]
        answers.append(post("/miners/broadcast-pool", broadcast(miner, pool)))
    everything = {
        "ids": [miner.pk for miner in miners], "mode": "eco", "pool_id": pool.pk, "profile_id": profile.pk, **SETTING
    }  # fmt: skip
    for action in _actions:
        answers.append(post("/miners/bulk", {**everything, "action": action}))
        answers.append(post("/miners/bulk/preview", {**everything, "action": action}))
    answers.append(post("/miners/bulk/pool", {"ids": everything["ids"], "pool_id": pool.pk}))
    answers += [post(f"/power/switches/{plug.pk}/{way}") for way in ("off", "on")]
    answers.append(post("/strategy/tick"))

    assert set(answers) <= {200, 404, 409, 422}, answers
    assert answers.count(409) > len(miners) * 4
    assert set(Command.objects.values_list("outcome", flat=True)) == {Outcome.SHADOWED}
    nothing_was_written(simulation)


def broadcast(miner: Miner, pool: Pool) -> dict[str, Any]:
    confirm = f"point every NMMiner at {pool.host}:{pool.port} as {pool.user}"
    return {"from_miner_id": miner.pk, "pool_id": pool.pk, "confirm": confirm}


def test_from_the_pages(
    simulation: Simulation, miners: list[Miner], plug: Switch, pool: Pool, profile: TuningProfile, person: User
):
    browser = Client()
    browser.force_login(person)
    answers = []

    def post(path: str, form: dict[str, Any]) -> None:
        answers.append((path, browser.post(path, form).status_code))

    for miner in miners:
        path = f"/miners/{miner.pk}"
        for action in ORDERS:
            post(f"{path}/order", {"action": action, "mode": mode_of(miner)})
        post(f"{path}/tune", SETTING)
        post(f"{path}/profile", {"profile": profile.pk})
        post(f"{path}/code", {"code": "123456"})
        post(f"/pools/for/{miner.pk}", {"pool": pool.pk})
    ids = [str(miner.pk) for miner in miners]
    offers = [offer.value for group in groups() for offer in group.offers]
    for offer in offers:
        post("/miners/bulk", {"ids": ids, "do": offer, **SETTING})
    for way in ("off", "on"):
        post(f"/plugs/{plug.pk}/turn", {"action": f"plug-{way}"})

    assert {status for _, status in answers} <= {200, 204, 302, 400, 422}, answers
    assert {"pause", "tune", "mode:eco", f"pool:{pool.pk}", f"profile:{profile.pk}"} <= set(offers)
    assert Command.objects.count() > len(miners) * (len(ORDERS) + len(offers) - 2)  # a profile is for one model
    assert set(Command.objects.values_list("outcome", flat=True)) == {Outcome.SHADOWED}
    nothing_was_written(simulation)

"""Every family, its oldest and its newest firmware, driven through everything by the API and from the pages.

The devices speak their real protocols; the ledger tells what was done, by either door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from hmm_project.models import ApiToken
from hmm_project.redis_server import connection
from miners.models import Command, Miner
from miners.polling import broadcasts, poll_shard
from miners.services import create_miner
from miners.simulators.device import Device
from miners.simulators.simulation import Simulation
from pools.models import Pool
from tests.miners.commands.conftest import wait_until
from tests.miners.commands.test_other_families import free_port
from tests.miners.conftest import House
from tests.miners.test_listener import Listening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live")]

V, U, R = "verified", "unverified", "refused"
SETTING = {"frequency_mhz": 550, "core_voltage_mv": 1200}


@dataclass(frozen=True)
class Case:
    """A device and what must come of each action, in the order they are given."""

    entry: Mapping[str, Any]
    mode: str
    outcomes: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.entry['kind']} {self.entry['firmware']}"


def case(kind: str, firmware: str, mode: str, outcomes: str, **entry: str) -> Case:
    """`outcomes` has a letter for each of ACTIONS: v, u, r."""
    named = {"v": V, "u": U, "r": R}
    return Case(
        {"kind": kind, "name": "one", "firmware": firmware, **entry},
        mode,
        {action: named[letter] for action, letter in zip(ACTIONS, outcomes, strict=True)},
    )


ACTIONS = ("mode", "tune", "pause", "resume", "shutdown", "identify", "pool", "restart")
CASES = [
    case("bitaxe", "v2.0.0", "eco", "vvrrrrvv"),
    case("bitaxe", "v2.15.0", "eco", "vvvvruvv"),
    case("nerdqaxe", "v1.0.15", "eco", "vvrrrrvv"),
    case("nerdqaxe", "v1.0.38", "eco", "vvvvvrvv"),  # what cannot pause is shut down
    case("avalon_nano", "24071801_42c628d", "low", "vrrrrruu", model="nano3"),
    case("avalon_nano", "25021401_56abae7", "low", "vrrrrruu", model="nano3s"),
    case("nmminer", "v1.5.01", "eco", "rrrrrrvr"),
    case("nmminer", "v2.0.04", "eco", "rrrrruvv"),
]


def under_way(device: Device) -> bool:
    """Whether it is about to restart, or boots."""
    now = asyncio.get_running_loop().time()
    return any(timer.when() > now and not timer.cancelled() for timer in device._timers)


def an_hour_passes(device: Device) -> None:
    device.machine.booted_s -= 3600


class Driver:
    """A person at one miner, by one door."""

    def __init__(self, simulation: Simulation, miner: Miner, pool: Pool, mode: str) -> None:
        self.simulation, self.miner, self.pool, self.mode = simulation, miner, pool, mode
        person = User.objects.create_superuser("ada")
        self.api = Client(headers={"Authorization": f"Bearer {ApiToken.issue('script', person)}"})
        self.browser = Client()
        self.browser.force_login(person)

    @property
    def device(self) -> Device:
        return self.simulation.device("one")

    def by_api(self, action: str) -> None:
        path = f"/api/miners/{self.miner.pk}/{action}"
        bodies: dict[str, Any] = {"mode": {"mode": self.mode}, "tune": SETTING, "pool": {"pool_id": self.pool.pk}}
        body = bodies.get(action)
        if action == "shutdown":
            path, body = "/api/miners/bulk", {"ids": [self.miner.pk], "action": action}
        answer = self.api.post(path, body, content_type="application/json")
        assert answer.status_code in (200, 409), (action, answer.content)

    def from_page(self, action: str) -> None:
        paths = {"tune": f"/miners/{self.miner.pk}/tune", "pool": f"/pools/for/{self.miner.pk}"}
        forms = {"tune": SETTING, "pool": {"pool": self.pool.pk}}
        form = forms.get(action) or {"action": action, "mode": self.mode if action == "mode" else ""}
        answer = self.browser.post(paths.get(action, f"/miners/{self.miner.pk}/order"), form)
        assert answer.status_code in (204, 302), (action, answer.status_code, answer.content)

    def outcomes(self, door: Callable[[str], None]) -> dict[str, str]:
        """Give every order, and let the device come back and an hour pass after each."""
        told = {}
        for action in ACTIONS:
            before = Command.objects.count()
            door(action)
            if Command.objects.count() > before:
                told[action] = Command.objects.latest("pk").outcome
            self.rest()
        return told

    def rest(self) -> None:
        wait_until(lambda: not self.simulation.do(under_way, self.device) and self.device.listening)
        self.simulation.do(an_hour_passes, self.device)
        Command.objects.update(time=F("time") - timedelta(hours=1))


@pytest.fixture
def heard(settings: LazySettings) -> Iterator[Listening]:
    connection().flushdb()
    listening = Listening(settings.REDIS_URL)
    yield listening
    listening.stop()


@pytest.fixture
def drive(house: House, heard: Listening, settings: LazySettings) -> Callable[[Case], Driver]:
    """The device of a case, read once, with somebody who drives it."""

    def begin(case: Case) -> Driver:
        by_udp = case.entry["firmware"] == "v1.5.01"
        port = free_port() if by_udp else 0
        ports = {"status_port": heard.port, "config_broadcast_port": heard.config_port}
        simulation = house({**case.entry, "port": port}, nmminer={**ports, "broadcast_address": "127.0.0.1"})
        device = simulation.device("one")
        if by_udp:
            settings.CONFIG = replaced(settings.CONFIG, port)
            wait_until(lambda: bool(broadcasts.latest([device.host], now=timezone.now()).configs))
        miner = create_miner(
            actor="test",
            now=timezone.now(),
            name="one",
            kind=device.spec.kind,
            host=device.host,
            port=12_345 if by_udp else device.port,
            web_user=device.spec.web_user,
            web_password=device.spec.web_password,
        )
        poll_shard([miner.pk], now=timezone.now())
        pool = Pool.objects.create(name="other", host="other.pool", port=3334, user="bc1qother.one")
        return Driver(simulation, miner, pool, case.mode)

    return begin


def replaced(config: Any, port: int) -> Any:
    return replace(config, devices=replace(config.devices, nmminer_config_port=port))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_by_the_api_and_the_ledger_tells_it(case: Case, drive: Callable[[Case], Driver]):
    driver = drive(case)

    assert driver.outcomes(driver.by_api) == case.outcomes

    rows = driver.api.get(f"/api/commands?miner={driver.miner.pk}").json()
    assert [row["outcome"] for row in rows["items"]] == list(case.outcomes.values())[::-1]
    shut_down = case.entry["kind"] == "nerdqaxe" and case.outcomes["shutdown"] == V
    assert [row["action"] for row in rows["items"]][::-1] == [
        "shutdown" if action == "pause" and shut_down else action for action in ACTIONS
    ]
    assert {row["actor"] for row in rows["items"]} == {"ada (token script)"}
    assert all(row["detail"] for row in rows["items"] if row["outcome"] != V)
    if case.outcomes["pool"] == V:
        assert driver.device.describe()["pool"] == "other.pool:3334"


@pytest.mark.parametrize("case", CASES[1::2], ids=str)
def test_from_the_pages_and_the_ledger_shows_it(case: Case, drive: Callable[[Case], Driver]):
    """The pages have a button for shutting down, and none for pausing what cannot pause."""
    driver = drive(case)
    never_paused = {"pause": R, "resume": "unchanged"} if case.entry["kind"] == "nerdqaxe" else {}
    offered = {**case.outcomes, **never_paused}

    told = driver.outcomes(driver.from_page)

    page = driver.browser.get(f"/ledger?miner={driver.miner.pk}").content.decode()
    assert told == {action: offered[action] for action in told}
    assert told.keys() >= set(ACTIONS) - {"tune"}
    assert all(f'font-semibold">one</b> {action}' in page for action in told)

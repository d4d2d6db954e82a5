"""A dear evening, through the real loop: simulated devices and Home Assistant, polls, ticks, commands, journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from hmm_project.journal.models import Event
from miners import polling
from miners.models import Command, DesiredState, HomeAssistant, Miner, MinerStatus, Switch
from miners.power.services import read_switches
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from strategy import services, tasks
from tests.strategy.rows import SLOT, live, priced

pytestmark = pytest.mark.django_db
HERE = {"host": "127.0.0.1", "port": 0}
DEADLINE_S = 45


@pytest.fixture
def house() -> Iterator[Simulation]:
    """Blue pauses, Heater has a plug, Q shuts down."""
    miners = [
        {**HERE, "kind": "bitaxe", "name": "blue", "firmware": "v2.14.0"},
        {**HERE, "kind": "nerdqaxe", "name": "q"},
        {**HERE, "kind": "avalon_nano", "model": "nano3s", "name": "heater", "switch": "switch.heater"},
    ]
    services = {"home_assistant": {"port": 0}}
    with running(parse({"speed": 60, "seed": 7, "miners": miners, "services": services})) as simulation:
        yield simulation


@pytest.fixture
def own(house: Simulation) -> None:
    plugs = house.service("home_assistant")
    HomeAssistant.objects.create(pk=1, url=f"http://{plugs.host}:{plugs.port}", token="simulated-token")
    switch = Switch.objects.create(name="Heater plug", entity_id="switch.heater")
    for device in house.devices:
        fields = {"switch": switch} if device.spec.name == "heater" else {}
        create_miner(
            actor="test",
            now=SLOT,
            name=device.spec.name,
            kind=device.spec.kind,
            host=device.host,
            port=device.port,
            **fields,
        )


class Hours:
    """The house's clock: a minute passes with every round of polling and deciding."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def pass_until(self, condition: Callable[[], bool]) -> None:
        """Rounds until `condition` is seen to hold and nothing more was sent; fails when that never comes."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            before = Command.objects.count()
            self.round()
            if condition() and Command.objects.count() == before:
                return
            assert time.monotonic() < deadline, (self.states(), list(Command.objects.values_list("name", "action")))

    def round(self) -> None:
        self.now += timedelta(seconds=5)
        read_switches(self.now)
        polling.poll_shard(list(Miner.objects.values_list("pk", flat=True)), now=self.now)
        services.tick(self.now)

    def states(self) -> dict[str, str]:
        return dict(MinerStatus.objects.values_list("miner__name", "state"))

    def modes(self) -> dict[str, str | None]:
        return dict(MinerStatus.objects.values_list("miner__name", "mode"))


ECO = {"blue": "eco", "q": "eco", "heater": "low"}
MINING = dict.fromkeys(ECO, "mining")


@pytest.mark.usefixtures("own")
def test_a_dear_evening_goes_down_the_ladder_and_up_again(house: Simulation) -> None:
    priced("14 14 31 31 31 14 14 14 14")
    live()
    hours = Hours(SLOT)
    hours.pass_until(lambda: hours.states() == MINING and hours.modes() == ECO)

    hours.now = SLOT + timedelta(minutes=60)
    evening = hours.now
    hours.pass_until(lambda: hours.states() == {"blue": "paused", "q": "paused", "heater": "off"})
    assert not house.device("heater").plugged
    sent = Command.objects.filter(time__gte=evening)
    assert set(sent.values_list("name", "action", "outcome")) == {
        ("blue", "pause", "verified"),
        ("q", "shutdown", "verified"),
        ("Heater plug", "plug-off", "verified"),
    }
    assert set(sent.values_list("actor", flat=True)) == {"strategy"}
    assert all(command.because.startswith("31p is in 'Peak' (30p and above): ") for command in sent)
    assert set(DesiredState.objects.values_list("power", flat=True)) == {"off"}

    hours.now = SLOT + timedelta(minutes=150)
    hours.pass_until(lambda: hours.states() == MINING and hours.modes() == ECO)
    assert house.device("heater").plugged
    assert Event.objects.filter(kind="band-entered").count() == 3


@pytest.mark.usefixtures("own")
def test_in_shadow_the_evening_is_told_and_nothing_is_touched(house: Simulation) -> None:
    priced("31 31")
    hours = Hours(SLOT)
    hours.pass_until(lambda: hours.states() == MINING)
    assert set(DesiredState.objects.values_list("power", flat=True)) == {"off"}
    assert not Command.objects.exists()
    assert house.device("heater").plugged


@pytest.mark.usefixtures("own")
def test_reconciling_looks_for_itself_and_corrects_what_somebody_changed(house: Simulation) -> None:
    now = timezone.now()
    priced("14 14 14", start=now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0))
    live()
    plugs = house.service("home_assistant")
    house.do(plugs.actions()["toggle"], {"entity": "switch.heater"})
    assert not house.device("heater").plugged
    tasks.reconcile()
    assert house.device("heater").plugged
    assert [command.action for command in Command.objects.filter(switch__name="Heater plug")] == ["plug-on"]

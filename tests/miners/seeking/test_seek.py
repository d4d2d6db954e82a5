"""Lost miners, found again on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from hmm_project.journal.models import Event
from hmm_project.redis_server import connection
from miners import listener
from miners.discovery import arp
from miners.models import DesiredState, Miner, MinerStatus, Switch
from miners.polling import poll_shard
from miners.seeking import seek
from miners.seeking.lost import lost
from miners.simulators.device import Device
from miners.simulators.simulation import Simulation
from tests.miners.conftest import House
from tests.miners.polling.conftest import NOW, make_miner  # noqa: F401  a fixture

HERE = "127.91.7"
GAMMA = {"kind": "bitaxe", "model": "gamma", "host": f"{HERE}.40"}
LOST: dict[str, Any] = {
    "status_state": "unreachable",
    "status_failures": 3,
    "status_seen_at": NOW - timedelta(minutes=2),
}
Make = Callable[..., Miner]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    connection().flushdb()
    yield
    connection().flushdb()


@pytest.fixture(autouse=True)
def nobody_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arp, "text", lambda: "")


def stands_for(make: Make, device: Device, host: str, **fields: Any) -> Miner:
    """A lost miner whose device is not at `host` any more."""
    values = {"kind": device.spec.kind, "port": device.port, "mac": device.spec.reported_mac, **LOST, **fields}
    return make(device.name, host=host, **values)


def address_of(miner: Miner) -> tuple[str, int]:
    return Miner.objects.values_list("host", "port").get(pk=miner.pk)


def connections(simulation: Simulation) -> int:
    return sum(device.counters.connections for device in simulation.devices)


@pytest.mark.parametrize(
    "entry",
    [
        GAMMA,
        {"kind": "nerdqaxe", "model": "nerdqaxe++", "host": f"{HERE}.41"},
        {"kind": "avalon_nano", "model": "nano3s", "host": f"{HERE}.42"},
    ],
    ids=lambda entry: entry["kind"],
)
def test_one_search_of_its_network_finds_a_lost_miner(house: House, make_miner: Make, entry: dict[str, Any]) -> None:  # noqa: F811
    device = house({**entry, "name": "a"}).device("a")
    miner = stands_for(make_miner, device, f"{HERE}.9")

    assert seek(now=NOW) == ["a"]

    assert address_of(miner) == (device.host, device.port)
    poll_shard([miner.pk], now=NOW + timedelta(seconds=30))
    assert MinerStatus.objects.get(miner=miner).state == "mining"
    assert Event.objects.filter(kind="miner-moved", subject=miner.subject).count() == 1
    assert device.counters.writes == 0


def test_what_is_not_found_is_looked_for_again_only_after_ten_minutes(house: House, make_miner: Make) -> None:  # noqa: F811
    simulation = house({**GAMMA, "name": "a"})
    device = simulation.device("a")
    miner = stands_for(make_miner, device, f"{HERE}.9", mac="02:00:00:00:00:99")

    assert seek(now=NOW) == []
    asked = connections(simulation)
    assert asked > 0
    assert seek(now=NOW + timedelta(minutes=9)) == []
    assert connections(simulation) == asked
    seek(now=NOW + timedelta(minutes=11))
    assert connections(simulation) > asked
    assert address_of(miner)[0] == f"{HERE}.9"


def test_the_kernel_has_seen_it_so_one_address_is_asked(
    house: House,
    make_miner: Make,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulation = house({**GAMMA, "name": "a"}, {**GAMMA, "name": "other", "host": f"{HERE}.50"})
    device = simulation.device("a")
    miner = stands_for(make_miner, device, f"{HERE}.9")
    table = f"header\n{device.host} 0x1 0x2 {device.spec.mac} * eth0\n"
    monkeypatch.setattr(arp, "text", lambda: table)

    assert seek(now=NOW) == ["a"]

    assert address_of(miner) == (device.host, device.port)
    assert simulation.device("other").counters.connections == 0


def test_an_nmminer_that_broadcasts_from_another_address_is_followed(make_miner: Make) -> None:  # noqa: F811
    miner = make_miner("tiny", kind="nmminer", host=f"{HERE}.9", port=12_345, status_hostname="tiny", **LOST)
    said = {"HashRate": "1.0154MH/s", "Share": "1/40/97.5%", "Hostname": "tiny", "Version": "v1.8.10"}
    connection().set(f"{listener.STATUS}{HERE}.31", listener.pack(orjson.dumps(said), NOW.timestamp() - 4))

    assert seek(now=NOW) == ["tiny"]
    assert address_of(miner) == (f"{HERE}.31", 12_345)


def test_two_of_one_host_name_are_not_told_apart_so_neither_moves(make_miner: Make) -> None:  # noqa: F811
    for number in (8, 9):
        fields = {"kind": "nmminer", "host": f"{HERE}.{number}", "port": 12_345, "status_hostname": "NMMiner", **LOST}
        make_miner(f"tiny-{number}", **fields)
    said = {"HashRate": "1.0154MH/s", "Share": "1/40/97.5%", "Hostname": "NMMiner"}
    connection().set(f"{listener.STATUS}{HERE}.31", listener.pack(orjson.dumps(said), NOW.timestamp() - 4))
    assert seek(now=NOW) == []


class TestNobodyIsLookedFor:
    """Nothing is sent on their account."""

    def expect_none(self) -> None:
        assert lost() == []

    def test_who_missed_two_polls_only(self, make_miner: Make) -> None:  # noqa: F811
        make_miner("a", mac="02:00:00:00:00:01", status_state="unreachable", status_failures=2)
        self.expect_none()

    def test_whose_plug_is_off(self, make_miner: Make) -> None:  # noqa: F811
        plug = Switch.objects.create(name="Plug", entity_id="switch.a", state="off")
        make_miner("a", mac="02:00:00:00:00:01", switch=plug, **LOST)
        self.expect_none()

    def test_who_is_planned_off(self, make_miner: Make) -> None:  # noqa: F811
        miner = make_miner("a", mac="02:00:00:00:00:01", **LOST)
        assert [one.miner_id for one in lost()] == [miner.pk]
        DesiredState.objects.filter(miner=miner).update(power="off", in_force=True)
        self.expect_none()

    def test_who_has_a_host_name(self, make_miner: Make) -> None:  # noqa: F811
        make_miner("a", host="attic.local", mac="02:00:00:00:00:01", **LOST)
        self.expect_none()

    def test_who_cannot_be_recognised(self, make_miner: Make) -> None:  # noqa: F811
        make_miner("a", **LOST)
        self.expect_none()

    def test_who_is_disabled(self, make_miner: Make) -> None:  # noqa: F811
        make_miner("a", mac="02:00:00:00:00:01", enabled=False, **LOST)
        self.expect_none()

"""Which firmware a miner ran from when on: kept by the poll, told by the API and on its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string

from hmm_project.journal.models import Event
from miners.api import router
from miners.commands import Order, execute
from miners.models import Action, FirmwareVersion, Miner, MinerStatus
from miners.polling import poll_shard
from miners.simulators.device import Device
from tests.miners.conftest import House
from tests.miners.polling.conftest import NOW, POLL, make_miner  # noqa: F401  a fixture
from tests.routers import client

Make = Callable[..., Miner]
pytestmark = pytest.mark.django_db


def versions(miner: Miner) -> list[str]:
    return list(miner.firmware_versions.values_list("version", flat=True))


def stand_for(make: Make, device: Device) -> Miner:
    return make(device.name, kind=device.spec.kind, host=device.host, port=device.port)


def test_an_update_is_kept_told_once_and_its_options_are_read_again(house: House, make_miner: Make) -> None:  # noqa: F811
    """The same board (simulators of one name and seed have one MAC) under one firmware, then under another."""
    gamma: dict[str, Any] = {"kind": "bitaxe", "model": "gamma", "name": "a"}
    old, new = (house({**gamma, "firmware": version}).device("a") for version in ("v2.9.0", "v2.14.0"))
    miner = stand_for(make_miner, old)
    for number in (0, 1):
        poll_shard([miner.pk], now=NOW + number * POLL)
    assert versions(miner) == ["v2.9.0"]
    assert not Event.objects.filter(kind="miner-firmware").exists()

    Miner.objects.filter(pk=miner.pk).update(port=new.port)
    for number in (2, 3):
        poll_shard([miner.pk], now=NOW + number * POLL)

    assert versions(miner) == ["v2.14.0", "v2.9.0"]
    newest = miner.firmware_versions.first()
    assert newest is not None
    assert timedelta() <= newest.since - (NOW + 2 * POLL) < timedelta(seconds=5)
    assert Event.objects.get(kind="miner-firmware").message == "a runs firmware v2.14.0 now, before v2.9.0"
    options = MinerStatus.objects.get(miner=miner).options
    assert options is not None
    assert options["firmware"] == "v2.14.0"
    assert new.counters.reads == 3, "one look, its options once, and one look at the next poll"


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "nerdqaxe", "model": "nerdqaxe++"},
        {"kind": "avalon_nano", "model": "nano3s"},
        {"kind": "avalon_nano", "model": "nano3"},
        {"kind": "nmminer", "model": "esp32"},
    ],
    ids=lambda entry: entry["model"],
)
def test_every_family_tells_its_firmware_at_the_first_reading(
    house: House,
    make_miner: Make,  # noqa: F811
    entry: dict[str, Any],
) -> None:
    miner = stand_for(make_miner, house({**entry, "name": "a"}).device("a"))
    for number in (0, 1):
        poll_shard([miner.pk], now=NOW + number * POLL)
    assert versions(miner) == [MinerStatus.objects.get(miner=miner).firmware]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
def test_what_a_command_reads_first_is_kept_too(house: House, make_miner: Make) -> None:  # noqa: F811
    device = house({"kind": "bitaxe", "model": "gamma", "name": "a"}).device("a")
    miner = stand_for(make_miner, device)
    order = Order(Action.MODE, "ada", "", miner_id=miner.pk, mode="eco")
    assert [command.outcome for command in execute([order], now=NOW)] == ["verified"]
    assert versions(miner) == [device.spec.firmware]


class TestShown:
    @pytest.fixture
    def miner(self, make_miner: Make) -> Miner:  # noqa: F811
        miner = make_miner("a")
        for number, version in enumerate(("v2.9.0", "v2.12.2")):
            FirmwareVersion.objects.create(miner=miner, version=version, since=NOW + timedelta(days=number))
        return miner

    def test_the_api_lists_it_newest_first(self, miner: Miner) -> None:
        answer = client(miners=router).get(f"/miners/{miner.pk}/firmware")
        assert answer.json() == {
            "items": [
                {"version": "v2.12.2", "since": "2026-11-23T12:00:00Z"},
                {"version": "v2.9.0", "since": "2026-11-22T12:00:00Z"},
            ],
            "count": 2,
        }

    def test_nobodys_firmware_is_not_found(self, miner: Miner) -> None:
        assert client(miners=router).get(f"/miners/{miner.pk + 1}/firmware").status_code == 404

    def test_the_page_lists_it_with_its_days(self, miner: Miner) -> None:
        html = render_to_string("miners/firmware.html", {"firmware_versions": miner.firmware_versions.all()})
        assert html.index("v2.12.2") < html.index("v2.9.0")
        assert "23 Nov 2026, 12:00" in html

    def test_nothing_is_shown_of_one_that_was_never_read(self) -> None:
        assert render_to_string("miners/firmware.html", {"firmware_versions": []}).strip() == ""

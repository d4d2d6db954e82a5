"""A shard against simulated devices, PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from hmm_project import live, locks
from miners.models import Miner, MinerStatus, Telemetry
from miners.polling import poll_shard
from miners.simulators.simulation import Simulation
from tests.miners.polling.conftest import NOW, POLL

Fleet = dict[str, Miner]


def ids(fleet: Fleet) -> list[int]:
    return [miner.pk for miner in fleet.values()]


def test_every_device_is_read_into_a_row_and_a_status(healthy: Simulation, fleet: Fleet) -> None:
    poll_shard(ids(fleet), now=NOW)
    for device in healthy.devices:
        miner = fleet[device.name]
        status = MinerStatus.objects.get(miner=miner)
        row = Telemetry.objects.get(miner_id=miner.pk)
        assert (status.state, status.failures, status.failure) == ("mining", 0, "")
        assert status.hashrate_ghs == pytest.approx(device.describe()["hashrate_ghs"], rel=0.2)
        assert status.power_w == pytest.approx(device.describe()["power_w"], rel=0.2)
        assert status.since == status.seen_at == status.polled_at == row.time
        assert row.hashrate_ghs == pytest.approx(status.hashrate_ghs)
        assert status.capabilities
        assert status.options


def test_a_device_is_asked_once_a_poll_when_its_options_are_known(healthy: Simulation, fleet: Fleet) -> None:
    poll_shard(ids(fleet), now=NOW)
    before = {device.name: device.counters.reads for device in healthy.devices}
    poll_shard(ids(fleet), now=NOW + POLL)
    assert {device.name: device.counters.reads - before[device.name] for device in healthy.devices} == dict.fromkeys(
        before, 1
    )


def test_its_mac_address_is_learnt(healthy: Simulation, fleet: Fleet) -> None:
    poll_shard(ids(fleet), now=NOW)
    for device in healthy.devices:
        assert Miner.objects.get(name=device.name).mac == device.spec.mac


def test_the_number_of_statements_does_not_grow_with_the_shard(fleet: Fleet) -> None:
    poll_shard(ids(fleet), now=NOW)
    counts = []
    for some in (ids(fleet)[:1], ids(fleet)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            poll_shard(some, now=NOW + POLL * (len(counts) + 1))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_one_announcement_names_the_whole_shard(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(live, "_send", sent.append)
    poll_shard(ids(fleet), now=NOW)
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        poll_shard(ids(fleet), now=NOW + POLL)
    assert [message["kind"] for message in sent] == ["miners-changed"]
    assert sorted(sent[0]["ids"]) == sorted(ids(fleet))


def test_a_miner_that_is_being_commanded_is_left_out_and_keeps_its_status(fleet: Fleet) -> None:
    busy = fleet["gamma-1"]
    with locks.hold(f"miner:{busy.pk}", ttl_s=10):
        seen = poll_shard(ids(fleet), now=NOW)
    assert busy.pk not in [one.candidate.miner_id for one in seen]
    assert len(seen) == len(fleet) - 1
    assert MinerStatus.objects.get(miner=busy).polled_at is None


def test_every_lock_is_given_back(fleet: Fleet) -> None:
    poll_shard(ids(fleet), now=NOW)
    taken = locks.take_many((f"miner:{pk}" for pk in ids(fleet)), ttl_s=5)
    assert len(taken) == len(fleet)
    locks.release_many(taken)


def test_a_disabled_or_deleted_miner_is_not_read(healthy: Simulation, fleet: Fleet) -> None:
    Miner.objects.filter(name="gamma-1").update(enabled=False)
    deleted = fleet["gamma-2"].pk
    Miner.objects.filter(pk=deleted).delete()
    before = healthy.device("gamma-1").counters.connections
    poll_shard([*ids(fleet), deleted], now=NOW)
    assert healthy.device("gamma-1").counters.connections == before
    assert not Telemetry.objects.filter(miner_id=deleted).exists()


def test_an_empty_shard_does_nothing(db: None) -> None:
    assert poll_shard([], now=NOW) == []


def test_a_host_outside_ones_own_network_is_never_spoken_to(make_miner: Callable[..., Miner]) -> None:
    miner = make_miner("evil", host="93.184.216.34", port=80)
    [seen] = poll_shard([miner.pk], now=NOW)
    assert "93.184.216.34" in seen.failure
    assert "private network" in seen.failure

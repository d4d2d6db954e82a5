"""NMMiners of the first generation: heard by the listener, read by the poller."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import orjson
import pytest

from hmm_project.redis_server import connection
from miners import listener
from miners.models import Miner, MinerStatus, Telemetry
from miners.polling import poll_shard
from tests.miners.polling.conftest import NOW, POLL

SAID = {
    "ip": "192.168.1.101",
    "BoardType": "ESP32-2432S028R",
    "HashRate": "1.0154MH/s",
    "Share": "1/40/97.5%",
    "Temp": 48.5,
    "RSSI": -62,
    "Uptime": "000d 00:22:57\r028d 18:25:01",
    "Version": "v1.8.10",
    "PoolInUse": "pool.example:21496",
}


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    connection().flushdb()
    yield
    connection().flushdb()


def say(host: str, *, seconds_ago: float, **said: str) -> None:
    key, value = listener.STATUS + host, listener.pack(orjson.dumps(SAID | said), NOW.timestamp() - seconds_ago)
    connection().set(key, value)


def test_what_was_heard_is_what_is_read(make_miner: Callable[..., Miner]) -> None:
    tiny = make_miner("tiny", kind="nmminer", host="127.0.0.31", port=9)
    say("127.0.0.31", seconds_ago=4)
    poll_shard([tiny.pk], now=NOW)
    status = MinerStatus.objects.get(miner=tiny)
    assert (status.state, status.failure) == ("mining", "")
    assert status.hashrate_ghs == pytest.approx(0.0010154)
    assert (status.accepted, status.rejected, status.firmware) == (40, 1, "v1.8.10")
    assert Telemetry.objects.get(miner_id=tiny.pk).rssi_dbm == -62


def test_a_miner_configured_by_its_name_is_heard_at_its_address(make_miner: Callable[..., Miner]) -> None:
    named = make_miner("named", kind="nmminer", host="localhost", port=12_345)
    say("127.0.0.1", seconds_ago=4)
    poll_shard([named.pk], now=NOW)
    status = MinerStatus.objects.get(miner=named)
    assert (status.state, status.failure, status.accepted) == ("mining", "", 40)


def test_a_silent_one_is_unreachable_and_what_others_said_is_not_its_own(make_miner: Callable[..., Miner]) -> None:
    tiny = make_miner("tiny", kind="nmminer", host="127.0.0.31", port=9)
    say("127.0.0.31", seconds_ago=90)
    say("127.0.0.32", seconds_ago=1)
    for poll in range(2):
        poll_shard([tiny.pk], now=NOW + poll * POLL)
    assert MinerStatus.objects.get(miner=tiny).state == "unreachable"
    assert not Telemetry.objects.exists()


def test_one_that_was_configured_by_a_host_name_is_heard_too(
    make_miner: Callable[..., Miner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 0, 0, "", ("127.0.0.31", 0))])
    tiny = make_miner("tiny", kind="nmminer", host="tiny.lan", port=12_345)
    say("127.0.0.31", seconds_ago=4)
    poll_shard([tiny.pk], now=NOW)
    assert MinerStatus.objects.get(miner=tiny).state == "mining"


def test_two_of_one_model_that_change_places_are_told_by_their_host_names(make_miner: Callable[..., Miner]) -> None:
    hosts = ["127.0.0.31", "127.0.0.32"]
    miners = [make_miner(name, kind="nmminer", host=host, port=12_345) for name, host in zip("ab", hosts, strict=True)]
    for poll, names in enumerate(["ab", "ba", "ba"]):
        for host, name in zip(hosts, names, strict=True):
            say(host, seconds_ago=4 - 30 * poll, Hostname=f"tiny-{name}")
        poll_shard([miner.pk for miner in miners], now=NOW + poll * POLL)
    assert list(Miner.objects.order_by("name").values_list("host", flat=True)) == hosts[::-1]
    assert set(MinerStatus.objects.values_list("state", flat=True)) == {"mining"}

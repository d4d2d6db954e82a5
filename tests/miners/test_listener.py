"""The listener: bounded, sceptical, and back by itself after Redis was away."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, time

import pytest
from django.conf import settings

from hmm_project.config import PROJECT
from hmm_project.home import Home
from hmm_project.redis_server import connection
from hmm_project.runtime import valkey
from miners import listener
from miners.listener import resp
from miners.listener.mailbox import BURST, LARGEST, MOST_DEVICES, Mailbox
from miners.polling import broadcasts
from tests.miners.polling.conftest import NOW

HELLO = b'{"ip":"192.168.1.101","HashRate":"1.0154MH/s"}'


def wait_for(condition: Callable[[], object]) -> object:
    """What `condition` answers once it is true."""
    deadline = monotonic() + 10
    while not (answer := condition()):
        assert monotonic() < deadline, "it did not come true in time"
    return answer


class Listening:
    """A listener process on two free ports."""

    def __init__(self, redis_url: str) -> None:
        self.port, self.config_port = free_port(), free_port()
        ports = ["--port", str(self.port), "--config-port", str(self.config_port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "miners.listener", "--redis", "-", *ports],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(f"{redis_url}\n")
        self.process.stdin.flush()
        assert self.process.stderr is not None
        assert "listening" in self.process.stderr.readline()

    def say(self, payload: bytes, *, source: str, config: bool = False) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
            speaker.bind((source, 0))
            speaker.sendto(payload, ("127.0.0.1", self.config_port if config else self.port))

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=5)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def listening() -> Iterator[Listening]:
    connection().flushdb()
    process = Listening(settings.REDIS_URL)
    yield process
    process.stop()


def test_the_latest_broadcast_of_each_device_reaches_the_poller(listening: Listening) -> None:
    listening.say(b"old", source="127.0.0.11")
    listening.say(HELLO, source="127.0.0.11")
    listening.say(b"{}", source="127.0.0.12", config=True)
    addresses = ["127.0.0.11", "127.0.0.12", "127.0.0.13"]
    wait_for(lambda: connection().exists(listener.STATUS + "127.0.0.11", listener.CONFIG + "127.0.0.12") == 2)
    wait_for(lambda: broadcasts.latest(addresses, now=NOW).statuses["127.0.0.11"].payload == HELLO)
    said = broadcasts.latest(addresses, now=NOW.fromtimestamp(time() + 3, NOW.tzinfo))
    assert set(said.statuses) == {"127.0.0.11"}
    assert said.configs["127.0.0.12"].payload == b"{}"
    assert 3 <= said.statuses["127.0.0.11"].age_s < 10
    assert 100 < connection().ttl(listener.STATUS + "127.0.0.11") <= listener.TTL_S


def test_a_device_cannot_speak_for_another_by_naming_its_address(listening: Listening) -> None:
    listening.say(b'{"ip":"127.0.0.99"}', source="127.0.0.66")
    wait_for(lambda: connection().exists(listener.STATUS + "127.0.0.66"))
    assert not connection().exists(listener.STATUS + "127.0.0.99")


def test_a_broadcast_on_another_interface_is_heard_under_its_sender(listening: Listening) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
        speaker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        speaker.bind(("127.0.0.21", 0))
        speaker.sendto(HELLO, ("127.255.255.255", listening.port))
    wait_for(lambda: connection().exists(listener.STATUS + "127.0.0.21"))


def test_the_same_words_on_the_other_port_are_a_configuration(listening: Listening) -> None:
    listening.say(HELLO, source="127.0.0.22", config=True)
    wait_for(lambda: connection().exists(listener.CONFIG + "127.0.0.22"))
    assert not connection().exists(listener.STATUS + "127.0.0.22")


HOSTILE = [
    b"",
    b"\0" * 2000,
    b"\xff\xfe" * 2000,
    b"\r\n" * 500,
    b"*1\r\n$8\r\nFLUSHALL\r\n",
    b"{" * 4000,
    b"x" * 60_000,
]


def test_hostile_datagrams_harm_nobody(listening: Listening) -> None:
    for payload in HOSTILE:
        listening.say(payload, source="127.0.0.66")
        listening.say(payload, source="127.0.0.66", config=True)
    listening.say(HELLO, source="127.0.0.11")
    wait_for(lambda: connection().exists(listener.STATUS + "127.0.0.11"))
    assert listening.process.poll() is None
    kept = broadcasts.latest(["127.0.0.66"], now=NOW).statuses["127.0.0.66"].payload
    assert kept == HOSTILE[-2]  # the last that is neither empty nor huge, byte by byte
    assert set(connection().keys("*")) <= {  # and nothing of it was a command to Redis
        key.encode() for source in ("11", "66") for key in (f"{listener.STATUS}127.0.0.{source}",)
    } | {f"{listener.CONFIG}127.0.0.66".encode()}


def test_a_flood_of_one_does_not_silence_another(listening: Listening) -> None:
    """The quiet one speaks every 20 ms here: in the real world a minute has twelve chances."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flooder:
        flooder.bind(("127.0.0.66", 0))

        def heard_in_the_flood() -> bool:
            for _ in range(2000):
                flooder.sendto(b"x" * 100, ("127.0.0.1", listening.port))
            listening.say(HELLO, source="127.0.0.11")
            return connection().exists(listener.STATUS + "127.0.0.11") == 1

        wait_for(heard_in_the_flood)
    assert listening.process.poll() is None


def test_sigterm_ends_it_at_once(listening: Listening) -> None:
    started = monotonic()
    listening.process.send_signal(signal.SIGTERM)
    assert listening.process.wait(5) == 0
    assert monotonic() - started < 2


def test_another_listener_on_the_same_port_is_no_problem(listening: Listening) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("0.0.0.0", listening.port))


def test_it_stays_small(listening: Listening) -> None:
    sources = [f"127.0.0.{device}" for device in range(1, 101)]

    def all_are_heard() -> bool:
        for source in sources:  # again and again, as devices do: a datagram may be lost
            listening.say(b"x" * 1000, source=source)
        return connection().exists(*(listener.STATUS + source for source in sources)) == len(sources)

    wait_for(all_are_heard)
    rollup = Path(f"/proc/{listening.process.pid}/smaps_rollup").read_text()
    pss_kib = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    assert pss_kib < 20 * 1024


def test_after_redis_was_away_it_writes_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.run.mkdir()
    server = start_valkey(home)
    process = Listening(f"unix://{home.valkey_socket}")
    try:
        process.say(b"first", source="127.0.0.11")
        wait_for(lambda: stored(home) == b"first")
        server.kill()
        server.wait()
        process.say(b"second", source="127.0.0.11")
        assert process.process.stderr is not None
        assert "cannot be written" in process.process.stderr.readline()
        server = start_valkey(home)
        wait_for(lambda: stored(home) == b"second")
        assert "written again" in process.process.stderr.readline()
    finally:
        process.stop()
        server.kill()
        server.wait()


def start_valkey(home: Home) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(valkey.command(home), stdout=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(home.valkey_socket)) == 0

    wait_for(answers)
    return server


def stored(home: Home) -> bytes | None:
    import redis

    with redis.Redis.from_url(f"unix://{home.valkey_socket}") as client:
        value = client.get(listener.STATUS + "127.0.0.11")
    return listener.unpack(value)[1] if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("http://me:secret@somewhere", "neither unix"), ("redis://h:port/0", "Port"), ("redis://h/x", "int")],
)
def test_a_wrong_redis_url_ends_it_with_one_line(url: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "miners.listener", "--redis", url, "--port", str(free_port())],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr


def test_the_mailbox_keeps_the_latest_of_each_and_empties() -> None:
    mailbox = Mailbox()
    mailbox.put("a:", "10.0.0.1", b"old", now=1)
    mailbox.put("a:", "10.0.0.1", b"new", now=2)
    assert mailbox.take() == {"a:10.0.0.1": b"2.000\nnew"}
    assert mailbox.take() == {}


@pytest.mark.parametrize(
    ("source", "payload"),
    [("8.8.8.8", b"x"), ("10.0.0.1", b""), ("10.0.0.1", b"x" * (LARGEST + 1))],
)
def test_the_mailbox_takes_nothing_from_outside_nothing_empty_and_nothing_huge(source: str, payload: bytes) -> None:
    mailbox = Mailbox()
    mailbox.put("a:", source, payload, now=1)
    assert mailbox.take() == {}


def test_a_flood_of_sources_is_bounded_and_the_silent_make_room() -> None:
    mailbox = Mailbox()
    for number in range(MOST_DEVICES + 50):
        mailbox.put("a:", f"10.0.{number // 256}.{number % 256}", b"x", now=1)
    assert len(mailbox.take()) == MOST_DEVICES
    mailbox.put("a:", "10.9.9.9", b"late", now=2)
    assert mailbox.take() == {}
    mailbox.put("a:", "10.9.9.9", b"later", now=2 + listener.TTL_S)
    assert list(mailbox.take()) == ["a:10.9.9.9"]


def test_a_burst_uses_up_the_room_until_it_was_written() -> None:
    mailbox = Mailbox()
    for _ in range(BURST):
        mailbox.put("a:", "10.0.0.1", b"x", now=1)
    assert mailbox.room == 0
    mailbox.take()
    assert mailbox.room == BURST


def test_what_could_not_be_written_gives_way_to_what_is_newer() -> None:
    mailbox = Mailbox()
    mailbox.put("a:", "10.0.0.1", b"new", now=2)
    mailbox.put_back({"a:10.0.0.1": b"1.000\nold", "a:10.0.0.2": b"1.000\nold"})
    assert mailbox.take() == {"a:10.0.0.1": b"2.000\nnew", "a:10.0.0.2": b"1.000\nold"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("unix:///run/v.sock", resp.Address(path="/run/v.sock")),
        ("unix://u:p%40ss@/run/v.sock?db=3", resp.Address(path="/run/v.sock", user="u", password="p@ss", database=3)),
        ("redis://cache", resp.Address(host="cache")),
        ("rediss://:pw@cache:7000/2", resp.Address(host="cache", port=7000, tls=True, password="pw", database=2)),
    ],
)
def test_redis_urls(url: str, address: resp.Address) -> None:
    assert resp.parse(url) == address


def test_a_refused_command_is_told_and_the_next_connection_works() -> None:
    client = resp.Client(resp.parse(settings.REDIS_URL))
    with pytest.raises(resp.Failed, match="unknown command"):
        client.send([["NONSENSE"]])
    client.send([["SET", "hmm:test", b"\x00\xff"]])
    assert connection().getdel("hmm:test") == b"\x00\xff"
    client.close()


def test_a_server_that_hangs_costs_a_time_out_and_then_the_next_connection_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resp, "TIMEOUT_S", 0.2)
    client = resp.Client(resp.Address(path=str(tmp_path / "hung")))
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(tmp_path / "hung"))
        hung.listen()
        started = monotonic()
        with pytest.raises(TimeoutError):
            client.send([["SET", "key", "value"]])
        assert monotonic() - started < 5
    client._address = resp.parse(settings.REDIS_URL)
    client.send([["SET", "hmm:test", "back"]])
    assert connection().getdel("hmm:test") == b"back"
    client.close()


@pytest.mark.parametrize("answer", [b"", b"+OK", b"x" * 10_000, b"-LOADING Redis is loading\r\n"])
def test_a_server_that_answers_badly_is_an_error_and_never_a_hang(tmp_path: Path, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "bad"))
        server.listen()
        client = resp.Client(resp.Address(path=str(tmp_path / "bad")))

        def serve() -> None:
            talking, _ = server.accept()
            with talking:
                talking.recv(1000)
                talking.sendall(answer)

        serving = Thread(target=serve)
        serving.start()
        with pytest.raises((OSError, resp.Failed)):
            client.send([["SET", "key", "value"]])
        serving.join()
        client.close()


def test_while_redis_is_away_what_is_kept_stays_bounded() -> None:
    mailbox = Mailbox()
    for second in range(20):
        for number in range(MOST_DEVICES + 100):
            mailbox.put("a:", f"10.0.{number // 256}.{number % 256}", b"x", now=second)
        mailbox.put_back(mailbox.take())
    assert len(mailbox.take()) == MOST_DEVICES


def test_what_is_packed_is_unpacked() -> None:
    assert listener.unpack(listener.pack(b"a\nb", 12.5)) == (12.5, b"a\nb")

"""The stratum probe against sockets that behave, misbehave and keep silent."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hmm_project.simulation import running
from miners.simulators.fleet import parse as fleet
from pools.contract import Address, ProbeFailed
from pools.simulators.stratum import StratumPool
from pools.stratum import LONGEST_LINE_BYTES, probe
from tests.pools.listening import SUBSCRIBED, Talk, free_port, pool, says

NOTIFICATION = b'{"id":null,"method":"mining.set_difficulty","params":[512]}\n'


def at(port: int, *, tls: bool = False) -> Address:
    return Address("127.0.0.1", port, tls)


async def test_a_pool_is_asked_to_subscribe_and_nothing_else() -> None:
    with pool() as listening:
        found = await probe(at(listening.port))
        assert listening.asked == ["mining.subscribe"]
        assert listening.connections == 1
    assert found.tls_ms is None
    assert 0 <= found.dns_ms < 5000
    assert 0 < found.tcp_ms < 5000
    assert 0 < found.subscribe_ms < 5000


@pytest.mark.parametrize(
    "talk",
    [
        says(SUBSCRIBED),
        says(b'{"result":[[["mining.notify","0000002a"]],"8a6c3f5e00000000",8],"id":1,"error":null}\n'),
        says(NOTIFICATION * 3, SUBSCRIBED),
        says(NOTIFICATION, b"\r\n".join([b'{"id":7,"method":"client.get_version","params":[]}', SUBSCRIBED])),
        says(SUBSCRIBED[:20], SUBSCRIBED[20:]),
        says(b'{"id":1,"method":"client.show_message","params":["hi"]}\n', SUBSCRIBED),
    ],
)
async def test_an_answer_counts_however_it_comes(talk: Talk) -> None:
    with pool(talk=talk) as listening:
        assert (await probe(at(listening.port))).subscribe_ms > 0


@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (says(), "closed the connection without an answer."),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not speak stratum."),
        (says(b"\x16\x03\x01\x02\x00\n"), "does not speak stratum."),
        (says(b"[" * 5000 + b"\n"), "does not speak stratum."),
        (says(b"[1]\n"), "does not speak stratum."),
        (says(b'{"id":1,"result":null,"error":[20,"Not supported",null]}\n'), "refused mining.subscribe: [20, 'Not"),
        (says(b'{"id":1,"result":true,"error":null}\n'), "answered mining.subscribe with nothing to mine on."),
        (says(NOTIFICATION * 30), "talks without answering mining.subscribe."),
        (says(b"x" * (LONGEST_LINE_BYTES + 10) + b"\n"), "sent a line of more than 16 KiB."),
        (says(*[b"x" * 4096] * 64), "sent a line of more than 16 KiB."),
        (says(SUBSCRIBED.rstrip(b"\n")[:-5]), "does not speak stratum."),
    ],
)
async def test_a_bad_answer_is_one_sentence(talk: Talk, sentence: str) -> None:
    with pool(talk=talk) as listening, pytest.raises(ProbeFailed) as caught:
        await probe(at(listening.port))
    assert str(caught.value).startswith(f"127.0.0.1:{listening.port} {sentence}")


async def test_silence_costs_the_time_out() -> None:
    with pool(stall=True) as listening, pytest.raises(ProbeFailed, match=r"did not answer in 0\.2 s\."):
        await probe(at(listening.port), timeout_s=0.2)


async def test_a_port_nobody_listens_on_is_one_sentence() -> None:
    with pytest.raises(ProbeFailed, match="cannot be reached"):
        await probe(at(free_port()))


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 64 + ".example", "..", "xn--a"])
async def test_a_name_that_leads_nowhere_is_one_sentence(host: str) -> None:
    with pytest.raises(ProbeFailed, match=r"leads to no address\.$"):
        await probe(Address(host, 3333))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Signed by itself, as many pools' are."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pool.example")])
    today = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("pool") / "pool.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_pool_behind_tls_answers_with_a_certificate_of_its_own(certificate: ssl.SSLContext) -> None:
    with pool(tls=certificate) as listening:
        found = await probe(at(listening.port, tls=True))
        assert listening.asked == ["mining.subscribe"]
    assert found.tls_ms is not None
    assert found.tls_ms > 0


async def test_tls_where_there_is_none_is_one_sentence() -> None:
    with pool(talk=says(b"not tls\n")) as listening, pytest.raises(ProbeFailed, match=r"does not speak TLS"):
        await probe(at(listening.port, tls=True))


def test_the_simulated_pool_is_subscribed_to_and_keeps_no_worker() -> None:
    with running(fleet({"services": {"pools": [{"host": "127.0.0.1", "port": 0}]}})) as house:
        simulated = house.service("pool-1")
        assert isinstance(simulated, StratumPool)
        found = asyncio.run(probe(at(simulated.port)))
        assert found.subscribe_ms > 0
        assert (simulated.subscribed, simulated.authorised, simulated.counters.writes) == (1, 0, 0)

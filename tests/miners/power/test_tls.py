"""A Home Assistant behind HTTPS whose certificate nobody else has signed."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from miners.contract import Refused
from miners.models import HomeAssistant, Switch
from miners.power.asking import check_connection
from miners.power.services import read_switches, save_home_assistant

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
WHO = {"actor": "ada", "now": NOW}
STATES = b'[{"entity_id": "switch.blue", "state": "on", "attributes": {}}]'
pytestmark = pytest.mark.django_db


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.tokens.append(self.headers["Authorization"])  # type: ignore[attr-defined]
        body = STATES if self.path == "/api/states" else b'{"message": "API running."}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""


def self_signed(directory: Path) -> Path:
    """Key and certificate of 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "home")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    file = directory / "home.pem"
    file.write_bytes(pem)
    return file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.tokens = []  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(server: ThreadingHTTPServer) -> str:
    return f"https://127.0.0.1:{server.server_port}"


def test_a_certificate_nobody_signed_is_refused_with_the_way_out_and_gets_no_token(
    url: str, server: ThreadingHTTPServer
):
    save_home_assistant(**WHO, url=url, token="secret")

    with pytest.raises(Refused, match=r"is not trusted.*let its certificate go unchecked"):
        check_connection(now=NOW)
    assert server.tokens == []  # type: ignore[attr-defined]


def test_it_is_spoken_to_once_a_person_lets_its_certificate_go_unchecked(url: str):
    save_home_assistant(**WHO, url=url, token="secret", verify_tls=False)
    switch = Switch.objects.create(name="blue", entity_id="switch.blue")

    assert check_connection(now=NOW) == "API running."
    read_switches(NOW)

    switch.refresh_from_db()
    assert switch.state == "on"
    assert HomeAssistant.objects.get().seen_at == NOW


def test_a_connection_is_tried_as_it_would_be_saved(url: str):
    assert check_connection(url, "secret", verify_tls=False, now=NOW) == "API running."
    with pytest.raises(Refused, match="is not trusted"):
        check_connection(url, "secret", now=NOW)

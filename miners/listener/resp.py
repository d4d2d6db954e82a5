"""As much of a Redis client as the listener needs: send commands in one batch, read plain answers.

The usual library would cost this small process three times its own memory.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_S = 5
LONGEST_LINE = 4096


class Failed(Exception):
    """The server refused a command; the message is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A UNIX socket, or host and port."""

    path: str | None = None
    host: str = "localhost"
    port: int = 6379
    tls: bool = False
    user: str = ""
    password: str = ""
    database: int = 0


def parse(url: str) -> Address:
    """unix://[user:password@]/path?db=0 or redis[s]://[user:password@]host:port/0. ValueError for anything else."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "unix" and parts.path:
        database = parse_qs(parts.query).get("db", ["0"])[0]
        return Address(path=unquote(parts.path), user=user, password=password, database=int(database))
    if parts.scheme in {"redis", "rediss"}:
        return Address(
            host=parts.hostname or "localhost",
            port=parts.port or 6379,
            tls=parts.scheme == "rediss",
            user=user,
            password=password,
            database=int(parts.path.strip("/") or 0),
        )
    raise ValueError("the URL is neither unix:///path nor redis://host:port/0")  # not shown: it may hold a password


class Client:
    """One connection, made when it is needed and again after a failure."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        self._answers: BinaryIO | None = None

    def send(self, commands: Iterable[Sequence[str | bytes]]) -> None:
        """Send `commands` in one go and read their answers. Raises OSError or Failed; the next call connects anew."""
        try:
            self._exchange(list(commands))
        except (OSError, Failed):
            self.close()
            raise

    def close(self) -> None:
        for each in (self._answers, self._socket):
            if each is not None:
                with suppress(OSError):
                    each.close()
        self._socket = self._answers = None

    def _exchange(self, commands: list[Sequence[str | bytes]]) -> None:
        if self._socket is None:
            self._socket = _connect(self._address)
            self._answers = self._socket.makefile("rb")
            commands = [*_greeting(self._address), *commands]
        self._socket.sendall(b"".join(_encoded(command) for command in commands))
        for _ in commands:
            self._expect_good()

    def _expect_good(self) -> None:
        assert self._answers is not None  # noqa: S101  made with the socket
        line = self._answers.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the server closed the connection")
        if line.startswith(b"-"):
            raise Failed(line[1:].decode(errors="replace").strip())


def _connect(address: Address) -> socket.socket:
    if address.path is not None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_S)
        connection.connect(address.path)
        return connection
    connection = socket.create_connection((address.host, address.port), timeout=TIMEOUT_S)
    if not address.tls:
        return connection
    import ssl  # a quarter of this process's memory, so only where it is wanted

    return ssl.create_default_context().wrap_socket(connection, server_hostname=address.host)


def _greeting(address: Address) -> list[list[str | bytes]]:
    greeting: list[list[str | bytes]] = []
    if address.password:
        greeting.append(["AUTH", *([address.user] if address.user else []), address.password])
    if address.database:
        greeting.append(["SELECT", str(address.database)])
    return greeting


def _encoded(command: Sequence[str | bytes]) -> bytes:
    words = [word.encode() if isinstance(word, str) else word for word in command]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)

"""A stratum pool on a socket that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

SUBSCRIBED = b'{"id":1,"error":null,"result":[[["mining.notify","57a6f098"]],"57a6f098",4]}\n'
Talk = Callable[[socket.socket], None]


@dataclass
class Listening:
    port: int
    asked: list[str] = field(default_factory=list)  # methods
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def says(*chunks: bytes) -> Talk:
    """Answer the first line with these bytes."""

    def talk(client: socket.socket) -> None:
        for chunk in chunks:
            client.sendall(chunk)

    return talk


@contextmanager
def pool(*, talk: Talk | None = None, stall: bool = False, tls: ssl.SSLContext | None = None) -> Iterator[Listening]:
    """Answers `talk` (a subscription) once it was asked; `stall` never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    script = Listening(listener.getsockname()[1])
    answer = talk or says(SUBSCRIBED)

    def serve(client: socket.socket) -> None:
        with suppress(OSError), tls.wrap_socket(client, server_side=True) if tls else client as talking:
            line = talking.makefile("rb").readline()
            with suppress(ValueError):
                script.asked.append(json.loads(line)["method"])
            if stall:
                script.over.wait(30)
            answer(talking)

    def accept() -> None:
        while not script.over.is_set():
            with suppress(TimeoutError):
                client, _ = listener.accept()
                client.settimeout(5)
                script.connections += 1
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        thread.join()
        listener.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])

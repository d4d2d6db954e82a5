"""The listener: `python -m miners.listener --redis unix:///config/run/valkey.sock`.

A process of its own and a lean one: neither Django nor Celery, asyncio or a Redis library is loaded. Anybody in the
network can send to it, so:

- A datagram is filed under the address it came from, never under the one it claims in its text: a line of JSON makes
  nobody somebody else. Only private and loopback addresses count.
- It is not parsed here. The latest of each device is kept, bounded in bytes and devices.
- Between two writes to Redis a bounded number is read; the kernel drops the rest.
"""

from __future__ import annotations

import argparse
import logging
import select
import signal
import socket
import sys
from time import monotonic, time

from miners.listener import CONFIG, STATUS, TTL_S, resp
from miners.listener.mailbox import LARGEST, Mailbox

WRITE_EVERY_S = 0.5

log = logging.getLogger("miners.listener")


class Store:
    """Redis, written until it works; its absence is logged once."""

    def __init__(self, address: resp.Address) -> None:
        self._client = resp.Client(address)
        self._well = True

    def write(self, mailbox: Mailbox) -> None:
        fresh = mailbox.take()
        if not fresh:
            return
        try:
            self._client.send(["SET", key, value, "EX", str(TTL_S)] for key, value in fresh.items())
        except (OSError, resp.Failed) as error:
            mailbox.put_back(fresh)
            self._tell(well=False, why=str(error))
        else:
            self._tell(well=True)

    def _tell(self, *, well: bool, why: str = "") -> None:
        if well != self._well:
            log.warning("Redis is written again" if well else f"Redis cannot be written, trying on: {why}")
        self._well = well


def bound(port: int) -> socket.socket:
    """A socket for the broadcasts to `port` on every interface; others on this machine may listen too.

    IPv4 only: IPv6 knows no broadcast, and an NMMiner no IPv6.
    """
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ear.setblocking(False)
    ear.bind(("0.0.0.0", port))  # noqa: S104  a broadcast reaches no narrower address
    return ear


def listen(ears: dict[socket.socket, str], store: Store) -> None:
    """Listen until a signal ends the process."""
    mailbox = Mailbox()
    write_at = monotonic()
    while True:
        left = write_at - monotonic()
        if left <= 0:
            store.write(mailbox)
            write_at = monotonic() + WRITE_EVERY_S
            continue
        open_ears = list(ears) if mailbox.room > 0 else []
        for ear in select.select(open_ears, [], [], left)[0]:
            _hear(ear, ears[ear], mailbox)


def _hear(ear: socket.socket, prefix: str, mailbox: Mailbox) -> None:
    while mailbox.room > 0:
        try:
            payload, (source, _) = ear.recvfrom(LARGEST + 1)
        except BlockingIOError:
            return
        mailbox.put(prefix, source, payload, now=time())


def main() -> int:
    parser = argparse.ArgumentParser(prog="miners.listener", description="Keep NMMiners' broadcasts in Redis.")
    parser.add_argument("--redis", required=True, help="unix:///path or redis://…; - reads it from standard input")
    parser.add_argument("--port", type=int, default=12_345, help="where devices say how they are")
    parser.add_argument("--config-port", type=int, default=12_346, help="where they say their settings")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="{asctime} {levelname} {name}: {message}", style="{")
    try:
        store = Store(resp.parse(sys.stdin.readline().strip() if options.redis == "-" else options.redis))
        ears = {bound(options.port): STATUS, bound(options.config_port): CONFIG}
    except (OSError, OverflowError, ValueError) as error:
        log.error("cannot listen on UDP %s and %s: %s", options.port, options.config_port, error)  # noqa: TRY400
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    log.info("listening on UDP %s and %s", options.port, options.config_port)
    listen(ears, store)
    return 0


if __name__ == "__main__":
    sys.exit(main())

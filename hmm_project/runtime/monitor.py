"""Flower without Django: `python -m hmm_project.runtime.monitor SOCKET`, the broker's URL on standard input.

Staff look; what Flower could do (revoke, shut down) is not offered, so nothing can be forged either.
"""

from __future__ import annotations

import logging
import signal
import sys

from celery import Celery
from flower.app import Flower
from flower.command import extract_settings, setup_logging
from flower.options import options
from flower.urls import settings

from hmm_project.runtime.memory import give_back

TASKS_KEPT = 1000


def main(socket: str, broker: str) -> int:
    """Serve until SIGTERM."""
    options.unix_socket = socket
    options.url_prefix = "flower"
    options.read_only = True
    options.max_tasks = TASKS_KEPT
    extract_settings()
    setup_logging()
    logging.getLogger("flower").setLevel(logging.ERROR)  # it warns of every worker that is not there yet
    monitor = Flower(capp=Celery("hmm", broker=broker, fixups=[]), options=options, **settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    monitor.start_http_server()
    give_back()
    try:
        monitor.start()
    finally:
        monitor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.stdin.readline().strip()))

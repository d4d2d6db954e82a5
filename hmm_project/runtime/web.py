"""The web process: uvicorn, one process, quiet."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import uvicorn
from django.urls import get_resolver

from hmm_project.runtime.memory import give_back
from hmm_project.runtime.waiting import until

log = logging.getLogger("hmm.web")
PATIENCE_S = 600  # a migration may take a while
GRACE_S = 2  # open pages hold a WebSocket each; they reconnect by themselves


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            log.info("ready on %s port %s", self.config.host, self.config.port)


def serve(host: str, port: int, after: Path | None) -> int:
    """Answer requests until SIGTERM, once the file `after` is there; answers the exit code."""
    server = Server(_settings(host, port))
    server.config.load()  # imports everything while the database is still being prepared
    get_resolver().url_patterns  # noqa: B018  all pages and the API too: the first visitor does not wait for them
    give_back()
    if after and not until(after.exists, seconds=PATIENCE_S):
        log.error("%s does not appear", after)
        return 1
    server.run()
    return 0 if server.started else 1


def _settings(host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        "hmm_project.asgi:application",
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=65_536,
        lifespan="off",
        log_config=None,  # Django's LOGGING stands
        log_level="warning",
        access_log=False,
        server_header=False,
        # A reverse proxy on this machine may say who is calling; nobody else may.
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_graceful_shutdown=GRACE_S,
    )

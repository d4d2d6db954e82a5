"""The web process: uvicorn, one process, quiet."""

from __future__ import annotations

import logging
import socket

import uvicorn

log = logging.getLogger("hmm.web")
GRACE_S = 2  # open pages hold a WebSocket each; they reconnect by themselves


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            log.info("ready on %s port %s", self.config.host, self.config.port)


def serve(host: str, port: int) -> int:
    """Answer requests until SIGTERM; answers the exit code."""
    server = Server(
        uvicorn.Config(
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
    )
    server.run()
    return 0 if server.started else 1

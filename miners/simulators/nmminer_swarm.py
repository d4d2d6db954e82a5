"""An NMMiner of firmware 1.7.06 to 1.8: it broadcasts, and it lists itself for those whom no broadcast reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.simulators import nmminer_face
from miners.simulators.http import HttpEndpoint, Request, Response, json, text
from miners.simulators.nmminer import UdpNmminer

SINCE = (1, 7, 6)

_KEYS = {  # of a broadcast, and of the list
    "ip": "ip",
    "BoardType": "boardType",
    "HashRate": "hashRate",
    "Share": "share",
    "NetDiff": "netDiff",
    "PoolDiff": "poolDiff",
    "LastDiff": "lastDiff",
    "BestDiff": "bestDiff",
    "Valid": "valid",
    "Temp": "temp",
    "RSSI": "rssi",
    "FreeHeap": "freeHeap",
    "Uptime": "uptime",
    "Version": "version",
    "PoolInUse": "pool",
}


class ListingNmminer(UdpNmminer, HttpEndpoint):
    """Answers HTTP at the TCP port with the number of the UDP port that takes its configuration."""

    async def open(self) -> None:
        await UdpNmminer.open(self)
        await HttpEndpoint.open(self)

    def close(self) -> None:
        UdpNmminer.close(self)
        HttpEndpoint.close(self)

    def handle(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/swarm"):
            return json(self._swarm())
        return text("Not found", 404)

    def _swarm(self) -> Mapping[str, Any]:
        said = nmminer_face.status(self.sample(), self.firmware, self.spec.firmware, self.host, self.pool)
        row = {_KEYS[key]: value for key, value in said.items()}
        row["bestDiff"] = str(row["bestDiff"]).replace("\r", " /")
        summary = {"totalWorkers": 1, "totalHashRate": row["hashRate"], "bestDiff": row["bestDiff"]}
        return {"summary": summary, "devices": [row]}

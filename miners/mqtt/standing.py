"""How the connection to the broker stands, in one word and in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from miners.models import MqttBroker

SILENT = timedelta(minutes=3)  # three sweeps without a word: nobody publishes


@dataclass(frozen=True, slots=True)
class Standing:
    word: str  # unset, off, rejected, connected, away, waiting
    sentence: str
    tone: str
    icon: str


def standing(broker: MqttBroker | None, now: datetime) -> Standing:
    if broker is None:
        return Standing(
            "unset", "No broker is set up: Home Assistant does not find the miners.", "rest", "circle-dashed"
        )
    if broker.rejected:
        return Standing(
            "rejected",
            "It rejected user and password. Nothing more is sent until you save them again.",
            "bad",
            "circle-x",
        )
    if not broker.enabled:
        return Standing("off", "Switched off: the miners are unavailable in Home Assistant.", "rest", "circle-pause")
    if broker.connected and broker.seen_at and now - broker.seen_at < SILENT:
        return Standing("connected", f"Connected to {broker}: the miners are in Home Assistant.", "ok", "circle-check")
    if broker.failure:
        return Standing("away", broker.failure, "warn", "wifi-off")
    return Standing("waiting", "Waiting for a worker to connect.", "warn", "clock")

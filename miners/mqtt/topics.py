"""The topics of one broker: ours, and those of Home Assistant's MQTT discovery. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    discovery: str  # Home Assistant's prefix, usually "homeassistant"
    prefix: str  # of our own, usually "hmm"

    @property
    def bridge(self) -> str:
        """Whether we are there: our last will says "offline"."""
        return f"{self.prefix}/bridge/status"

    @property
    def births(self) -> frozenset[str]:
        """Home Assistant says "online" here when it has started: its default does not follow its prefix."""
        return frozenset((f"{self.discovery}/status", "homeassistant/status"))

    @property
    def configs(self) -> str:
        """Filter: every device anybody has described."""
        return f"{self.discovery}/device/+/config"

    @property
    def orders(self) -> str:
        """Filter: what is asked of any of our miners."""
        return f"{self.prefix}/miner/+/+/set"

    @property
    def stem(self) -> str:
        """Another one for each prefix, so that several installations share a broker."""
        return f"{self.prefix.replace('/', '_')}_miner_"

    def identity(self, miner_id: int) -> str:
        """Stable: Home Assistant keeps history, names and automations by it."""
        return f"{self.stem}{miner_id}"

    def config(self, miner_id: int) -> str:
        return f"{self.discovery}/device/{self.identity(miner_id)}/config"

    def availability(self, miner_id: int) -> str:
        return f"{self.prefix}/miner/{miner_id}/availability"

    def state(self, miner_id: int) -> str:
        return f"{self.prefix}/miner/{miner_id}/state"

    def order(self, miner_id: int, what: str) -> str:
        return f"{self.prefix}/miner/{miner_id}/{what}/set"

    def described(self, topic: str) -> int | None:
        """The miner whose description a topic holds; None when it is not one of ours."""
        match = re.fullmatch(rf"{re.escape(self.discovery)}/device/{self.stem}([0-9]{{1,18}})/config", topic)
        return int(match[1]) if match else None

    def ordered(self, topic: str) -> tuple[int, str] | None:
        """The miner an order is for, and what it is about."""
        match = re.fullmatch(rf"{re.escape(self.prefix)}/miner/([0-9]{{1,18}})/([a-z]{{1,20}})/set", topic)
        return (int(match[1]), match[2]) if match else None

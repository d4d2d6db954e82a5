"""The shapes of the discovery API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import BaseModel

from miners.discovery.known import Sighting, sightings
from miners.discovery.runs import Run


class NetworkIn(Schema):
    network: str = Field(description="A private IPv4 network of at most 1022 hosts, such as 192.168.1.0/24")


class KnownOut(BaseModel):
    id: int
    name: str


class FoundOut(BaseModel):
    """A device as it described itself; null: it does not say."""

    kind: str
    host: str
    port: int
    mac: str | None = Field(description="Or the family's own stable identity")
    model: str | None
    firmware: str | None
    hostname: str | None
    hashrate_ghs: float | None
    way: str = Field(description="broadcast, mdns or scan")
    known_as: KnownOut | None = Field(description="The miner that it is")
    moved: bool = Field(description="That miner was found here and has got this address")


class RunOut(BaseModel):
    id: int
    network: str
    state: str = Field(description="running, done or failed")
    hosts: int = Field(description="Addresses to knock at")
    done: int
    found: list[FoundOut]
    started_at: datetime
    finished_at: datetime | None
    why: str = Field(description="Why it failed; empty when it did not")


FOUND = ("kind", "host", "port", "mac", "model", "firmware", "hostname", "hashrate_ghs", "way")
RUN = ("id", "network", "state", "hosts", "done", "started_at", "finished_at", "why")


def found_out(sighting: Sighting) -> dict[str, Any]:
    miner = sighting.known_as
    return {
        **{name: getattr(sighting.found, name) for name in FOUND},
        "known_as": None if miner is None else {"id": miner.pk, "name": miner.name},
        "moved": sighting.moved,
    }


def run_out(run: Run) -> dict[str, Any]:
    return {
        **{name: getattr(run, name) for name in RUN},
        "found": [found_out(sighting) for sighting in sightings(run.found, run.moved)],
    }

"""The shapes of the discovery API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import BaseModel

from miners.contract import Reading
from miners.discovery.known import Sighting, sightings
from miners.discovery.runs import Run
from miners.discovery.trial import Trial


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


class TrialIn(Schema):
    host: str = Field(description="IP address or name in your own network")
    port: int | None = Field(None, ge=1, le=65_535, description="Null: where the families listen")
    kind: str = Field("", description="What it should be; empty: whatever answers")


class ReadingOut(BaseModel):
    """Its first reading; null: the device does not say."""

    state: str
    mode: str | None
    hashrate_ghs: float | None
    expected_hashrate_ghs: float | None
    power_w: float | None
    temperature_c: float | None
    fan_rpm: float | None
    accepted: int | None
    rejected: int | None
    uptime_s: int | None
    pool_url: str | None
    pool_user: str | None
    needs_code: bool
    capabilities: list[str]


class TrialOut(BaseModel):
    found: FoundOut | None = Field(description="Null: nothing known answers there")
    reading: ReadingOut | None
    why: str = Field(description="Why there is no reading; empty where there is one")
    warnings: list[str] = Field(description="Another family than was asked for; a device that is in the list already")
    name: str = Field(description="A name that would suit it")


def trial_out(trial: Trial) -> dict[str, Any]:
    found = trial.found
    reading = trial.reading
    return {
        "found": None if found is None else found_out(Sighting(found=found, known_as=trial.known_as)),
        "reading": None if reading is None else {name: _plain(reading, name) for name in ReadingOut.model_fields},
        "why": trial.why,
        "warnings": list(trial.warnings),
        "name": trial.name,
    }


def _plain(reading: Reading, name: str) -> Any:
    value = getattr(reading, name)
    return sorted(value) if isinstance(value, frozenset) else value

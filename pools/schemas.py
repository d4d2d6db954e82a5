"""The shapes of the pools API. A password is taken and never given back."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

HOST = "A host name, or what pools print: host:port, stratum+tcp://host:port, stratum+ssl://host:port"
USER = "Payout address; {miner} stands for the miner's name"


class PoolOut(Schema):
    id: int
    name: str
    coin: str
    host: str
    port: int
    tls: bool
    user: str
    enabled: bool
    state: str = Field(description="up, down (two checks in a row missed) or unknown")
    checked_at: datetime | None
    subscribe_ms: float | None = Field(description="How long the pool took to answer mining.subscribe, last good check")
    failure: str = Field(description="Why the last check failed; empty when it did not")


class PoolIn(Schema):
    name: str
    coin: str = "BTC"
    host: str = Field(description=HOST)
    port: int | None = Field(None, description="Not needed where the host says it")
    tls: bool = False
    user: str = Field(description=USER)
    password: str | None = Field(None, description="Most pools take anything")
    enabled: bool = True


class PoolPatch(Schema):
    """What is left out, or null, stays as it is."""

    name: str | None = None
    coin: str | None = None
    host: str | None = Field(None, description=HOST)
    port: int | None = None
    tls: bool | None = None
    user: str | None = Field(None, description=USER)
    password: str | None = None
    enabled: bool | None = None


class ProbeOut(Schema):
    """What a test found. The times are null where it did not get that far, `tls_ms` also without TLS."""

    reachable: bool
    failure: str = ""
    dns_ms: float | None = None
    tcp_ms: float | None = None
    tls_ms: float | None = None
    subscribe_ms: float | None = None


class CheckOut(Schema):
    time: datetime
    reachable: bool
    subscribe_ms: float | None
    error: str


class HealthOut(Schema):
    state: str
    checked_at: datetime | None
    misses: int = Field(description="Checks in a row without an answer")
    subscribe_ms: float | None
    failure: str
    checks: list[CheckOut] = Field(description="Of the last 24 hours, newest first")


class Choice(Schema):
    pool_id: int


class BulkChoice(Schema):
    ids: list[int] = Field(description="Miners", min_length=1, max_length=1000)
    pool_id: int

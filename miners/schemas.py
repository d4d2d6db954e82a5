"""The shapes of the miners API. Hashrates in GH/s, power in W, temperatures in °C; null: the device does not say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BaseModel

from miners.figures import figures
from miners.models import Action, Miner, Outcome

Mac = Annotated[str | None, Field(description="Stable identity, learnt from the device; null: learn it again")]
Password = Annotated[str, Field(description="Avalon web login, needed to set pools; taken and never given back")]
Watts = Annotated[float | None, Field(ge=0, le=20_000, allow_inf_nan=False, description="Where nothing measures it")]
Plug = Annotated[int | None, Field(description="The plug that feeds it; null: none")]


class DesiredOut(BaseModel):
    """What the strategy wants of it."""

    power: str = Field(description="on, off, or leave: nobody has decided yet")
    mode: str | None
    pool_id: int | None
    because: str
    champion: bool
    in_force: bool = Field(description="False in SHADOW and PAUSED: only what would be done")
    uncontrollable: bool = Field(description="It should be off, and nothing can switch it off")


class MinerOut(BaseModel):
    """A miner as it is configured, as it was last seen, and as it should be."""

    id: int
    name: str
    kind: str
    host: str
    port: int
    mac: str | None
    enabled: bool
    switch_id: int | None = Field(description="The plug that feeds it")
    estimated_power_w: float | None
    state: str = Field(description="mining, paused, off, unreachable or unknown")
    mode: str | None = Field(description="custom: a setting that is no preset")
    modes: list[str] = Field(description="What it supports, least power first")
    hashrate_ghs: float | None = Field(description="This and the next four are null while it does not answer")
    power_w: float | None
    power_estimated: bool = Field(description="Nothing measures its power: the owner's estimate")
    temperature_c: float | None
    efficiency_j_th: float | None = Field(description="W per TH/s; null while it does not hash or tell its power")
    accepted: int | None
    rejected: int | None
    pool_url: str | None = Field(description="host:port")
    pool_user: str | None
    firmware: str | None
    model: str | None
    capabilities: list[str] = Field(description="mode, pool, pause, restart, shutdown, tune, identify")
    last_seen: datetime | None
    failure: str = Field(description="Why the last reading failed; empty when it did not")
    desired: DesiredOut


DESIRED = tuple(DesiredOut.model_fields)
CONFIGURED = ("name", "kind", "host", "port", "mac", "enabled", "switch_id", "estimated_power_w")
SEEN = (
    *("state", "mode", "accepted", "rejected", "pool_url", "pool_user"),
    *("firmware", "model", "capabilities", "failure"),
)
FIGURES = ("hashrate_ghs", "power_w", "power_estimated", "temperature_c", "efficiency_j_th")


def miner_out(miner: Miner) -> dict[str, Any]:
    """A MinerOut as plain values: looking them up on the rows through ninja's Schema is several times slower."""
    status, desired, now = miner.status, miner.desired, figures(miner)
    return {
        "id": miner.pk,
        **{name: getattr(miner, name) for name in CONFIGURED},
        **{name: getattr(status, name) for name in SEEN},
        **{name: getattr(now, name) for name in FIGURES},
        "modes": modes_of(miner),
        "last_seen": status.seen_at,
        "desired": {name: getattr(desired, name) for name in DESIRED},
    }


def modes_of(miner: Miner) -> list[str]:
    """The modes the device offers, least power first."""
    return [mode["name"] for mode in (miner.status.options or {}).get("modes", [])]


class MinerIn(Schema):
    name: str
    kind: str = Field(description="avalon_nano, bitaxe, nerdqaxe, nmminer, or the kind of an installed plug-in")
    host: str = Field(description="IP address or name in your own network")
    port: int | None = Field(None, description="Null: the family's own")
    mac: Mac = None
    enabled: bool = True
    switch_id: Plug = None
    estimated_power_w: Watts = None
    web_user: str = ""
    web_password: Password = ""


class MinerPatch(Schema):
    """What is left out stays as it is."""

    name: str = ""
    kind: str = ""
    host: str = ""
    port: int = 0
    mac: Mac = None
    enabled: bool = True
    switch_id: Plug = None
    estimated_power_w: Watts = None
    web_user: str = ""
    web_password: Password = ""


class MinerFilter(Schema):
    """Only miners that match all of these."""

    kind: str | None = None
    state: str | None = None
    enabled: bool | None = None


class ModeIn(Schema):
    mode: str = Field(description="One of the miner's `modes`")


class TuneIn(Schema):
    frequency_mhz: float = Field(gt=0, le=10_000, allow_inf_nan=False)
    core_voltage_mv: float = Field(gt=0, le=10_000, allow_inf_nan=False)


class OutcomeOut(Schema):
    """verified: read back and so; unverified: accepted, not shown yet; unchanged: it was so already."""

    outcome: str
    detail: str


class BulkIn(Schema):
    """`action`: mode, pause, resume, shutdown, restart, identify, tune, profile, and what other apps add: pool."""

    ids: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = Field(min_length=1, max_length=1000)
    action: str
    mode: str | None = None
    pool_id: int | None = None
    profile_id: int | None = None
    frequency_mhz: float | None = Field(None, gt=0, le=10_000, allow_inf_nan=False)
    core_voltage_mv: float | None = Field(None, gt=0, le=10_000, allow_inf_nan=False)


class MinerOutcomeOut(OutcomeOut):
    """Beside the outcomes above: refused, unreachable, shadowed (nothing was sent)."""

    id: int
    name: str = ""


class BulkOut(Schema):
    items: list[MinerOutcomeOut]
    count: int


class EffectOut(Schema):
    """What an order would come to."""

    id: int
    name: str = ""
    action: str = Field(description="What would be ordered: a miner that cannot pause is shut down")
    what: str = Field(description="send, unchanged, refused, shadowed (SHADOW or PAUSED), or later: not just now")
    detail: str = Field(description="Why, or what to know before it is sent")


class PreviewOut(Schema):
    items: list[EffectOut]
    count: int


class BroadcastIn(Schema):
    from_miner_id: int = Field(description="The NMMiner 1.x whose settings all of them take over")
    pool_id: int | None = Field(None, description="Null: the pool that miner has")
    confirm: str = Field("", description="The phrase that the 422 without it names")


class CommandFilter(Schema):
    """What is left out does not filter."""

    miner: int | None = Field(None, ge=1, le=2**63 - 1, description="A miner's id")
    action: Action | None = None
    outcome: Outcome | None = None
    actor: str | None = Field(None, description="A person's name as the ledger has it, or strategy")


class CommandOut(Schema):
    """One row of the ledger."""

    id: int
    time: datetime
    miner_id: int | None = Field(description="Null: a plug, or a miner that was removed since")
    switch_id: int | None
    name: str = Field(description="Of the miner or plug when it was ordered")
    action: str
    argument: dict[str, Any]
    actor: str
    because: str
    outcome: str = Field(description="verified, unverified, unchanged, refused, unreachable, shadowed")
    detail: str
    sent: bool = Field(description="Whether anything was sent to the device")
    duration_ms: int


class FirmwareOut(Schema):
    """One row of the history."""

    version: str
    since: datetime = Field(description="The first reading that told it")

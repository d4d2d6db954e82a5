"""The shapes of the power API. A token is taken and never given back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from miners.models import HomeAssistant, Switch
from miners.power.client import Entity
from miners.power.suggesting import Offer

Ids = list[Annotated[int, Field(ge=1, le=2**63 - 1)]]


class SwitchOut(Schema):
    """A plug as it is configured and as Home Assistant last had it."""

    id: int
    name: str
    entity_id: str
    power_entity_id: str
    locked: bool = Field(description="Never touch: shown, and never switched by this product")
    miner_ids: list[int] = Field(description="The miners it feeds")
    state: str = Field(description="on, off, or unknown: unavailable or not read lately, which is never off")
    power_w: float | None = Field(description="Of its sensor; null without one or while it has no number")
    last_seen: datetime | None
    failure: str = Field(description="Why its state is unknown")

    @classmethod
    def of(cls, switch: Switch) -> dict[str, Any]:
        """Plain values; `switch.miners` should be prefetched."""
        named = ("name", "entity_id", "power_entity_id", "locked", "state", "power_w", "failure")
        return {
            "id": switch.pk,
            **{name: getattr(switch, name) for name in named},
            "miner_ids": [miner.pk for miner in switch.miners.all()],
            "last_seen": switch.seen_at,
        }


class SwitchIn(Schema):
    name: str
    entity_id: str = Field(description="Such as switch.miner_blue")
    power_entity_id: str = Field("", description="Sensor in W behind this plug")
    locked: bool = False
    miner_ids: Ids = []


class SwitchPatch(Schema):
    """What is left out stays as it is; `miner_ids` replaces the miners it feeds."""

    name: str = ""
    entity_id: str = ""
    power_entity_id: str = ""
    locked: bool = False
    miner_ids: Ids = []


class HomeAssistantOut(Schema):
    url: str
    has_token: bool
    enabled: bool
    verify_tls: bool = Field(description="Whether its certificate is checked")
    rejected: bool = Field(description="It answered 401 or 403: nothing is sent until a new token is saved")
    last_seen: datetime | None

    @classmethod
    def of(cls, home: HomeAssistant | None) -> HomeAssistantOut:
        home = home or HomeAssistant()
        return cls(
            url=home.url,
            has_token=bool(home.token),
            enabled=home.enabled,
            verify_tls=home.verify_tls,
            rejected=home.rejected,
            last_seen=home.seen_at,
        )


class HomeAssistantPatch(Schema):
    """What is left out or null stays as it is. Another address needs the token again."""

    url: str | None = None
    token: str | None = Field(None, description="Long-lived access token; taken and never given back")
    enabled: bool | None = None
    verify_tls: bool | None = Field(None, description="False for a self-signed certificate")


class ConnectionIn(Schema):
    """A connection to try before it is saved; both empty: the saved one."""

    url: str = ""
    token: str = ""
    verify_tls: bool = True


class ConnectionOut(Schema):
    message: str


class EntityOut(Schema):
    """A switch or a power sensor of Home Assistant."""

    entity_id: str
    name: str
    state: str
    unit: str
    power_w: float | None
    linked: bool = Field(description="Whether one of our plugs already uses it")
    suggested_power_entity_id: str = Field("", description="Of a switch: the power sensor named like it")
    suggested_miner_id: int | None = Field(None, description="Of a switch: the miner without a plug named like it")


def entities_out(found: list[Entity], offers: list[Offer], linked: Collection[str]) -> list[EntityOut]:
    """The switches as they are offered, then the power sensors."""
    switches = [
        _entity_out(
            offer.switch,
            linked=offer.linked,
            suggested_power_entity_id=offer.power_entity_id,
            suggested_miner_id=offer.miner_id,
        )
        for offer in offers
    ]
    offered = {offer.switch.entity_id for offer in offers}
    rest = [entity for entity in found if entity.entity_id not in offered]
    return switches + [_entity_out(entity, linked=entity.entity_id in linked) for entity in rest]


def _entity_out(entity: Entity, **values: Any) -> EntityOut:
    named = ("entity_id", "name", "state", "unit", "power_w")
    return EntityOut(**{name: getattr(entity, name) for name in named}, **values)

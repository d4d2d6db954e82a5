"""The shapes of the MQTT API. A password is taken and never given back."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from miners.models import MqttBroker
from miners.mqtt.standing import standing

SHOWN = (
    *("enabled", "host", "port", "user", "tls", "verify_tls", "discovery_prefix", "prefix", "takes_orders"),
    *("connected", "rejected", "failure"),
)


class MqttOut(Schema):
    enabled: bool
    host: str
    port: int
    user: str
    has_password: bool
    tls: bool
    verify_tls: bool = Field(description="Whether its certificate is checked")
    discovery_prefix: str = Field(description="Home Assistant's own, usually homeassistant")
    prefix: str = Field(description="Of our topics")
    takes_orders: bool = Field(description="Whether Home Assistant may switch mining and modes")
    connected: bool
    rejected: bool = Field(description="It rejected user and password: nothing is sent until they are saved again")
    failure: str
    last_seen: datetime | None
    state: str = Field(description="unset, off, rejected, connected, away or waiting")
    sentence: str = Field(description="The state in words")

    @classmethod
    def of(cls, broker: MqttBroker | None, now: datetime) -> MqttOut:
        shown, stands = broker or MqttBroker(), standing(broker, now)
        return cls(
            **{name: getattr(shown, name) for name in SHOWN},
            has_password=bool(shown.password),
            last_seen=shown.seen_at,
            state=stands.word,
            sentence=stands.sentence,
        )


class MqttPatch(Schema):
    """What is left out or null stays as it is. Another address needs the password again."""

    enabled: bool | None = None
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = Field(None, description="Taken and never given back")
    tls: bool | None = None
    verify_tls: bool | None = Field(None, description="False for a self-signed certificate")
    discovery_prefix: str | None = None
    prefix: str | None = None
    takes_orders: bool | None = None


class MqttTry(Schema):
    """A connection to try before it is saved; without a host: the saved one."""

    host: str = ""
    port: int = 1883
    user: str = ""
    password: str = ""
    tls: bool = False
    verify_tls: bool = True

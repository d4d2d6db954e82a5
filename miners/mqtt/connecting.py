"""Whether the broker may be spoken to, and what follows from its answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Level
from miners.contract import Refused
from miners.models import MqttBroker
from miners.mqtt.address import Address

ONLY = 1  # the primary key of the one row
CHANGED = "mqtt-changed"  # announced
REJECTED = "mqtt-rejected"
AWAY = "mqtt-unreachable"
PATIENCE = timedelta(seconds=60)  # a restart of the broker is no alert


def configured() -> MqttBroker | None:
    return MqttBroker.objects.filter(pk=ONLY).first()


def wanted() -> MqttBroker | None:
    """The broker to publish to; None while there is none, it is switched off or has said no."""
    return MqttBroker.objects.filter(pk=ONLY, enabled=True, rejected=False).first()


def usable() -> MqttBroker:
    """The saved connection. Refused, with the way out, when it may not be tried."""
    broker = configured()
    if broker is None:
        raise Refused("No MQTT broker is set up: enter its address.")
    if broker.rejected:
        raise Refused("The MQTT broker rejected user and password; it is not asked again until they are saved anew.")
    return broker


def address(broker: MqttBroker) -> Address:
    return Address(
        host=broker.host,
        port=broker.port,
        user=broker.user,
        password=broker.password,
        tls=broker.tls,
        verify_tls=broker.verify_tls,
    )


def seen(broker: MqttBroker, *, now: datetime) -> None:
    """It answers."""
    _observed(broker, connected=True, failure="", seen_at=now)
    journal.close_alert(now=now, kind=AWAY, message=f"The MQTT broker at {broker} answers again.")


def left(broker: MqttBroker) -> None:
    """We went."""
    _observed(broker, connected=False)


def missed(broker: MqttBroker, reason: str, *, now: datetime) -> None:
    """It does not answer; after a while that is an alert."""
    _observed(broker, connected=False, failure=reason)
    seen_at = MqttBroker.objects.filter(pk=broker.pk).values_list("seen_at", flat=True).first()
    if seen_at is None or now - seen_at > PATIENCE:
        message = f"{reason.rstrip('.')}: Home Assistant sees no miners through it."
        journal.open_alert(now=now, kind=AWAY, message=message)


def reject(broker: MqttBroker, reason: str, *, now: datetime) -> None:
    """Stop until a person saves the connection; unless one was saved meanwhile."""
    same = MqttBroker.objects.filter(pk=broker.pk, host=broker.host, port=broker.port, user=broker.user)
    current = same.first()
    if current is None or current.password != broker.password:
        return
    same.update(rejected=True, connected=False, failure=reason)
    message = f"{reason.rstrip('.')}: it is not asked again until they are saved anew."
    journal.open_alert(now=now, kind=REJECTED, level=Level.ERROR, message=message)
    live.announce(CHANGED)


def _observed(broker: MqttBroker, **values: object) -> None:
    """Keep what was seen, and tell open pages what is different."""
    told = {name: value for name, value in values.items() if name != "seen_at"}
    same = MqttBroker.objects.filter(pk=broker.pk)
    is_news = not same.filter(**told).exists()
    same.update(**values)
    if is_news:
        live.announce(CHANGED)

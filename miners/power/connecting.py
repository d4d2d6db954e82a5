"""Whether Home Assistant may be asked, and what follows from its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Level
from miners.contract import Refused
from miners.models import HomeAssistant
from miners.power.client import Connection

ONLY = 1  # the primary key of the one row
REJECTED = "home-assistant-rejected"
AWAY = "home-assistant-unreachable"
PATIENCE = timedelta(seconds=60)  # a restart of Home Assistant is no alert


def configured() -> HomeAssistant | None:
    return HomeAssistant.objects.filter(pk=ONLY).first()


def usable() -> HomeAssistant:
    """The connection. Refused, with the way out, when nothing may be sent to it."""
    home = configured()
    if home is None or not home.token:
        raise Refused("Home Assistant is not set up: enter its address and a token.")
    if not home.enabled:
        raise Refused("The connection to Home Assistant is switched off.")
    if home.rejected:
        raise Refused("Home Assistant rejected the token; nothing is sent to it until a new one is saved.")
    return home


def connection(home: HomeAssistant) -> Connection:
    return Connection(home.url, home.token, home.verify_tls)


@transaction.atomic
def reject(home: HomeAssistant, *, now: datetime) -> None:
    """Stop every request until a person saves a token; unless one was saved meanwhile."""
    current = HomeAssistant.objects.select_for_update().filter(pk=home.pk).first()
    if current is None or current.token != home.token:
        return
    HomeAssistant.objects.filter(pk=home.pk).update(rejected=True)
    journal.open_alert(
        now=now,
        kind=REJECTED,
        level=Level.ERROR,
        message=f"Home Assistant at {home.url} rejects the token: plugs cannot be switched until a new one is saved.",
    )
    live.announce("switches-changed")


def seen(home: HomeAssistant, *, now: datetime) -> None:
    """It answered."""
    HomeAssistant.objects.filter(pk=home.pk).update(seen_at=now)
    journal.close_alert(now=now, kind=AWAY, message=f"Home Assistant at {home.url} answers again.")


def missed(home: HomeAssistant, reason: str, *, now: datetime) -> None:
    """It did not answer; after a while that is an alert."""
    if home.seen_at is None or now - home.seen_at > PATIENCE:
        journal.open_alert(now=now, kind=AWAY, message=f"{reason.rstrip('.')}: plugs can be neither seen nor switched.")

"""The miners of a shard and all that reading and judging them needs: one query."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from miners.adapters.options import from_json
from miners.code_sessions import lasting
from miners.contract import Options, State, Target
from miners.models import Command, Miner, Power
from miners.models.power import SwitchState
from miners.recognising import Known

BOOT_S = 120  # an Avalon needs more than a minute from power to its first answer
MOST_PLUG_W = 20_000
STALE_POLLS = 3  # an observation of a plug older than that many polls says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known of a miner before this poll."""

    state: State = State.UNKNOWN
    since: datetime | None = None
    seen_at: datetime | None = None  # None: it was never read
    failures: int = 0
    failure: str = ""
    uptime_s: int | None = None
    firmware: str | None = None
    model: str | None = None
    hostname: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One miner to read."""

    miner_id: int
    name: str
    target: Target
    before: Before = Before()
    plug_off: bool = False  # its plug was just seen off
    wall_power_w: float | None = None  # just measured by a plug that feeds this miner alone
    planned_off: bool = False
    restarted: bool = False  # by a command, so lately that it may still be booting

    @property
    def subject(self) -> str:
        """The miner's name in the journal."""
        return f"miner:{self.miner_id}"

    @property
    def known(self) -> Known:
        """What its device is recognised by."""
        before = self.before
        return Known(mac=self.target.mac, model=before.model, firmware=before.firmware, hostname=before.hostname)


def gather(ids: Iterable[int], *, now: datetime) -> list[Candidate]:
    """The enabled ones of `ids`, those that answered last time first."""
    neighbours = Miner.objects.filter(switch=OuterRef("switch")).exclude(pk=OuterRef("pk"))
    restarts = Command.objects.filter(miner=OuterRef("pk"), restarts=True, sent=True)
    rows = (
        Miner.objects.filter(pk__in=list(ids), enabled=True)
        .order_by("status__failures", "pk")
        .values(
            *("pk", "name", "kind", "host", "port", "mac", "desired__power", "desired__in_force"),
            *("code_session", "code_session_until"),
            *("status__state", "status__since", "status__seen_at", "status__failures", "status__failure"),
            *("status__uptime_s", "status__firmware", "status__model", "status__hostname"),
            *("switch__state", "switch__seen_at", "switch__power_w"),
            options=Cast("status__options", TextField()),
            shares_plug=Exists(neighbours),
            restarted=Exists(restarts.filter(time__gte=now - timedelta(seconds=BOOT_S))),
        )
    )
    fresh_since = now - timedelta(seconds=STALE_POLLS * settings.CONFIG.intervals.poll)
    return [_candidate(row, fresh_since, now) for row in rows]


def _candidate(row: dict[str, Any], fresh_since: datetime, now: datetime) -> Candidate:
    plug_seen = row["switch__seen_at"]
    plug_fresh = plug_seen is not None and plug_seen >= fresh_since
    return Candidate(
        miner_id=row["pk"],
        name=row["name"],
        target=Target(
            kind=row["kind"],
            host=row["host"],
            port=row["port"],
            mac=row["mac"] or None,
            options=_options(row["options"]) if row["options"] else None,
            code_session=lasting(row["code_session"], row["code_session_until"], now),
        ),
        before=Before(
            state=State(row["status__state"] or State.UNKNOWN),
            since=row["status__since"],
            seen_at=row["status__seen_at"],
            failures=row["status__failures"] or 0,
            failure=row["status__failure"] or "",
            uptime_s=row["status__uptime_s"],
            firmware=row["status__firmware"],
            model=row["status__model"],
            hostname=row["status__hostname"],
        ),
        plug_off=plug_fresh and row["switch__state"] == SwitchState.OFF,
        wall_power_w=_watts(row["switch__power_w"]) if plug_fresh and not row["shares_plug"] else None,
        planned_off=row["desired__power"] == Power.OFF and row["desired__in_force"],
        restarted=row["restarted"],
    )


def _watts(measured: float | None) -> float | None:
    """What a household plug can carry; a sensor that says more, or NaN, says nothing."""
    return measured if measured is not None and 0 <= measured <= MOST_PLUG_W else None


@lru_cache(maxsize=4096)
def _options(text: str) -> Options | None:
    """Boards of one model and firmware say the same, so a fleet has few of them."""
    return from_json(json.loads(text))

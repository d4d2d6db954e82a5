"""A board that lowered its own setting after an overheat is left there for a while. docs/decisions: a rest after heat.

All that is known of it lies in the ledger, the telemetry and the journal, so every process sees the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert, Event
from miners.adapters.modes import SAME_MHZ, SAME_MV, Setting
from miners.adapters.recovery import STEP
from miners.commands.earlier import KNOWN, SETS, before_heat, setting_of, shown
from miners.commands.order import Order, Result
from miners.commands.paces import pace_of
from miners.contract import Reading
from miners.models import Command, Miner

KIND = "miner-lowered-itself"
FIRST = timedelta(hours=6)
LONGEST = timedelta(hours=48)
REMEMBERED = timedelta(days=7)  # within these each further overheat doubles the rest
COOLS = timedelta(minutes=3)  # from an overheat until the lower setting shows


@dataclass(frozen=True, slots=True)
class Rest:
    """What the strategy may set until then: nothing above `most`; nothing that raises when that is not known."""

    since: datetime
    until: datetime
    most: Setting | None

    def allows(self, wanted: Setting) -> bool:
        return self.most is not None and _within(wanted, self.most)


def holds_back(order: Order, miner: Miner, seen: Reading, now: datetime) -> Result | None:
    """Why the strategy must not raise this miner's setting yet. A person may, always."""
    wanted = _of_strategy(order, miner, seen)
    if wanted is None or not _raises(wanted, seen):
        return None
    return _held(wanted, _noticed(miner, seen, now) or current(miner, now))


def would_hold_back(order: Order, miner: Miner, seen: Reading, now: datetime) -> Result | None:
    """`holds_back`, for a reading that is not of now: nothing new is noticed in it."""
    wanted = _of_strategy(order, miner, seen)
    return _held(wanted, current(miner, now)) if wanted else None


def _of_strategy(order: Order, miner: Miner, seen: Reading) -> Setting | None:
    """The setting that the strategy wants of a board which lowers itself; None for every other order."""
    if not order.automated or not pace_of(miner.kind).lowers_itself:
        return None
    return setting_of(order.action, order.argument, seen.options)


def _raises(wanted: Setting, seen: Reading) -> bool:
    now_at = shown(seen)
    return seen.overheated or now_at is None or not _within(wanted, now_at)


def _held(wanted: Setting, rest: Rest | None) -> Result | None:
    if rest is None or rest.allows(wanted):
        return None
    return Result.later(f"It overheated and lowered itself; it is not raised before {_at(rest.until)}.")


def current(miner: Miner, now: datetime) -> Rest | None:
    """The rest in force: until its time is over, or a setting of a person's, or a person's word, closed the alert."""
    event = _last(miner.subject)
    if event is None or not Alert.objects.filter(key=f"{KIND}:{miner.subject}").exists():
        return None
    rest = _rest_of(event)
    return rest if now < rest.until else None


def settle(command: Command, order: Order) -> None:
    """A setting that a person ordered ends the rest; so does one of the strategy's when its time is over."""
    miner = command.miner
    if miner is None or command.action not in SETS or not pace_of(miner.kind).lowers_itself:
        return
    taken = command.outcome in KNOWN
    if (taken or command.sent) if not order.automated else (taken and current(miner, command.time) is None):
        _end(miner.subject, miner.name, f"{miner.name} was given a setting again by {command.actor}", command.time)


def review(now: datetime) -> None:
    """Close the alerts whose rest is over."""
    for alert in Alert.objects.filter(key__startswith=f"{KIND}:"):
        event = _last(alert.subject)
        if event is None or now >= _rest_of(event).until:
            name = event.name if event else alert.subject
            _end(alert.subject, name, f"{name} has rested: the strategy may raise its setting again", now)


def _noticed(miner: Miner, seen: Reading, now: datetime) -> Rest | None:
    """The rest that begins now, where the reading shows an overheat that was not noticed yet."""
    last = _last(miner.subject)
    since = now - REMEMBERED if last is None else max(last.time + COOLS, now - REMEMBERED)
    before = before_heat(miner, seen, since)
    if before is None and not (seen.overheated and last is None):
        return None
    if not seen.overheated:
        return _begin(miner, before, shown(seen), now)
    lower = Setting(before.frequency_mhz - STEP, before.core_voltage_mv - STEP) if before else None
    return _begin(miner, before, lower, now)


@transaction.atomic
def _begin(miner: Miner, before: Setting | None, most: Setting | None, now: datetime) -> Rest:
    earlier = Event.objects.filter(kind=KIND, subject=miner.subject, time__gt=now - REMEMBERED).count()
    rest = Rest(since=now, until=now + min(FIRST * 2**earlier, LONGEST), most=most)
    at, to = f" at {_words(before)}" if before else "", f" to {_words(most)}" if most else ""
    Alert.objects.filter(key=f"{KIND}:{miner.subject}").delete()  # lower again: said anew
    journal.open_alert(
        now=now,
        kind=KIND,
        message=f"{miner.name} overheated{at} and goes down{to}; the strategy does not raise it before "
        f"{_at(rest.until)}",
        subject=miner.subject,
        name=miner.name,
        data={
            "until": rest.until.isoformat(),
            "most": [most.frequency_mhz, most.core_voltage_mv] if most else None,
        },
    )
    return rest


def _end(subject: str, name: str, message: str, now: datetime) -> None:
    journal.close_alert(now=now, kind=KIND, message=message, subject=subject, name=name)


def _last(subject: str) -> Event | None:
    return Event.objects.filter(kind=KIND, subject=subject).first()


def _rest_of(event: Event) -> Rest:
    most = event.data["most"]
    until = datetime.fromisoformat(event.data["until"])
    return Rest(event.time, until, Setting(*most) if most else None)


def _within(wanted: Setting, most: Setting) -> bool:
    """Whether `wanted` is no higher in either value."""
    slower = wanted.frequency_mhz <= most.frequency_mhz + SAME_MHZ
    return slower and wanted.core_voltage_mv <= most.core_voltage_mv + SAME_MV


def _words(setting: Setting) -> str:
    return f"{setting.frequency_mhz:g} MHz and {setting.core_voltage_mv:g} mV"


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"

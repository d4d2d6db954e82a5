"""Orders of the strategy that are accepted and do not come about: after three in a row an alert, until they do.

Firmware answers 200 to keys it does not know, and a plug may say yes and stay. Each try is in the ledger and told by
an event; the alert is what a person is shown until the device does it or it is not asked for any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert
from miners.commands import guards
from miners.commands.history import history
from miners.commands.observed import is_so
from miners.commands.order import Order
from miners.models import Action, Command, Outcome

TRIES = 3
SUFFIX = "-ignored"
# What is said to be ignored: actions that undo each other share an alert, so that one closes the other's.
ABOUT: Mapping[str, str] = {
    Action.MODE: "setting",
    Action.TUNE: "setting",
    Action.POOL: "pool",
    Action.PAUSE: "stop",
    Action.SHUTDOWN: "stop",
    Action.RESUME: "stop",
    Action.PLUG_ON: "plug",
    Action.PLUG_OFF: "plug",
}
KINDS = {f"{about}{SUFFIX}" for about in ABOUT.values()}
FORGOTTEN = timedelta(seconds=2 * guards.LONGEST_BACK_OFF_S)  # no try for so long: nobody asks for it any more


def judge(command: Command, order: Order, *, has_alerts: bool) -> None:
    """Open or close the alert by the outcome of a command, which is in the ledger if it is to be."""
    about = ABOUT.get(command.action)
    if about is None:
        return
    if command.outcome in (Outcome.VERIFIED, Outcome.UNCHANGED):
        if not has_alerts:
            return
        _close(
            f"{about}{SUFFIX}", order.subject, command.name, f"{command.name}: {command.what} has come", command.time
        )
    elif order.automated and command.sent and command.outcome in guards.FAILURES:
        _doubt(command, order, f"{about}{SUFFIX}")


def review(now: datetime) -> None:
    """Close what has come about by itself, and what nobody asks for any more."""
    for alert in Alert.objects.filter(key__contains=f"{SUFFIX}:"):
        kind = alert.key.removesuffix(f":{alert.subject}")
        command = _last_try(kind, alert.subject) if kind in KINDS else None
        if kind not in KINDS:
            continue
        if command is None or now - command.time > FORGOTTEN:
            name = command.name if command else alert.subject
            _close(kind, alert.subject, name, f"{name}: it is not asked for any more", now)
        elif is_so(command):
            _close(kind, alert.subject, command.name, f"{command.name}: {command.what} has come", now)


def _doubt(command: Command, order: Order, kind: str) -> None:
    target = command.miner or command.switch
    past = history(target, command.time + timedelta(microseconds=1)) if target else []
    tries = len(guards.failures_in_a_row(past, order, command.time))
    if tries >= TRIES:
        message = (
            f"{command.name} does not do what it is told: {command.what} was {command.outcome} {tries} times. "
            f"It is tried again, ever less often. {command.detail}"
        )
        journal.open_alert(now=command.time, kind=kind, message=message, subject=order.subject, name=command.name)


def _last_try(kind: str, subject: str) -> Command | None:
    what, _, pk = subject.partition(":")
    actions = [action for action, about in ABOUT.items() if f"{about}{SUFFIX}" == kind]
    tries = Command.objects.filter(action__in=actions, sent=True, outcome__in=guards.FAILURES)
    return tries.filter(**{f"{what}_id": int(pk)}).select_related("miner__status", "switch").first()


def _close(kind: str, subject: str, name: str, message: str, now: datetime) -> None:
    journal.close_alert(now=now, kind=kind, message=message, subject=subject, name=name)

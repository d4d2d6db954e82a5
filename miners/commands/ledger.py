"""The ledger's rows: what is kept, what is told, and what of it counts for the next command."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Level
from miners.commands import guards
from miners.commands.guards import Past
from miners.commands.order import Order, Result
from miners.models import Action, Command, Miner, Outcome, Switch

FLASH_ALERT = "flash-budget"
MOST_HISTORY = 500
ATTEMPTS = Q(sent=True) | Q(outcome__in=(Outcome.UNREACHABLE, Outcome.UNCHANGED))
DETAIL_KEPT = 1000


def history(target: Miner | Switch, now: datetime) -> list[Past]:
    """A day of attempts, newest first; for a miner, its plug being switched on too: that boots it."""
    if isinstance(target, Switch):
        about = Q(switch=target)
    elif target.switch_id is not None:
        about = Q(miner=target) | Q(switch=target.switch_id, restarts=True)
    else:
        about = Q(miner=target)
    rows = Command.objects.filter(about, ATTEMPTS, time__gt=now - guards.DAY).values_list(
        "time", "action", "argument", "outcome", "sent", "restarts", named=True
    )
    return [Past(**row._asdict()) for row in rows[:MOST_HISTORY]]


def row(order: Order, target: Miner | Switch | None, result: Result, *, time: datetime, took: timedelta) -> Command:
    """The ledger row of an outcome, not yet kept."""
    return Command(
        time=time,
        miner=target if isinstance(target, Miner) else None,
        switch=target if isinstance(target, Switch) else None,
        name=target.name if target else order.subject,
        action=order.action,
        argument=order.argument,
        actor=order.actor,
        because=order.because,
        outcome=result.outcome,
        detail=result.detail[:DETAIL_KEPT],
        sent=result.sent,
        restarts=result.restarts,
        duration_ms=int(took.total_seconds() * 1000),
    )


@transaction.atomic
def keep(command: Command, order: Order, result: Result) -> None:
    """Keep the row if it says something new, and tell the journal of a failure."""
    if not _is_news(command, order, result):
        return
    failure = _is_failure(command, order)  # looks at those before it
    command.save()
    if failure:
        _tell(command, order)
    if result.sent and command.action in guards.WEARING:
        message = f"{command.name} has room for settings again."
        journal.close_alert(now=command.time, kind=FLASH_ALERT, message=message, subject=order.subject)


def _is_news(command: Command, order: Order, result: Result) -> bool:
    """A person's command always; the strategy's when something was tried, or is stopped for the first time."""
    if not order.automated or result.sent or result.outcome is Outcome.UNREACHABLE:
        return True
    if result.waits or result.outcome is Outcome.UNCHANGED:
        return False
    about = Q(miner=command.miner) if command.miner else Q(switch=command.switch, miner=None)
    last = Command.objects.filter(about, name=command.name, action__in=_rivals(order.action)).first()
    said = (last.action, last.argument, last.outcome, last.actor) if last else None
    return said != (command.action, command.argument, command.outcome, command.actor)


def _rivals(action: Action) -> list[Action]:
    """Actions that undo each other: after one of them, the other is news again."""
    for rivals in ([Action.PLUG_ON, Action.PLUG_OFF], [Action.PAUSE, Action.SHUTDOWN, Action.RESUME]):
        if action in rivals:
            return rivals
    return [action]


def _is_failure(command: Command, order: Order) -> bool:
    """A restart that is still going on is one only when the try before it was no better."""
    if command.outcome == Outcome.UNREACHABLE:
        return True
    if not command.sent or command.outcome not in guards.FAILURES:
        return False
    if command.outcome != Outcome.UNVERIFIED:
        return True
    return command.action not in guards.UNPROVABLE and (not command.restarts or _has_failed_before(command, order))


def _has_failed_before(command: Command, order: Order) -> bool:
    target = command.miner or command.switch
    past = history(target, command.time) if target else []
    return bool(guards.failures_in_a_row(past, order, command.time))


def _tell(command: Command, order: Order) -> None:
    what = " ".join([command.get_action_display().lower(), *(str(value) for value in command.argument.values())])
    journal.record(
        now=command.time,
        kind="command-failed",
        level=Level.WARNING,
        subject=order.subject,
        name=command.name,
        message=f"{command.name}: {what} was {command.outcome}. {command.detail}",
        data={"command": command.pk, "actor": command.actor, "because": command.because},
    )


def warn_of_budget(miner: Miner, reason: str, now: datetime) -> None:
    """One alert; the next write that goes through closes it."""
    message = f"{miner.name}: {reason}"
    journal.open_alert(now=now, kind=FLASH_ALERT, message=message, subject=miner.subject, name=miner.name)


def announce(order: Order) -> None:
    """Tell open pages; what a plug does changes its miners too."""
    if order.miner_id is not None:
        live.announce("miners-changed", [order.miner_id])
    if order.switch_id is not None:
        live.announce("switches-changed", [order.switch_id])
        live.announce("miners-changed", Miner.objects.filter(switch=order.switch_id).values_list("pk", flat=True))


def prune(before: datetime) -> None:
    """Forget what is older than the audit is kept."""
    Command.objects.filter(time__lt=before).delete()

"""The ledger's rows: what is kept, what is told, and what of it counts for the next command."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hmm_project import live
from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert, Level
from miners.commands import guards, ignored, resting
from miners.commands.history import history
from miners.commands.order import Order, Result
from miners.models import Action, Command, Miner, Outcome, Switch

FLASH_ALERT = "flash-budget"
DETAIL_KEPT = 1000


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
    """Keep the row if it says something new, and tell the journal of what failed or came about."""
    _let_go_of_the_deleted(command)
    if _is_news(command, order, result):
        failure = _is_failure(command, order)  # looks at those before it
        command.save()
        live.announce("commands-changed", [command.pk])
        if failure:
            _tell(command, order)
    has_alerts = Alert.objects.filter(subject=order.subject).exists()  # few have: the rest is not asked for each
    ignored.judge(command, order, has_alerts=has_alerts)
    if not has_alerts:
        return
    resting.settle(command, order)
    if result.sent and command.action in guards.WEARING:
        message = f"{command.name} has room for settings again."
        journal.close_alert(now=command.time, kind=FLASH_ALERT, message=message, subject=order.subject)


def _let_go_of_the_deleted(command: Command) -> None:
    """The ledger keeps the name of a miner or plug that was removed meanwhile."""
    if command.miner_id and not Miner.objects.filter(pk=command.miner_id).exists():
        command.miner = None
    if command.switch_id and not Switch.objects.filter(pk=command.switch_id).exists():
        command.switch = None


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
    journal.record(
        now=command.time,
        kind="command-failed",
        level=Level.WARNING,
        subject=order.subject,
        name=command.name,
        message=f"{command.name}: {command.what} was {command.outcome}. {command.detail}",
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

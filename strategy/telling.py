"""Alerts that are open exactly as long as their condition holds, and news that is told once."""

from __future__ import annotations

from datetime import datetime

from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert, Level
from strategy.contract import Condition, Decision, Snapshot
from strategy.decide.alerts import CHAMPION_MISSING, LADDER_MISSING, PRICE_MISSING, UNCONTROLLABLE

OVER = {
    PRICE_MISSING: "A price is known again: {because}",
    LADDER_MISSING: "There is a ladder again: {because}",
    CHAMPION_MISSING: "A champion is no longer missing: {because}",
    UNCONTROLLABLE: "{name} need not be switched off any more.",
}


def tell(decision: Decision, snapshot: Snapshot, *, now: datetime) -> None:
    for notice in decision.notices:
        journal.record(now=now, kind=notice.kind, message=notice.message, subject=notice.subject, name=notice.name)
    holding = {(condition.kind, condition.subject): condition for condition in decision.conditions}
    standing = _open_alerts()
    names = {f"miner:{miner.id}": miner.name for miner in snapshot.miners}
    for kind, subject in standing - holding.keys():
        name = names.get(subject, "")
        message = OVER[kind].format(because=decision.because, name=name or subject)
        journal.close_alert(now=now, kind=kind, subject=subject, name=name, message=message)
    for key in holding.keys() - standing:
        _open(holding[key], now)


def _open_alerts() -> set[tuple[str, str]]:
    """Those of the strategy's own kinds."""
    found = Alert.objects.values_list("key", "subject")
    return {(kind, subject) for key, subject in found for kind in OVER if key == f"{kind}:{subject}"}


def _open(condition: Condition, now: datetime) -> None:
    journal.open_alert(
        now=now,
        kind=condition.kind,
        message=condition.message,
        level=Level.ERROR if condition.urgent else Level.WARNING,
        subject=condition.subject,
        name=condition.name,
    )

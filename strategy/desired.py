"""Desired states: one row a miner, written in one statement where they differ."""

from __future__ import annotations

from datetime import datetime

from hmm_project.live import announce
from miners.models import DesiredState, Miner, Power
from strategy.contract import Decision, EngineState, Lever, MinerDecision

FIELDS = ("power", "mode", "pool_id", "champion", "in_force", "uncontrollable", "because")


def store(decision: Decision, *, now: datetime) -> None:
    """Write what changed, and tell open pages once. Miners that were removed meanwhile are left out."""
    before = {row.pk: row for row in DesiredState.objects.select_for_update()}
    in_force = decision.state is EngineState.LIVE
    rows = [_row(wanted, in_force=in_force, now=now) for wanted in decision.miners]
    changed = [row for row in rows if row.pk not in before or _values(row) != _values(before[row.pk])]
    new = {row.pk for row in changed} - before.keys()
    gone = new - set(Miner.objects.filter(pk__in=new).values_list("pk", flat=True)) if new else set()
    changed = [row for row in changed if row.pk not in gone]
    if changed:
        DesiredState.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["miner"], update_fields=[*FIELDS, "decided_at"]
        )
        announce("miners-changed", [row.pk for row in changed])


def _row(wanted: MinerDecision, *, in_force: bool, now: datetime) -> DesiredState:
    return DesiredState(
        miner_id=wanted.miner_id,
        power=Power(wanted.power.value),
        mode=wanted.mode,
        pool_id=wanted.pool_id,
        champion=wanted.champion,
        in_force=in_force,
        uncontrollable=wanted.lever is Lever.UNCONTROLLABLE,
        because=wanted.because,
        decided_at=now,
    )


def _values(row: DesiredState) -> tuple[object, ...]:
    return tuple(getattr(row, field) for field in FIELDS)

"""What outlives a decision: the engine's memory, and a record when something changed or a slot began."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from hmm_project.journal.services import record as journal
from hmm_project.live import announce
from strategy import memory
from strategy.contract import Decision, EngineState, Memory, MinerDecision, NextChange, Snapshot, SwitchDecision
from strategy.models import ONLY
from strategy.models import Decision as Record
from strategy.models import Memory as Remembered

PREFIX = {EngineState.LIVE: "", EngineState.SHADOW: "In shadow: ", EngineState.PAUSED: "Paused: "}


def remember(state: Memory, *, now: datetime) -> None:
    Remembered.objects.update_or_create(pk=ONLY, defaults={"state": memory.to_json(state), "saved_at": now})


def record(decision: Decision, snapshot: Snapshot, *, now: datetime) -> None:
    """Keep `decision` unless it says what the last one said. A new goal or band is also an event."""
    last = Record.objects.first()
    row = _row(decision, snapshot, now)
    if last and _said(last) == _said(row):
        return
    row.save()
    Record.objects.filter(time__lt=now - timedelta(days=settings.CONFIG.retention.event_days)).delete()
    announce("strategy-changed")
    if last is None or _course(last) != _course(row):
        journal(now=now, kind="band-entered", message=PREFIX[decision.state] + decision.because)


def _said(row: Record) -> object:
    return row.slot_from, row.state, row.because, row.record


def _course(row: Record) -> object:
    return row.band, row.state, row.record.get("goal"), row.record.get("champion_id")


def _row(decision: Decision, snapshot: Snapshot, now: datetime) -> Record:
    names = {miner.id: miner.name for miner in snapshot.miners}
    plugs = {switch.id: switch.name for switch in snapshot.switches}
    return Record(
        time=now,
        slot_from=decision.slot.valid_from,
        price_pence=decision.slot.price_pence,
        band=decision.band.name if decision.band else "",
        state=decision.state.value,
        because=decision.because,
        record={
            "goal": decision.goal.value,
            "verdict": decision.verdict.value,
            "champion_id": decision.champion_id,
            "next_change": _next_change(decision.next_change),
            "miners": [_miner(each, names[each.miner_id]) for each in decision.miners],
            "switches": [_switch(each, plugs[each.switch_id]) for each in decision.switches],
        },
    )


def _next_change(change: NextChange | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"at": change.at.isoformat(), "band": change.band and change.band.name, "because": change.because}


def _miner(wanted: MinerDecision, name: str) -> dict[str, Any]:
    return {
        "id": wanted.miner_id,
        "name": name,
        "power": wanted.power.value,
        "mode": wanted.mode,
        "pool_id": wanted.pool_id,
        "lever": wanted.lever.value,
        "because": wanted.because,
    }


def _switch(wanted: SwitchDecision, name: str) -> dict[str, Any]:
    return {
        "id": wanted.switch_id,
        "name": name,
        "power": wanted.power.value,
        "because": wanted.because,
        "conflict": wanted.conflict,
    }

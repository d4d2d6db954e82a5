"""The plan as JSON, as strategy.schemas.PlanOut describes it."""

from __future__ import annotations

from typing import Any

import orjson

from strategy.contract import MinerDecision, Plan, PlanSlot


def plan_json(plan: Plan) -> bytes:
    """Without a model for each part: a farm has a hundred thousand of them. Slots that are alike share theirs."""
    parts = {id(slot.miners): slot.miners for slot in plan.slots}
    written = {key: orjson.Fragment(orjson.dumps([_part(each) for each in miners])) for key, miners in parts.items()}
    slots = [_slot(slot) | {"miners": written[id(slot.miners)]} for slot in plan.slots]
    return orjson.dumps({"made_at": plan.made_at, "slots": slots}, option=orjson.OPT_UTC_Z)


def _slot(slot: PlanSlot) -> dict[str, Any]:
    return {
        "valid_from": slot.valid_from,
        "valid_to": slot.valid_to,
        "price_pence": None if slot.price_pence is None else float(slot.price_pence),
        "known": slot.known,
        "band": slot.band.name if slot.band else None,
        "color": slot.band.color if slot.band else None,
        "goal": slot.goal.value,
        "champion_miner_id": slot.champion_id,
        "because": slot.because,
        "expected_w": round(slot.expected_w, 1),
        "expected_kwh": round(slot.expected_kwh, 4),
        "expected_pence": None if slot.expected_pence is None else round(float(slot.expected_pence), 4),
        "unmeasured": slot.unmeasured,
    }


def _part(wanted: MinerDecision) -> dict[str, Any]:
    return {"miner_id": wanted.miner_id, "power": wanted.power.value, "mode": wanted.mode}

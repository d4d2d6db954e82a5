"""The engine's memory as JSON. What cannot be read back is forgotten: the engine then decides afresh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from strategy.contract import Champion, Memory, Verdict


def to_json(memory: Memory) -> dict[str, Any]:
    return {
        "band": memory.band,
        "since": _text(memory.since),
        "verdict": memory.verdict.value,
        "slot_from": _text(memory.slot_from),
        "basis": memory.basis,
        "priced_until": _text(memory.priced_until),
        "missing_since": _text(memory.missing_since),
        "champion": memory.champion and _champion_to_json(memory.champion),
    }


def from_json(data: Mapping[str, Any]) -> Memory:
    try:
        return Memory(
            band=data["band"],
            since=_time(data["since"]),
            verdict=Verdict(data["verdict"]),
            slot_from=_time(data["slot_from"]),
            basis=data["basis"],
            priced_until=_time(data["priced_until"]),
            missing_since=_time(data["missing_since"]),
            champion=_champion_from_json(data["champion"]) if data["champion"] else None,
        )
    except (KeyError, TypeError, ValueError):
        return Memory()


def _champion_to_json(champion: Champion) -> dict[str, Any]:
    return {
        "miner_id": champion.miner_id,
        "since": _text(champion.since),
        "failures": champion.failures,
        "judged_at": _text(champion.judged_at),
        "excluded": sorted(champion.excluded),
    }


def _champion_from_json(data: Mapping[str, Any]) -> Champion:
    return Champion(
        miner_id=data["miner_id"],
        since=datetime.fromisoformat(data["since"]),
        failures=data["failures"],
        judged_at=_time(data["judged_at"]),
        excluded=frozenset(data["excluded"]),
    )


def _text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""AxeOS pools: two flat slots up to 2.14, a list of eight from 2.15."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators.settings import PORT, Text

SLOTS = 8
MASKED = "*****"

_DEFAULTS: Mapping[str, Any] = {
    "stratumProtocol": "SV1",
    "stratumURL": "",
    "stratumPort": 3333,
    "stratumUser": "",
    "stratumPassword": "x",
    "stratumSuggestedDifficulty": 1000,
    "stratumExtranonceSubscribe": False,
    "stratumTLS": 0,
    "stratumCert": "",
    "stratumDecodeCoinbase": True,
    "stratumV2ChannelType": "extended",
    "stratumV2AuthorityPubkey": "",
    "stratumV2RequireAuth": False,
}
_NEEDED: Mapping[str, Any] = {"stratumURL": Text(1, 255), "stratumPort": PORT, "stratumUser": Text(0, 255)}


def entry(slot: int, pool: PoolEndpoint) -> dict[str, Any]:
    return {
        "id": slot,
        **_DEFAULTS,
        "stratumURL": pool.host,
        "stratumPort": pool.port,
        "stratumUser": pool.user,
        "stratumPassword": pool.password,
        "stratumTLS": int(pool.tls),
    }


def replaced(slot: int, old: Mapping[str, Any] | None, new: Any) -> dict[str, Any] | None:
    """The entry after a PUT: omitted fields fall back to defaults; None when the body is not acceptable."""
    if not isinstance(new, dict) or not all(rule.allows(new.get(key)) for key, rule in _NEEDED.items()):
        return None
    merged = {**_DEFAULTS, **{key: value for key, value in new.items() if key in _DEFAULTS}, "id": slot}
    if merged["stratumPassword"] == MASKED:
        merged["stratumPassword"] = old["stratumPassword"] if old else "x"
    return merged


def shown(pools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As GET shows them: passwords masked."""
    return [{**pool, "stratumPassword": MASKED} for pool in pools]


def find(pools: Sequence[Mapping[str, Any]], slot: int) -> Mapping[str, Any]:
    """The entry of a slot; an empty one where nothing is configured."""
    return next((pool for pool in pools if pool["id"] == slot), {"id": slot, **_DEFAULTS})


def flat(pool: Mapping[str, Any], *, fallback: bool) -> dict[str, Any]:
    """The legacy keys of one entry: stratumURL, or fallbackStratumURL and so on."""
    values = {key: value for key, value in pool.items() if key not in {"id", "stratumPassword"}}
    if not fallback:
        return values
    return {f"fallbackStratum{key.removeprefix('stratum')}": value for key, value in values.items()}


def label(pool: Mapping[str, Any]) -> str:
    return f"{str(pool['stratumURL']).lower()}:{pool['stratumPort']}"

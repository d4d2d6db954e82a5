"""Pools of AxeOS: flat keys up to 2.14; from 2.15 a list of eight with an index, and the flat keys are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters import axeos_common, parse
from miners.contract import PoolEndpoint, Refused

SLOTS = 8
OWN_CERTIFICATE = 2  # stratumTLS: checked against the certificate that is stored with the pool
KEPT = ("stratumSuggestedDifficulty", "stratumExtranonceSubscribe", "stratumDecodeCoinbase")


def in_use(info: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """host:port and worker of the pool it mines at: by the flat keys, which 2.15 still has, else by its list."""
    fallback = parse.flag(info.get("isUsingFallbackStratum"))
    if "stratumURL" in info or not isinstance(info.get("pools"), list):
        return axeos_common.pool(info, fallback=fallback)
    slot = _index(info.get("secondaryPoolIndex" if fallback else "primaryPoolIndex"))
    return axeos_common.pool(_slots(info["pools"]).get(slot, {}) if slot is not None else {}, fallback=False)


def change(info: Mapping[str, Any], pool: PoolEndpoint) -> dict[str, object]:
    """The PATCH that makes `pool` the primary pool of the device that answered `info`."""
    listed = info.get("pools")
    return _listed(info, listed, pool) if isinstance(listed, list) else _flat(info, pool)


def _flat(info: Mapping[str, Any], pool: PoolEndpoint) -> dict[str, object]:
    values = axeos_common.stratum(pool)
    if "stratumTLS" in info:  # 2.13
        values["stratumTLS"] = int(pool.tls)
    elif pool.tls:
        raise Refused("Its firmware cannot use TLS towards a pool: AxeOS 2.13 or later can.")
    if info.get("stratumProtocol", "SV1") != "SV1":  # 2.14
        values["stratumProtocol"] = "SV1"
    if parse.flag(info.get("isUsingFallbackStratum")):
        values["useFallbackStratum"] = 0  # it may have been chosen by hand; unknown before 2.11, and ignored there
    return values


def _listed(info: Mapping[str, Any], listed: list[Any], pool: PoolEndpoint) -> dict[str, object]:
    """Reuses the slot that holds this pool, else overwrites the primary one. What is left out would be reset."""
    slots = _slots(listed)
    primary = _index(info.get("primaryPoolIndex")) or 0
    slot = next((number for number, entry in slots.items() if _holds(entry, pool)), primary)
    old = slots.get(slot, {})
    entry = {key: old[key] for key in KEPT if old.get(key) is not None} | axeos_common.stratum(pool)
    entry |= {"id": slot, "stratumProtocol": "SV1", "stratumTLS": int(pool.tls)}
    if pool.tls and _holds(old, pool) and parse.number(old.get("stratumTLS")) == OWN_CERTIFICATE:
        entry |= {"stratumTLS": OWN_CERTIFICATE, "stratumCert": parse.first(old, "stratumCert") or ""}
    values: dict[str, object] = {"pools": [entry], "primaryPoolIndex": slot}
    if slot != primary and slot == _index(info.get("secondaryPoolIndex")):
        values["secondaryPoolIndex"] = primary  # they change places
    if parse.flag(info.get("useFallbackStratum")):
        values["useFallbackStratum"] = 0
    return values


def _holds(entry: Mapping[str, Any], pool: PoolEndpoint) -> bool:
    return (
        parse.pool_url(entry.get("stratumURL"), entry.get("stratumPort")) == f"{pool.host}:{pool.port}".lower()
        and entry.get("stratumUser") == pool.user
    )


def _slots(listed: list[Any]) -> dict[int, dict[str, Any]]:
    """The entries by their numbers; what is no entry is left out."""
    entries = (entry for entry in listed[:SLOTS] if isinstance(entry, dict))
    return {slot: entry for entry in entries if (slot := _index(entry.get("id"))) is not None}


def _index(value: object) -> int | None:
    return parse.count(parse.number(value, 0, SLOTS - 1))

"""Which device answers: told from the keys of its answer, never from its address or its page title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miners.adapters.parse import mac, section, text
from miners.contract import Garbled, Kind


def of_info(info: Mapping[str, Any]) -> str | None:
    """The kind behind GET /api/system/info, in words for a stranger ("NMAxe"), None when nothing tells.

    NerdQAxe has `deviceModel` and no `boardVersion` since 1.0.15; before, it differs from AxeOS by `autoscreenoff`.
    """
    model = text(section(info, "identity").get("hwModel"))
    if model and model.lower().startswith("nmaxe"):
        return model  # the sibling of NMMiner with an ASIC: same path, other commands, newer ones with AxeOS's keys too
    if "autoscreenoff" in info or ("deviceModel" in info and "boardVersion" not in info):
        return Kind.NERDQAXE
    if "ASICModel" in info or "axeOSVersion" in info:
        return Kind.BITAXE
    return Kind.NMMINER if model and "miner" in info else None


def require(info: Mapping[str, Any], kind: str) -> None:
    """Garbled unless `info` is of this `kind`."""
    found = of_info(info)
    if found != kind:
        told = mac(info.get("macAddr"))
        raise Garbled(f"Not a {kind}: it answers like {found or 'an unknown device'}.", mac=told)

"""GET /api/system/info of AxeOS 2.0 to 2.15, parsed; which board it is and what it supports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from miners.adapters import axeos_common, catalogue, fingerprint, parse
from miners.adapters.bitaxe import pools
from miners.adapters.bitaxe.heat import overheated
from miners.adapters.catalogue import Board
from miners.contract import Capability, Kind, Options, Reading, State

ONE_CHIP = 1  # before 2.1.9 none is counted, and boards with more came later


def parse_info(info: Mapping[str, Any], options: Options) -> Reading:
    """A reading from GET /api/system/info of any version. Garbled when `info` is another family's."""
    fingerprint.require(info, Kind.BITAXE)
    paused = parse.flag(info.get("miningPaused"))
    url, user = pools.in_use(info)
    return replace(
        axeos_common.reading(info, options, _board(info, None)),
        # Mining means "it wants to": after boot, without a pool or while it cools the hashrate says how much.
        state=State.PAUSED if paused else State.MINING,
        hashrate_ghs=axeos_common.hashrate_ghs(info, steady=not paused),
        pool_url=url,
        pool_user=user,
        overheated=overheated(info),
        fault=parse.text(info.get("hardware_fault"), 200) or parse.text(info.get("power_fault"), 200),
        capabilities=_capabilities(info, options),
    )


def options_of(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Options:
    """What this board supports; `asic` is GET /api/system/asic, None before AxeOS 2.7."""
    known = _known(info)
    name = parse.text((asic or {}).get("deviceModel"), 60) or (known.name if known else info.get("ASICModel"))
    parts = ("Bitaxe", parse.text(name, 60), parse.text(info.get("boardVersion"), 12))
    return axeos_common.options(info, asic, _board(info, asic), " ".join(part for part in parts if part))


def _board(info: Mapping[str, Any], asic: Mapping[str, Any] | None) -> Board | None:
    return _known(info) or axeos_common.stranger(info, asic, catalogue.STRANGERS, chips=ONE_CHIP)


def _known(info: Mapping[str, Any]) -> Board | None:
    """The catalogue's board with this number, unless another ASIC sits on it: forks reuse numbers."""
    board = catalogue.by_start(catalogue.BITAXE, parse.text(info.get("boardVersion"), 12) or "")
    return board if board and info.get("ASICModel") in (None, board.asic) else None


def _capabilities(info: Mapping[str, Any], options: Options) -> frozenset[Capability]:
    """By the keys that came with the feature: forks number their versions as they like."""
    found = {*axeos_common.settable(options), Capability.RESTART}
    if "hashRate_1m" in info:  # 2.12
        found.add(Capability.IDENTIFY)
    if "miningPaused" in info:  # 2.14
        found.add(Capability.PAUSE)
    return frozenset(found)

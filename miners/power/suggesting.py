"""What of Home Assistant probably belongs together: a plug and its power sensor, a plug and a miner. Pure.

A suggestion is shown and never acted on: a name proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from miners.power.client import WATTS_PER, Entity

# Words that name the plug, not what hangs on it: they do not count when names are compared.
PLUG_WORDS = frozenset(("switch", "plug", "socket", "outlet", "relay", "smart", "the"))
POWER_WORDS = frozenset(("power", "active", "current", "consumption", "watts", "electric"))
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plug that Home Assistant has. Empty and None: nothing to suggest."""

    switch: Entity
    linked: bool  # one of our plugs already is this one
    power_entity_id: str = ""
    miner_id: int | None = None


def is_switch(entity: Entity) -> bool:
    return entity.entity_id.startswith("switch.")


def is_power_sensor(entity: Entity) -> bool:
    return entity.entity_id.startswith("sensor.") and entity.unit in WATTS_PER


def offers(entities: Iterable[Entity], linked: Collection[str], miners: Mapping[int, str]) -> list[Offer]:
    """Every switch, those not linked yet first; `miners` are the names of those without a plug, by id."""
    found = sorted(entities, key=lambda entity: entity.entity_id)
    switches = [entity for entity in found if is_switch(entity)]
    sensors = [entity for entity in found if is_power_sensor(entity) and entity.entity_id not in linked]
    beside = _sensors_beside(switches, sensors)
    names = {miner_id: _meaning(_words(name)) for miner_id, name in miners.items()}
    offered = [
        Offer(
            switch=switch,
            linked=switch.entity_id in linked,
            power_entity_id=beside.get(switch.entity_id, ""),
            miner_id=None if switch.entity_id in linked else _namesake(switch, names),
        )
        for switch in switches
    ]
    return sorted(offered, key=lambda offer: (offer.linked, offer.miner_id is None))


def _sensors_beside(switches: Iterable[Entity], sensors: Iterable[Entity]) -> dict[str, str]:
    """The power sensor of each switch: named like it and then "power"."""
    owners = {_stem(_words(_object_id(switch))): switch.entity_id for switch in switches}
    beside: dict[str, str] = {}
    for sensor in sensors:
        words = _words(_object_id(sensor))
        measured = _stem(tuple(word for word in words if word not in POWER_WORDS))
        if len(measured) < len(words) and measured in owners:
            beside.setdefault(owners[measured], sensor.entity_id)
    return beside


def _namesake(switch: Entity, names: Mapping[int, Words]) -> int | None:
    """The miner whose whole name stands in the switch's; the longest name wins, and a tie is no suggestion."""
    told = (_words(_object_id(switch)), _words(switch.name))
    fitting = [(len(name), miner_id) for miner_id, name in names.items() if any(_within(name, each) for each in told)]
    fitting.sort(reverse=True)
    if not fitting or (len(fitting) > 1 and fitting[0][0] == fitting[1][0]):
        return None
    return fitting[0][1]


def _within(name: Words, words: Words) -> bool:
    return bool(name) and any(words[start : start + len(name)] == name for start in range(len(words)))


def _object_id(entity: Entity) -> str:
    return entity.entity_id.partition(".")[2]


def _words(text: str) -> Words:
    return tuple(re.findall(r"[^\W_]+", text.lower()))


def _meaning(words: Words) -> Words:
    return tuple(word for word in words if word not in PLUG_WORDS)


def _stem(words: Words) -> Words:
    """Without what only says that it is a switch, at the end: switch.desk_socket is measured by sensor.desk_power."""
    while len(words) > 1 and words[-1] in PLUG_WORDS:
        words = words[:-1]
    return words

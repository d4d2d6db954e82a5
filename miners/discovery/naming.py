"""Names for devices that were found: their own where it tells them apart, else the model, and the end of the MAC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from miners.adapters.registry import KINDS
from miners.contract import Found

FACTORY = frozenset({"bitaxe", "nerdqaxe", "nerdqaxe++", "nerdaxe", "nmminer", "espressif", "esp32", "localhost"})
LONGEST = 60
SPARE = 10  # characters for what tells two of one name apart


def suggested(found: Sequence[Found], taken: Iterable[str]) -> list[str]:
    """A name for each, none of them `taken` and no two alike."""
    used = {name.lower() for name in taken}
    names = []
    for device in found:
        name = next(name for name in _candidates(device) if name.lower() not in used)
        used.add(name.lower())
        names.append(name)
    return names


def _candidates(device: Found) -> Iterable[str]:
    hostname = (device.hostname or "").strip()[: LONGEST - SPARE]
    if hostname and hostname.lower() not in FACTORY:
        yield hostname
    base = hostname if hostname and hostname.lower() not in FACTORY else _model(device)
    with_tail = f"{base} {_tail(device)}"
    yield with_tail
    yield from (f"{with_tail} {number}" for number in count(2))


def _model(device: Found) -> str:
    family = KINDS.get(device.kind)
    return (device.model or (family.label if family else device.kind)).strip()[: LONGEST - SPARE]


def _tail(device: Found) -> str:
    """The last two bytes of the MAC, as the device's own display shows them; else the last number of its address."""
    return device.mac.replace(":", "")[-4:] if device.mac else device.host.rpartition(".")[2]

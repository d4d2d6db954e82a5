"""Which miners of the list were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from miners.contract import Found, Kind
from miners.models import Miner


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A device that was found, and the miner that it is."""

    found: Found
    known_as: Miner | None = None
    moved: bool = False  # the miner has got this address because its device was found here

    @property
    def key(self) -> str:
        """What tells it from the others on a page."""
        return f"{self.found.host}:{self.found.port}"


def sightings(found: Sequence[Found], moved: Iterable[str] = ()) -> list[Sighting]:
    """Each device with the miner that it is: by its identity, else by its address. One query."""
    miners = list(Miner.objects.only("id", "name", "kind", "mac", "host", "port")) if found else []
    by_mac = {miner.mac: miner for miner in miners if miner.mac}
    by_host: dict[tuple[str, str], list[Miner]] = {}
    for miner in miners:
        by_host.setdefault((miner.kind, miner.host), []).append(miner)
    changed = set(moved)
    return [
        Sighting(
            found=device,
            known_as=by_mac.get(device.mac or "")
            or _at_its_address(device, by_host.get((device.kind, device.host), [])),
            moved=device.mac in changed,
        )
        for device in found
    ]


def _at_its_address(device: Found, there: Iterable[Miner]) -> Miner | None:
    """Where one of the two has no identity yet. An NMMiner broadcasts from no port of its own."""
    for miner in there:
        same = miner.port == device.port or device.kind == Kind.NMMINER
        if same and (device.mac is None or miner.mac is None):
            return miner
    return None

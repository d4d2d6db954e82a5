"""The connection test: what answers at an address, before it is saved as a miner. Some seconds at most."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from django.conf import settings

from miners.adapters.link import Datagram, Link, open_link
from miners.adapters.registry import KINDS, open_adapter
from miners.addresses import check_host, resolve
from miners.contract import DeviceError, Found, Reading, Target
from miners.discovery import naming
from miners.discovery.doors import Doors, doors
from miners.discovery.known import sightings
from miners.discovery.passive import latest
from miners.discovery.probe import ANSWER_S, identify
from miners.models import Miner
from miners.polling.cleaning import cleaned
from miners.services import Invalid

LONGEST_S = 20.0
NOBODY = "Nothing that this program knows answers at {where}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What answered. Without a reading `why` says in one sentence what is wrong."""

    found: Found | None = None
    reading: Reading | None = None
    why: str = ""
    warnings: tuple[str, ...] = ()
    known_as: Miner | None = None
    name: str = ""  # a good one for it


def try_out(*, host: str, port: int | None = None, kind: str = "", now: datetime, miner: Miner | None = None) -> Trial:
    """Identify the device at `host` and read it once; `miner`: the one that is being changed, if any.

    Raises Invalid naming the field for an address outside one's own network and for an unknown kind.
    """
    if kind and kind not in KINDS:
        raise Invalid("kind", f"{kind!r} is not a known kind; known are {', '.join(KINDS)}.")
    allowed = settings.CONFIG.devices.allow_loopback
    try:
        checked = check_host(host, allow_loopback=allowed)
    except ValueError as error:
        raise Invalid("host", f"{error}.") from None
    try:
        address = asyncio.run(resolve(checked, allow_loopback=allowed))
    except ValueError as error:
        raise Invalid("host", f"{error}.") from None
    except OSError:
        return Trial(why=f"The name {checked} is not known in this network.")
    found, reading, why = asyncio.run(_look(address, port, kind, _doors(address, port, kind), latest(now=now)))
    return _judged(found, reading, why, kind, miner)


def _doors(address: str, port: int | None, kind: str) -> Doors:
    """Where to knock, the wanted family's question first."""
    if port is None:
        in_use = Miner.objects.order_by().values_list("kind", "port").distinct()
        return doors(in_use, loopback=ip_address(address).is_loopback)
    first = KINDS[kind].identify if kind else None
    others = (family.identify for family in KINDS.values())
    return {port: tuple(dict.fromkeys(question for question in (first, *others) if question))}


async def _look(
    address: str, port: int | None, kind: str, at: Doors, said: Mapping[str, Datagram]
) -> tuple[Found | None, Reading | None, str]:
    try:
        async with asyncio.timeout(LONGEST_S), open_link(timeout_s=ANSWER_S, broadcasts=said) as link:
            found = await identify(address, link=link, at=at)
            if found is None and not kind:
                where = f"{address} on port {' or '.join(map(str, at))}"
                return None, None, NOBODY.format(where=where)
            target = _target(found, address, port, kind)
            try:
                return await _read(target, found, link)
            except DeviceError as error:
                return found, None, str(error)
    except TimeoutError:
        return None, None, f"No whole answer within {LONGEST_S:g} s."


def _target(found: Found | None, address: str, port: int | None, kind: str) -> Target:
    if found is not None:
        return Target(kind=found.kind, host=found.host, port=found.port)
    return Target(kind=kind, host=address, port=port or KINDS[kind].default_port)


async def _read(target: Target, found: Found | None, link: Link) -> tuple[Found, Reading, str]:
    """One whole reading; it stands for an introduction where the family has none."""
    reading = cleaned(await open_adapter(target, link).read())
    itself: dict[str, Any] = {
        name: getattr(reading, name) for name in ("mac", "model", "firmware", "hostname", "hashrate_ghs")
    }
    return found or Found(kind=target.kind, host=target.host, port=target.port, **itself), reading, ""


def _judged(found: Found | None, reading: Reading | None, why: str, kind: str, miner: Miner | None) -> Trial:
    if found is None:
        return Trial(why=why)
    (sighting,) = sightings([found])
    other = sighting.known_as if sighting.known_as != miner else None
    warnings = []
    if kind and found.kind != kind:
        warnings.append(f"It is of the family {KINDS[found.kind].label}, not {KINDS[kind].label}.")
    if other:
        warnings.append(f"It is the same device as {other.name}, which is in the list already.")
    (name,) = naming.suggested([found], Miner.objects.values_list("name", flat=True))
    return Trial(found=found, reading=reading, why=why, warnings=tuple(warnings), known_as=sighting.known_as, name=name)

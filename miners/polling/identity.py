"""Whose device answered: a miner without a MAC address learns the one its device tells, unless it is another's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from django.db import IntegrityError, transaction

from miners.models import Miner, MinerStatus
from miners.polling.observation import Observation, Owner


def sorted_out(seen: Sequence[Observation]) -> list[Observation]:
    """The same observations, the devices of other miners marked as theirs. No statement when nothing is odd."""
    macs = {mac for one in seen if (mac := _new_mac(one))}
    names = {name for one in seen if (name := _new_name(one))}
    if not macs and not names:
        return list(seen)
    rows = Miner.objects.filter(mac__in=macs).values_list("mac", "pk", "name")
    owners: dict[object, Owner] = {mac: Owner(pk, name) for mac, pk, name in rows}
    if names:
        owners.update(_by_name(names))
    return [_belonging(one, owners.get(_new_mac(one)) or owners.get(_new_name(one))) for one in seen]


def _new_mac(one: Observation) -> str | None:
    """A MAC that is not known to be this miner's."""
    if one.foreign:
        return one.stranger
    return one.reading.mac if one.reading and not one.candidate.target.mac else None


def _new_name(one: Observation) -> tuple[str, str] | None:
    """Family and changed host name of a device that tells no MAC."""
    before, reading = one.candidate.before.hostname, one.reading
    if reading is None or reading.mac or one.candidate.target.mac or not before or not reading.hostname:
        return None
    return None if reading.hostname == before else (one.candidate.target.kind, reading.hostname)


def _by_name(names: set[tuple[str, str]]) -> dict[object, Owner]:
    """The miners that alone in their family have such a host name, and no MAC to be known by."""
    nameless = MinerStatus.objects.filter(miner__mac=None, hostname__in={name for _, name in names})
    rows = nameless.values_list("miner__kind", "hostname", "miner_id", "miner__name")
    owners: dict[object, list[Owner]] = {}
    for kind, hostname, miner_id, name in rows:
        owners.setdefault((kind, hostname), []).append(Owner(miner_id, name))
    return {key: found[0] for key, found in owners.items() if len(found) == 1 and key in names}


def _belonging(one: Observation, owner: Owner | None) -> Observation:
    if owner is None or owner.miner_id == one.candidate.miner_id:
        return one
    if one.reading is None:
        return replace(one, failure=f"{one.failure} ({owner.name})", owner=owner)
    told = f" ({one.reading.mac})" if one.reading.mac else ""
    failure = f"another device answers at {one.address and one.address.host}: that of {owner.name}{told}"
    return replace(one, reading=None, foreign=True, failure=failure, stranger=one.reading.mac, owner=owner)


def learn(seen: Iterable[Observation]) -> None:
    """Keep the MAC of every device that is read for the first time. Of two miners that tell one, one gets it."""
    for one in seen:
        if one.reading and one.reading.mac and not one.candidate.target.mac:
            with suppress(IntegrityError), transaction.atomic():
                Miner.objects.filter(pk=one.candidate.miner_id, mac=None).update(mac=one.reading.mac)

"""Learning who answers: a miner without a MAC address takes the one its device tells."""

from __future__ import annotations

from collections.abc import Iterable

from hmm_project.journal import services
from miners.models import Miner
from miners.polling.observation import Observation


def learn(observations: Iterable[Observation]) -> None:
    """Keep the MAC address of every device that is read for the first time.

    A MAC that belongs to another miner is not taken: it is one device under two names, and an alert says so.
    """
    told = [seen for seen in observations if seen.reading and seen.reading.mac and not seen.candidate.target.mac]
    if not told:
        return
    known = dict(Miner.objects.filter(mac__isnull=False).values_list("mac", "name"))
    for seen in told:
        assert seen.reading is not None  # noqa: S101  filtered above
        mac = seen.reading.mac
        owner = known.setdefault(mac, seen.candidate.name)
        if owner == seen.candidate.name:
            Miner.objects.filter(pk=seen.candidate.miner_id).update(mac=mac)
        else:
            services.open_alert(
                now=seen.time,
                kind="miner-twice",
                subject=seen.candidate.subject,
                name=seen.candidate.name,
                message=f"{seen.candidate.name} is the same device as {owner} ({mac}): delete one of the two",
            )

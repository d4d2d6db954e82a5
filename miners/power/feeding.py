"""What a plug that is off means for the miners it feeds: they are off at once, not with the next poll."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hmm_project import live
from miners.contract import Kind, State
from miners.models import MinerStatus
from miners.polling import broadcasts


def went_dark(switch_ids: Collection[int], now: datetime) -> None:
    """These plugs were just seen off. Who answers all the same is shown as that with its next reading.

    What an NMMiner broadcast before is forgotten with its power: it would count as news for another minute.
    """
    not_newer = Q(polled_at=None) | Q(polled_at__lte=now)
    fed = MinerStatus.objects.filter(not_newer, miner__switch__in=switch_ids).exclude(state=State.OFF)
    rows = list(fed.values_list("pk", "miner__kind", "miner__host"))
    if not rows:
        return
    ids = [pk for pk, _, _ in rows]
    MinerStatus.objects.filter(pk__in=ids).update(state=State.OFF, since=now, polled_at=now)
    speakers = [host for _, kind, host in rows if kind == Kind.NMMINER]
    transaction.on_commit(lambda: broadcasts.forget(speakers), robust=True)
    live.announce("miners-changed", ids)

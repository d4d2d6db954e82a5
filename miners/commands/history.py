"""What the ledger says of a day: the attempts that count for the next command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter

from django.db.models import Q

from miners.commands import guards
from miners.commands.guards import Past
from miners.models import Command, Miner, Outcome, Switch

MOST = 500  # of one target
ATTEMPTS = Q(sent=True) | Q(outcome__in=(Outcome.UNREACHABLE, Outcome.UNCHANGED))
FIELDS = ("time", "action", "argument", "outcome", "sent", "restarts")


def history(target: Miner | Switch, now: datetime) -> list[Past]:
    """A day of attempts, newest first; for a miner, its plug being switched on too: that boots it."""
    if isinstance(target, Switch):
        about = Q(switch=target)
    elif target.switch_id is not None:
        about = Q(miner=target) | Q(switch=target.switch_id, restarts=True)
    else:
        about = Q(miner=target)
    rows = Command.objects.filter(about, ATTEMPTS, time__gt=now - guards.DAY).values(*FIELDS)
    return [Past(**row) for row in rows[:MOST]]


def histories(targets: Iterable[Miner | Switch], now: datetime) -> Mapping[str, list[Past]]:
    """`history` of each by its subject, in one query."""
    named = list(targets)
    miners = [target for target in named if isinstance(target, Miner)]
    switches = {target.pk for target in named if isinstance(target, Switch)}
    plugs = {miner.switch_id for miner in miners if miner.switch_id is not None}
    about = Q(miner__in=[miner.pk for miner in miners]) | Q(switch__in=switches) | Q(switch__in=plugs, restarts=True)
    own: dict[tuple[int | None, int | None], list[Past]] = defaultdict(list)
    for row in Command.objects.filter(about, ATTEMPTS, time__gt=now - guards.DAY).values("miner", "switch", *FIELDS):
        own[row.pop("miner"), row.pop("switch")].append(Past(**row))
    found = {f"switch:{pk}": own[None, pk] for pk in switches}
    for miner in miners:
        boots = [past for past in own[None, miner.switch_id] if past.restarts] if miner.switch_id is not None else []
        both = sorted([*own[miner.pk, None], *boots], key=attrgetter("time"), reverse=True)
        found[miner.subject] = both[:MOST]
    return found

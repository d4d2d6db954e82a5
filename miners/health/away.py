"""When miners were wanted and silent: the journal knows, for the poller opens `miner-unreachable` only for those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from hmm_project.journal.models import Alert, Event
from miners.health.contract import Away

KIND = "miner-unreachable"
OVER = f"{KIND}-over"

Told = tuple[str, datetime, str]
"""(subject, time, kind of event)"""


def away(*, since: datetime, until: datetime, subjects: Collection[str] | None = None) -> Mapping[str, list[Away]]:
    """By subject, within the span. Two queries, of all miners or of `subjects`."""
    chosen = {} if subjects is None else {"subject__in": subjects}
    told = Event.objects.filter(kind__in=(KIND, OVER), time__gte=since, time__lt=until, **chosen)
    still = Alert.objects.filter(key__startswith=f"{KIND}:", opened_at__lt=until, **chosen)
    return spans(
        told.order_by("time", "pk").values_list("subject", "time", "kind"),
        dict(still.values_list("subject", "opened_at")),
        since=since,
        until=until,
    )


def spans(
    told: Iterable[Told], still_open: Mapping[str, datetime], *, since: datetime, until: datetime
) -> dict[str, list[Away]]:
    """What begins before the span begins with it; what has not ended ends with it. Pure."""
    found: defaultdict[str, list[Away]] = defaultdict(list)
    begun: dict[str, datetime] = {}
    seen: set[str] = set()
    for subject, time, kind in told:
        if kind == KIND:
            begun[subject] = time
        elif subject in begun or subject not in seen:
            found[subject].append(Away(begun.pop(subject, since), time))
        seen.add(subject)
    for subject, opened_at in still_open.items():
        found[subject].append(Away(max(since, opened_at), until))
    return found

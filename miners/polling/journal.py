"""Telling the journal: in a quiet shard one query, which alerts are open."""

from __future__ import annotations

from collections.abc import Sequence

from hmm_project.journal import services
from hmm_project.journal.models import Alert
from miners.polling.judging import Verdict
from miners.polling.observation import Observation
from miners.polling.telling import CONDITIONS, Condition, happenings


def tell(judged: Sequence[tuple[Observation, Verdict]]) -> None:
    """Write what happened, open what began, close what ended. What holds is compared with what is open, so an alert
    that a crash left behind is put right by the next poll."""
    subjects = [seen.candidate.subject for seen, _ in judged]
    open_keys = set(Alert.objects.filter(subject__in=subjects).values_list("key", flat=True))
    for seen, verdict in judged:
        candidate = seen.candidate
        for happening in happenings(seen):
            services.record(
                now=seen.time,
                kind=happening.kind,
                message=happening.message,
                level=happening.level,
                subject=candidate.subject,
                name=candidate.name,
            )
        for condition in CONDITIONS:
            is_open = f"{condition.kind}:{candidate.subject}" in open_keys
            _compare(condition, condition.holds(seen, verdict), seen, is_open=is_open)


def _compare(condition: Condition, holds: bool | None, seen: Observation, *, is_open: bool) -> None:
    candidate = seen.candidate
    if holds and not is_open:
        services.open_alert(
            now=seen.time,
            kind=condition.kind,
            message=condition.begun(seen),
            level=condition.level,
            subject=candidate.subject,
            name=candidate.name,
        )
    elif holds is False and is_open:
        services.close_alert(
            now=seen.time,
            kind=condition.kind,
            message=condition.ended(seen),
            subject=candidate.subject,
            name=candidate.name,
        )

"""The alert `miner-health`: open exactly as long as something about a miner warns."""

from __future__ import annotations

from datetime import datetime

from hmm_project.journal import services
from hmm_project.journal.models import Alert
from miners.health.contract import Health
from miners.health.reporting import reports
from miners.models import Miner

KIND = "miner-health"


def watch(now: datetime) -> dict[int, Health]:
    """Compare what warns with what is open, so that what a crash left behind is put right an hour later."""
    found = reports(now)
    miners = Miner.objects.in_bulk(list(found))
    still = set(Alert.objects.filter(key__startswith=f"{KIND}:").values_list("subject", flat=True))
    for pk, health in found.items():
        if pk in miners:  # else it was removed a moment ago
            _compare(miners[pk], health, now, is_open=miners[pk].subject in still)
    return found


def _compare(miner: Miner, health: Health, now: datetime, *, is_open: bool) -> None:
    if health.warnings and not is_open:
        services.open_alert(
            now=now,
            kind=KIND,
            message=f"{miner.name}: {' '.join(health.warnings)}",
            subject=miner.subject,
            name=miner.name,
            data={"score": health.score, "warnings": list(health.warnings)},
        )
    elif is_open and health.told and not health.warnings:
        message = f"{miner.name} is well again."
        services.close_alert(now=now, kind=KIND, message=message, subject=miner.subject, name=miner.name)

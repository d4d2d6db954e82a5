"""The scheduler of the beat process."""

from __future__ import annotations

from datetime import UTC, datetime

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from hmm_project import heartbeat

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """The database's schedule; every job of ours is due at the start, and every tick leaves a sign of life."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        PeriodicTask.objects.filter(name__in=self.app.conf.beat_schedule).update(last_run_at=LONG_AGO)
        self._schedule = self.all_as_schedule()

    def tick(self, *args: object, **options: object) -> float:
        heartbeat.leave("beat")
        return float(super().tick(*args, **options))

"""What runs again and again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from celery import current_app
from django.utils.module_loading import import_string
from django_celery_beat.models import PeriodicTask

from hmm_project import beat, schedule
from hmm_project.config import Config, Intervals
from hmm_project.schedule import Job

JOBS = schedule.jobs(Config())


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_is_a_task_that_exists(job: Job) -> None:
    assert import_string(job.task).name == job.task


@pytest.mark.parametrize("job", [*JOBS, Job("often", "x", 2)], ids=lambda job: job.name)
def test_a_start_that_waited_too_long_is_dropped_before_the_next(job: Job) -> None:
    assert 0 < job.expires_s < job.interval_s


def test_the_intervals_are_those_of_the_configuration() -> None:
    jobs = {job.task: job.interval_s for job in schedule.jobs(Config(intervals=Intervals(poll=7, strategy=11)))}
    assert jobs["miners.tasks.poll_fleet"] == jobs["miners.tasks.read_switches"] == 7
    assert jobs["strategy.tasks.tick"] == 11


@pytest.mark.django_db(transaction=True)
def test_beat_keeps_the_table_in_the_database_and_finds_everything_due_at_its_start() -> None:
    PeriodicTask.objects.all().delete()
    scheduler = beat.Scheduler(app=current_app._get_current_object())
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {job.name for job in JOBS}
    assert all(entry.is_due().is_due for entry in scheduler.schedule.values())


@pytest.mark.django_db(transaction=True)
def test_a_job_switched_off_in_the_admin_stays_off_and_others_rows_are_left_alone() -> None:
    beat.Scheduler(app=current_app._get_current_object())
    PeriodicTask.objects.filter(name="decide").update(enabled=False)
    ran = datetime(2026, 1, 1, tzinfo=UTC)
    interval = PeriodicTask.objects.get(name="decide").interval
    PeriodicTask.objects.create(name="of a person", task="x", interval=interval, last_run_at=ran)
    scheduler = beat.Scheduler(app=current_app._get_current_object())
    assert "decide" not in scheduler.schedule
    assert PeriodicTask.objects.get(name="of a person").last_run_at == ran

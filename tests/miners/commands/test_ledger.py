from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from hmm_project.schedule import jobs
from miners.models import Action, Command, Outcome


@pytest.mark.django_db
def test_the_ledger_forgets_what_is_older_than_the_audit_is_kept():
    now, kept = timezone.now(), timedelta(days=settings.CONFIG.retention.audit_days)
    for name, time in (("old", now - kept - timedelta(hours=1)), ("young", now - kept + timedelta(hours=1))):
        Command.objects.create(time=time, name=name, action=Action.MODE, outcome=Outcome.VERIFIED)

    task = next(job.task for job in jobs(settings.CONFIG) if job.name == "prune the ledger")
    import_string(task)()

    assert [command.name for command in Command.objects.all()] == ["young"]

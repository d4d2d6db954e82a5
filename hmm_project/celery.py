"""The Celery application."""

from __future__ import annotations

import os

from celery import Celery

from hmm_project.heartbeat import WorkerHeartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmm_project.settings")  # noqa: TID251  Django's own
app = Celery("hmm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerHeartbeat)

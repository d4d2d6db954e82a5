"""After a person's change: pages are told, and the engine decides at once instead of at its next minute."""

from __future__ import annotations

from celery import current_app
from django.db import transaction

from hmm_project.live import announce


def changed() -> None:
    announce("strategy-changed")
    transaction.on_commit(_tick_soon, robust=True)


def _tick_soon() -> None:
    current_app.send_task("strategy.tasks.tick", expires=60)

from __future__ import annotations

from django.apps import AppConfig


class HmmProjectConfig(AppConfig):
    name = "hmm_project"
    verbose_name = "Home Miner Manager"

    def ready(self) -> None:
        from hmm_project.celery import app

        app.set_default()

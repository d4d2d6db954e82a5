from __future__ import annotations

from django.apps import AppConfig

from hmm_project.config import only_migrates


class HmmProjectConfig(AppConfig):
    name = "hmm_project"
    verbose_name = "Home Miner Manager"

    def ready(self) -> None:
        if only_migrates():
            return
        from hmm_project.celery import app

        app.set_default()

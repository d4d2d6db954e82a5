from __future__ import annotations

from django.apps import AppConfig

from hmm_project.config import only_migrates


class StrategyConfig(AppConfig):
    name = "strategy"
    verbose_name = "Strategy"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from strategy.models import Band, Strategy

        auditlog.register(Strategy, exclude_fields=["resumes_to"])
        auditlog.register(Band)
        if only_migrates():
            return
        from miners.commands import register_gate
        from strategy.gate import state_now

        register_gate(state_now)

from __future__ import annotations

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "strategy"
    verbose_name = "Strategy"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from miners.commands import register_gate
        from strategy.gate import state_now
        from strategy.models import Band, Strategy

        auditlog.register(Strategy, exclude_fields=["resumes_to"])
        auditlog.register(Band)
        register_gate(state_now)

from __future__ import annotations

from django.apps import AppConfig


class EnergyConfig(AppConfig):
    name = "energy"
    verbose_name = "Energy"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from energy.models import Tariff

        observed = ["resolved_product", "refreshed_at", "attempted_at", "failures", "failure", "not_before"]
        auditlog.register(Tariff, exclude_fields=observed)

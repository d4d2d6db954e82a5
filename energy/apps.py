from __future__ import annotations

from django.apps import AppConfig


class EnergyConfig(AppConfig):
    name = "energy"
    verbose_name = "Energy"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from energy.ledger.late import note_late
        from energy.models import Tariff
        from energy.models.fetched import UNSEEN
        from miners.telemetry.rows import stored

        auditlog.register(Tariff, exclude_fields=[*UNSEEN, "secret", "series", "version"])
        stored.connect(note_late)

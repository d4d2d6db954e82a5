from __future__ import annotations

from django.apps import AppConfig

from hmm_project.config import only_migrates


class MinersConfig(AppConfig):
    name = "miners"
    verbose_name = "Miners"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from miners.models import HomeAssistant, Miner, MqttBroker, Switch, TuningProfile

        auditlog.register(
            Miner,
            exclude_fields=["web_password", "code_session", "code_session_until", "created_at", "status", "desired"],
        )
        auditlog.register(Switch, exclude_fields=["state", "power_w", "seen_at", "failure"])
        auditlog.register(HomeAssistant, exclude_fields=["token", "rejected", "seen_at"])
        auditlog.register(MqttBroker, exclude_fields=["password", "rejected", "connected", "seen_at", "failure"])
        auditlog.register(TuningProfile, exclude_fields=["created_at"])
        if only_migrates():
            return
        from miners import bulk
        from miners.tuning.services import prepare_profile, prepare_tune

        bulk.register("tune", prepare_tune)
        bulk.register("profile", prepare_profile)

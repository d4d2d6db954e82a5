from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "hmm_project.journal"
    label = "journal"
    verbose_name = "Journal"

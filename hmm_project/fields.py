"""Model fields of our own."""

from __future__ import annotations

from django.db import models

from hmm_project.secrets import decrypt, encrypt


class SecretField(models.TextField[str, str]):
    """Text encrypted at rest. Forms and the API treat it as write-only."""

    def from_db_value(self, value: str | None, *_: object) -> str:
        return decrypt(value) if value else ""

    def get_prep_value(self, value: object) -> str:
        return encrypt(str(value)) if value else ""

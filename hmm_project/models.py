"""API tokens: what scripts and Home Assistant log in with."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

PREFIX = "hmm_"
SHOWN = len(PREFIX) + 6
USED_GRAIN = timedelta(minutes=1)  # a script that asks every second does not write every second


class ApiToken(models.Model):
    """Only the hash is kept; the token itself is shown once, when it is issued."""

    name = models.CharField(max_length=60, help_text="What uses it, such as home-assistant")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(cls, name: str, user: User) -> str:
        """Make a token for `user` and answer its clear text, which is never seen again."""
        clear = PREFIX + secrets.token_urlsafe(32)
        cls.objects.create(name=name, user=user, prefix=clear[:SHOWN], digest=_digest(clear))
        return clear

    @classmethod
    def find(cls, clear: str, *, now: datetime) -> ApiToken | None:
        """The token with this clear text whose owner may still log in; notes that it was used."""
        token = cls.objects.select_related("user").filter(digest=_digest(clear), user__is_active=True).first()
        if token and (token.last_used_at is None or now - token.last_used_at >= USED_GRAIN):
            cls.objects.filter(pk=token.pk).update(last_used_at=now)
        return token


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()  # 256 random bits need no slow hash

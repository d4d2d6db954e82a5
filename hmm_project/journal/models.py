"""The journal: what happened, in sentences."""

from __future__ import annotations

from django.db import models


class Level(models.TextChoices):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Event(models.Model):
    """One thing that happened. Alerts are events whose `alert` names the condition; the recovery closes it."""

    time = models.DateTimeField(db_index=True)
    kind = models.SlugField(max_length=60)  # such as "miner-unreachable", "prices-stale"
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    subject = models.CharField(max_length=80, blank=True)  # such as "miner:7", "" for the house
    name = models.CharField(max_length=120, blank=True)  # the subject's name when it happened
    message = models.TextField()
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-time", "-pk"]
        indexes = [models.Index(fields=["subject", "-time"], name="event_subject_time")]

    def __str__(self) -> str:
        return self.message


class Alert(models.Model):
    """A condition that is true now: opened once, closed once, one event each."""

    key = models.CharField(max_length=160, unique=True)  # such as "miner-unreachable:miner:7"
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.WARNING)
    message = models.TextField()
    subject = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at"]

    def __str__(self) -> str:
        return self.message

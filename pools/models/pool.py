"""Stratum pools: where hashes go."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from hmm_project.fields import SecretField
from miners.contract import PoolEndpoint
from miners.models.audited import Audited
from pools.contract import Address, PoolState
from pools.validators import PLACEHOLDER, PLAIN, check_host, check_user


class Coin(models.TextChoices):
    BTC = "BTC", "Bitcoin"
    BCH = "BCH", "Bitcoin Cash"
    DGB = "DGB", "DigiByte"
    BC2 = "BC2", "BitcoinII"


class Pool(Audited, models.Model):
    name = models.CharField(max_length=60, unique=True)
    coin = models.CharField(max_length=4, choices=Coin.choices, default=Coin.BTC)
    host = models.CharField(max_length=253, validators=[check_host], help_text="Also stratum+tcp://host:port")
    port = models.PositiveIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(65_535)],
        error_messages={"null": "Give the port, such as 3333."},
    )
    tls = models.BooleanField("TLS", default=False)
    user = models.CharField(
        max_length=300,
        validators=[PLAIN, check_user],
        help_text="Payout address; {miner} stands for the miner's name",
    )
    password = SecretField(blank=True, default="x", validators=[PLAIN])
    enabled = models.BooleanField(default=True)
    # observed
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in PoolState], default="unknown", editable=False
    )
    misses = models.PositiveIntegerField(default=0, editable=False)  # checks in a row without an answer
    checked_at = models.DateTimeField(null=True, editable=False)
    subscribe_ms = models.FloatField(null=True, editable=False)  # of the last good answer
    failure = models.TextField(blank=True, editable=False)  # why the last check failed, one sentence

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The name of this pool in the journal."""
        return f"pool:{self.pk}"

    @property
    def address(self) -> str:
        """`host:port`, lower case: what miners report and pools are compared by."""
        return f"{self.host.lower()}:{self.port}"

    @property
    def listens_at(self) -> Address:
        return Address(self.host.lower(), self.port, self.tls)

    def endpoint(self, worker: str) -> PoolEndpoint:
        """This pool for one miner; characters that stratum users break on are replaced in the worker's name."""
        safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in worker)
        return PoolEndpoint(
            host=self.host.lower(),
            port=self.port,
            user=self.user.replace(PLACEHOLDER, safe),
            password=self.password or "x",
            tls=self.tls,
        )


class PoolCheck(models.Model):
    """One check of one pool."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="checks")
    time = models.DateTimeField(db_index=True)
    reachable = models.BooleanField()
    subscribe_ms = models.FloatField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-time"]
        indexes = [models.Index(fields=["pool", "-time"], name="pool_check_time")]

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M} {self.error or 'reachable'}"

"""Stratum pools: where hashes go."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from hmm_project.fields import SecretField
from miners.contract import PoolEndpoint


class Coin(models.TextChoices):
    BTC = "BTC", "Bitcoin"
    BCH = "BCH", "Bitcoin Cash"
    DGB = "DGB", "DigiByte"
    BC2 = "BC2", "BitcoinII"


class Pool(models.Model):
    name = models.CharField(max_length=60, unique=True)
    coin = models.CharField(max_length=4, choices=Coin.choices, default=Coin.BTC)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(65_535)])
    tls = models.BooleanField("TLS", default=False)
    user = models.CharField(max_length=300, help_text="Payout address; {miner} stands for the miner's name")
    password = SecretField(blank=True, default="x")
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """`host:port`, lower case: what miners report and pools are compared by."""
        return f"{self.host.lower()}:{self.port}"

    def endpoint(self, worker: str) -> PoolEndpoint:
        """This pool for one miner; characters that stratum users break on are replaced in the worker's name."""
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in worker)
        return PoolEndpoint(
            host=self.host.lower(),
            port=self.port,
            user=self.user.replace("{miner}", safe),
            password=self.password or "x",
            tls=self.tls,
        )

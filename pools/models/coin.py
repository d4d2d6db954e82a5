"""What is known of coins, who told it, and what a person says instead."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from miners.models.audited import Audited
from pools.figures import BOUNDS, PLACES, Quantity
from pools.models.pool import Coin


def figure(**options: Any) -> models.DecimalField[Any, Any]:
    """Wide enough for a difficulty, fine enough for the price of the smallest coin."""
    return models.DecimalField(max_digits=36, decimal_places=PLACES, **options)


def own_figure(quantity: Quantity, help_text: str, name: str) -> models.DecimalField[Any, Any]:
    limits = BOUNDS[quantity]
    validators = [MinValueValidator(limits.lowest), MaxValueValidator(limits.highest)]
    return figure(verbose_name=name, null=True, blank=True, validators=validators, help_text=help_text)


class CoinFigure(models.Model):
    """The last good value of one quantity, and one that was too far from it to be believed at once."""

    coin = models.CharField(max_length=4, choices=Coin.choices)
    quantity = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Quantity])
    value = figure(null=True)
    source = models.CharField(max_length=40, blank=True)  # of the value, such as "mempool"
    time = models.DateTimeField(null=True)  # when the value was told
    asked_at = models.DateTimeField()  # last attempt
    suspect = figure(null=True)
    suspect_source = models.CharField(max_length=40, blank=True)
    suspect_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["coin", "quantity"]
        constraints = [models.UniqueConstraint(fields=["coin", "quantity"], name="one_figure_of_a_quantity")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.coin}"


class CoinPrice(models.Model):
    """The first price of every hour, for what was paid out then."""

    coin = models.CharField(max_length=4, choices=Coin.choices)
    hour = models.DateTimeField()
    price_gbp = figure()
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["-hour", "coin"]
        constraints = [models.UniqueConstraint(fields=["coin", "hour"], name="one_price_an_hour")]

    def __str__(self) -> str:
        return f"{self.coin} at {self.hour:%Y-%m-%d %H:%M}"


class CoinService(models.Model):
    """One outside service that tells figures: how it answered last, and when it may be asked again."""

    name = models.CharField(max_length=40, primary_key=True)
    answered_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    failure = models.TextField(blank=True)  # one sentence
    not_before = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CoinSetting(Audited, models.Model):
    """A person's own values, which count before every source. One row a coin; without one nothing is set."""

    coin = models.CharField(max_length=4, choices=Coin.choices, unique=True)
    difficulty = own_figure(Quantity.DIFFICULTY, "Instead of what sources say; for DGB that of SHA-256d", "Difficulty")
    reward = own_figure(Quantity.REWARD, "Coins a block pays you, fees included", "Block reward")
    price_gbp = own_figure(Quantity.PRICE, "Pounds for one coin", "Price")
    fee_percent = models.DecimalField(
        "Pool fee",
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text="Per cent of a block that the pool keeps",
    )
    worth_pence = models.DecimalField(
        "What a TH-day is worth to me",
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Pence for one TH/s over a day: to a solo miner a ticket may be worth more than it brings on average",
    )

    class Meta:
        ordering = ["coin"]

    def __str__(self) -> str:
        return self.coin


class CoinWork(models.Model):
    """Hashes that the household's miners tried for a coin on one day (UTC), counted from the five-minute roll-ups."""

    coin = models.CharField(max_length=4, choices=Coin.choices)
    day = models.DateField()
    hashes = models.FloatField(default=0)
    counted_until = models.DateTimeField()

    class Meta:
        ordering = ["-day", "coin"]
        constraints = [models.UniqueConstraint(fields=["coin", "day"], name="one_work_a_day")]

    def __str__(self) -> str:
        return f"{self.coin} on {self.day}"

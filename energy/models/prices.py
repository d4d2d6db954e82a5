"""Price slots: what is known, and what is only forecast."""

from __future__ import annotations

from django.db import models


class PriceSlot(models.Model):
    """The price of one slot. Rows are added and corrected, never deleted by an answer that lacks them."""

    series = models.CharField(max_length=40)  # Tariff.key
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    price_pence = models.DecimalField(max_digits=9, decimal_places=4)  # per kWh, in the minor unit of the currency
    product = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["series", "valid_from"], name="price_slot_unique"),
            models.CheckConstraint(condition=models.Q(valid_to__gt=models.F("valid_from")), name="price_slot_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d %H:%M} {self.price_pence}p"


class ForecastSlot(models.Model):
    """What a slot is expected to cost. Kept apart: nothing that decides or pays ever reads it."""

    series = models.CharField(max_length=40)  # Tariff.key
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    price_pence = models.DecimalField(max_digits=9, decimal_places=4)
    low_pence = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    high_pence = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    made_at = models.DateTimeField()  # when it was fetched

    class Meta:
        ordering = ["valid_from"]
        constraints = [models.UniqueConstraint(fields=["series", "valid_from"], name="forecast_slot_unique")]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d %H:%M} perhaps {self.price_pence}p"

"""What mining has brought: every coin that arrived, and what it was worth in pounds when it did."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from miners.models.audited import Audited
from pools.models.pool import Coin

SATOSHI = Decimal("0.00000001")


class Payout(Audited, models.Model):
    coin = models.CharField(max_length=4, choices=Coin.choices)
    amount = models.DecimalField(
        max_digits=20, decimal_places=8, validators=[MinValueValidator(SATOSHI)], help_text="Coins that arrived"
    )
    time = models.DateTimeField("Received", db_index=True)
    pool = models.CharField(max_length=60, blank=True, help_text="Who paid; a pool's name, or solo")
    txid = models.CharField("Transaction", max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    gbp_at_receipt = models.DecimalField(
        "Worth in pounds when received",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Left empty it is worked out where the price of that hour is known",
    )
    gbp_source = models.CharField(max_length=160, blank=True, editable=False)  # empty while unknown
    gbp_entered = models.BooleanField(default=False, editable=False)  # by a person: never worked out again

    class Meta:
        ordering = ["-time", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["coin", "txid"],
                condition=~models.Q(txid=""),
                name="one_payout_a_transaction",
                violation_error_message="This transaction is entered already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.coin}"

    @property
    def subject(self) -> str:
        """The name of this payout in the journal."""
        return f"payout:{self.pk}"

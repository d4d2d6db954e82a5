"""The cost ledger: what every miner drew in every price slot (energy.ledger)."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast

KWH = F("kwh_wall") + F("kwh_device") + F("kwh_estimate")


class EnergySlot(models.Model):
    """One row a miner and price slot, none longer than an hour; the slot in progress grows.

    `miner_id` is no foreign key: what a miner has cost stays when it is sold. `price_pence` NULL: not known (yet), and
    so is the cost. A cost below zero is paid to the household.
    """

    pk = models.CompositePrimaryKey("miner_id", "start")
    start = models.DateTimeField(db_index=True)
    end = models.DateTimeField()
    miner_id = models.IntegerField()
    kwh_wall = models.FloatField(default=0)  # as its own plug says
    kwh_device = models.FloatField(default=0)  # as the device says, where no plug does
    kwh_estimate = models.FloatField(default=0)  # as its owner estimates, where nothing measures
    measured_s = models.FloatField(default=0)  # these are about so many seconds of the slot,
    unmeasured_s = models.FloatField(default=0)  # and nobody knows about these
    mining_kwh = models.FloatField(default=0)  # of the energy, what it drew while it mined,
    mining_s = models.FloatField(default=0)  # in so many seconds
    ths = models.FloatField(null=True)  # terahashes; NULL: no reading told a hashrate
    price_pence = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    series = models.CharField(max_length=40, blank=True)  # Tariff.key of the price
    kwh = models.GeneratedField(expression=KWH, output_field=models.FloatField(), db_persist=True)
    cost_pence = models.GeneratedField(
        expression=Cast(KWH, models.DecimalField(max_digits=13, decimal_places=9)) * F("price_pence"),
        output_field=models.DecimalField(max_digits=18, decimal_places=9),
        db_persist=True,
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(end__gt=F("start")), name="energy_slot_forward")]

    def __str__(self) -> str:
        return f"{self.miner_id} from {self.start:%Y-%m-%d %H:%M}: {self.kwh} kWh"


class LedgerMark(models.Model):
    """Up to when every slot is finished and kept; one row (pk 1)."""

    done_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.done_until:%Y-%m-%d %H:%M}"


class StaleHour(models.Model):
    """An hour (UTC) that was kept before its last reading or its right price came: to be done again."""

    start = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"

"""The shapes of the energy API. Prices are JSON numbers: pence per kWh including VAT, at most four decimal places."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema
from pydantic import AwareDatetime

from energy.contract import Rate
from energy.models import REGIONS, PriceSlot, Tariff
from energy.services import RefreshOutcome

PENCE = "Pence per kWh including VAT, at most four decimal places; negative when using electricity is paid for"


class Window(Schema):
    """Times with their zone, such as 2026-11-22T00:00:00Z."""

    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")


class PriceOut(Schema):
    """One half hour."""

    valid_from: datetime
    valid_to: datetime
    price_pence: float = Field(description=PENCE)
    source: str = Field(description="Where the price is from, such as octopus")
    product: str

    @staticmethod
    def resolve_source(slot: PriceSlot) -> str:
        return slot.series.partition(":")[0]


class RateOut(Schema):
    valid_from: datetime
    valid_to: datetime
    price_pence: float = Field(description=PENCE)


class NowOut(Schema):
    """The price now. All three are null while it is not known."""

    price_pence: float | None = Field(description=f"{PENCE}; null while it is not known")
    valid_from: datetime | None
    valid_to: datetime | None
    next: RateOut | None = Field(description="The next known slot")
    age_s: float | None = Field(description="Seconds since the last good answer of the price source; null: none yet")
    problem: str | None = Field(description="Why the known prices cannot be relied on; null while they can")

    @classmethod
    def of(cls, current: Rate | None, following: Rate | None, *, age_s: float | None, problem: str | None) -> NowOut:
        return cls(
            price_pence=float(current.price_pence) if current else None,
            valid_from=current.valid_from if current else None,
            valid_to=current.valid_to if current else None,
            next=RateOut.from_orm(following) if following else None,
            age_s=age_s,
            problem=problem,
        )


class RefreshOut(Schema):
    """What a refresh brought: numbers of half hours."""

    product: str
    received: int
    added: int
    corrected: int = Field(description="Published before and different now")
    rejected: int = Field(description="Rows that cannot be a price")
    newest_end: datetime | None = Field(description="Until when prices are known")

    @classmethod
    def of(cls, outcome: RefreshOutcome) -> RefreshOut:
        return cls.from_orm(outcome)


class TariffOut(Schema):
    """What the household pays by; region null while none is set."""

    source: str
    region: str | None
    region_name: str | None
    product: str = Field(description="As chosen; empty: the current Agile product, found by itself")
    resolved_product: str = Field(description="The product prices come from")
    refreshed_at: datetime | None = Field(description="Last good answer")
    failure: str = Field(description="Why the last attempt failed; empty when it did not")

    @classmethod
    def of(cls, tariff: Tariff) -> TariffOut:
        return cls(
            source=tariff.source,
            region=tariff.region or None,
            region_name=REGIONS.get(tariff.region),
            product=tariff.product,
            resolved_product=tariff.resolved_product,
            refreshed_at=tariff.refreshed_at,
            failure=tariff.failure,
        )


class TariffIn(Schema):
    """What is left out stays as it is."""

    source: str | None = None
    region: str | None = Field(None, description="A to H, J to N, or P")
    product: str | None = Field(None, description="Such as AGILE-24-10-01; empty: found by itself")


class RegionOut(Schema):
    region: str
    name: str

"""The shapes of the energy API. Prices are JSON numbers: pence per kWh including VAT, at most four decimal places."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from energy.contract import Rate
from energy.models import REGIONS, PriceSlot, Tariff
from energy.services import RefreshOutcome
from energy.sources.needs import Need

PENCE = "Pence per kWh including VAT, at most four decimal places; negative when using electricity is paid for"


class Window(Schema):
    """Times with their zone, such as 2026-11-22T00:00:00Z."""

    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")


class PriceWindow(Window):
    direction: Literal["import", "export"] = Field("import", description="What is paid, or what Outgoing pays")


class PriceOut(Schema):
    """One slot of 15, 30 or 60 minutes."""

    valid_from: datetime
    valid_to: datetime
    price_pence: float = Field(description=PENCE)
    source: str = Field(description="Where the price is from, such as octopus or octopus-export")
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
    """What the household pays by; region null where there is none."""

    source: str
    region: str | None
    region_name: str | None
    product: str = Field(description="As chosen; empty: the current Agile product, found by itself")
    parameters: dict[str, Any] = Field(description="What the source needs to know; GET /api/energy/sources lists it")
    has_secret: bool
    currency: str = Field(description="ISO code; prices are in its hundredth part")
    export: bool = Field(description="Whether Outgoing prices are fetched too")
    forecast: bool = Field(description="Whether forecasts are fetched too")
    resolved_product: str = Field(description="The product prices come from")
    refreshed_at: datetime | None = Field(description="Last good answer")
    failure: str = Field(description="Why the last attempt failed; empty when it did not")

    @classmethod
    def of(cls, tariff: Tariff) -> TariffOut:
        same = ("source", "product", "parameters", "currency", "export", "forecast")
        seen = ("resolved_product", "refreshed_at", "failure")
        return cls(
            region=tariff.region or None,
            region_name=REGIONS.get(tariff.region),
            has_secret=bool(tariff.secret),
            **{name: getattr(tariff, name) for name in (*same, *seen)},
        )


class TariffIn(Schema):
    """What is left out stays as it is; another source begins with its defaults."""

    source: str | None = None
    region: str | None = Field(None, description="A to H, J to N, or P")
    product: str | None = Field(None, description="Such as AGILE-24-10-01; empty: found by itself")
    parameters: dict[str, Any] | None = Field(None, description="All that the source needs, by name")
    secret: str | None = Field(None, description="Write-only", max_length=500)
    currency: str | None = Field(None, description="Such as GBP")
    export: bool | None = None
    forecast: bool | None = None


class NeedOut(Schema):
    name: str
    label: str
    help: str
    default: Any = Field(description="null: it must be given")
    choices: list[str]

    @staticmethod
    def resolve_choices(need: Need) -> list[str]:
        return [key for key, _ in need.choices]


class SourceOut(Schema):
    """A source of prices, and what it needs to know."""

    key: str
    label: str
    about: str
    needs: list[NeedOut]
    secret: str = Field(description="What the secret is; empty where there is none")
    currencies: list[str] = Field(description="Empty: any")


class ForecastOut(Schema):
    """What a slot may cost: never counted as known."""

    valid_from: datetime
    valid_to: datetime
    price_pence: float
    low_pence: float | None
    high_pence: float | None


class UploadOut(Schema):
    added: int
    corrected: int


class RegionOut(Schema):
    region: str
    name: str

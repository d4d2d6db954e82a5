"""Health over the API."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from miners.health.contract import Course, PartName


class PartOut(Schema):
    name: PartName
    weight: float = Field(description="Of all parts; they sum to 1")
    share: float = Field(description="Of the parts that can be told; 0: left out")
    score: float | None = Field(description="0 to 100; null: it cannot be told")
    because: str


class TrendOut(Schema):
    measure: str = Field(description="temperature, regulator, hashrate, fan, rejects")
    setting: str = Field(description="Mode, frequency and voltage that its hours have in common")
    course: Course = Field(description="unknown: too little to tell")
    per_day: float | None = Field(description="°C or percent")
    level: float | None
    limit: float | None
    days_to_limit: float | None = Field(description="Null: it does not go there within a year")
    because: str


class HealthOut(Schema):
    """From roll-ups: the score of the last 24 hours, trends of 14 days. Planned rests are in neither."""

    miner_id: int
    at: datetime
    score: int | None = Field(description="0 to 100; null: no part can be told")
    parts: list[PartOut]
    trends: list[TrendOut]
    warnings: list[str]

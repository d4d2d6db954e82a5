"""The shapes of the tuning profiles' API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from miners.models import Miner, TuningProfile

Megahertz = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
Millivolts = Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)]
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ProfileOut(Schema):
    id: int
    name: str
    kind: str
    model: str = Field(description="As its devices say it: a profile is for boards of one model")
    frequency_mhz: float
    core_voltage_mv: float
    note: str
    created_at: datetime
    running: list[int] = Field(description="Ids of the miners that were last seen set so")


class ProfileIn(Schema):
    """What the miner is set to now is kept."""

    from_miner_id: RowId
    name: str
    note: str = ""


class ProfilePatch(Schema):
    """What is left out stays as it is."""

    name: str = ""
    note: str = ""
    frequency_mhz: Megahertz = 0
    core_voltage_mv: Millivolts = 0


class ApplyIn(Schema):
    profile_id: RowId


def profile_out(profile: TuningProfile, running: list[Miner]) -> dict[str, Any]:
    names = set(ProfileOut.model_fields) - {"id", "running"}
    own = {name: getattr(profile, name) for name in names}
    return {"id": profile.pk, **own, "running": [miner.pk for miner in running]}

"""/api/energy/costs: what the miners cost, as JSON and as CSV."""

from __future__ import annotations

import csv
from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import AwareDatetime

from energy.ledger.costs import CostRow, costs
from hmm_project.paging import paged

router = Router(tags=["energy"])

From = Annotated[AwareDatetime | None, Query(alias="from", description="Default: the first of the month, local time")]
To = Annotated[AwareDatetime | None, Query(alias="to", description="Default: now")]
By = Annotated[Literal["day", "month", "miner", "slot"], Query(description="Days and months are local")]
COLUMNS = [field.name for field in fields(CostRow)]


class CostOut(Schema):
    """One day, month, miner or slot. Pence of the tariff's currency; what is not known is null, never zero."""

    name: str = Field(description="Such as 2026-11-22, 2026-11, the miner's name, or the slot's start")
    start: datetime
    end: datetime
    miner_id: int | None
    kwh: float
    kwh_wall: float = Field(description="Of it, measured by plugs")
    kwh_device: float = Field(description="Of it, measured by the devices")
    kwh_estimate: float = Field(description="Of it, estimated by the owner")
    unpriced_kwh: float = Field(description="Of it, at times without a known price: not in the cost")
    cost_pence: float | None
    baseline_pence: float | None = Field(description="What mining all the time would have cost")
    saved_pence: float | None = Field(description="Baseline less cost, of the miners whose baseline is known")
    ths: float | None = Field(description="Terahashes")
    pence_per_th: float | None
    measured_s: float = Field(description="Miner-seconds of known watts")
    unmeasured_s: float = Field(description="Miner-seconds of unknown watts, which count as nothing drawn")
    mining_s: float


@router.get("/costs", response=list[CostOut], summary="What the miners cost")
@paged
def list_costs(request: HttpRequest, since: From = None, until: To = None, by: By = "day") -> list[CostRow]:
    """Slots that begin in [from, to), in order. 422 for a span that is empty or too long."""
    return _rows(since, until, by)


@router.get("/costs.csv", summary="What the miners cost, as CSV")
def costs_csv(request: HttpRequest, since: From = None, until: To = None, by: By = "day") -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in astuple(row)] for row in _rows(since, until, by))
    disposition = f'attachment; filename="costs-by-{by}.csv"'
    return HttpResponse(text.getvalue(), content_type="text/csv", headers={"Content-Disposition": disposition})


def _rows(since: datetime | None, until: datetime | None, by: str) -> list[CostRow]:
    until = until or timezone.now() + timedelta(seconds=1)
    first = timezone.localtime(until).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        return costs(since or first, until, by)
    except ValueError as error:
        raise HttpError(422, f"{error}") from None


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    # a spreadsheet would take such a name for a formula
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value

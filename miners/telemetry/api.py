"""Telemetry over the API, mounted beside the miners: `/{id}/telemetry` and `/{id}/telemetry.csv`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import AwareDatetime

from miners.models import Miner
from miners.telemetry import charts, export, sources

router = Router(tags=["miners"])

From = Annotated[AwareDatetime | None, Query(alias="from", description="Default: six hours before `to`")]
To = Annotated[AwareDatetime | None, Query(alias="to", description="Default: now")]
Names = Annotated[str, Query(alias="series", description=f"Some of {', '.join(charts.NAMES)}; empty: all of them")]
Bounds = Annotated[bool, Query(description="Least and most of each bucket too, for what swings")]
Points = Annotated[int, Query(ge=1, le=sources.MOST_POINTS, description="Most buckets in the answer")]


@router.get("/{int:miner_id}/telemetry", summary="Columns for a chart")
def telemetry(
    request: HttpRequest,
    miner_id: int,
    since: From = None,
    until: To = None,
    points: Points = 300,
    names: Names = "",
    bounds: Bounds = False,
) -> charts.Columns:
    """`time` is the start of each bucket in epoch seconds; null is a gap: nothing was read, or it does not say.

    Means; shares are those of the bucket; `coverage` is the share of the expected readings that came.
    """
    get_object_or_404(Miner, pk=miner_id)
    since, until = _span(since, until)
    chosen = [name.strip() for name in names.split(",") if name.strip()] or charts.NAMES
    try:
        return charts.series(miner_id, since=since, until=until, points=points, names=chosen, bounds=bounds)
    except ValueError as error:
        raise HttpError(422, f"{error}") from None


@router.get("/{int:miner_id}/telemetry.csv", summary="Every row as CSV")
def telemetry_csv(request: HttpRequest, miner_id: int, since: From = None, until: To = None) -> StreamingHttpResponse:
    get_object_or_404(Miner, pk=miner_id)
    since, until = _span(since, until)
    answer = StreamingHttpResponse(export.csv_lines(miner_id, since=since, until=until), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="miner-{miner_id}-telemetry.csv"'
    return answer


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    until = until or timezone.now()
    since = since or until - timedelta(hours=6)
    if until <= since:
        raise HttpError(422, "`to` must be after `from`")
    return since, until

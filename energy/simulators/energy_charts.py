"""Energy-Charts: parallel arrays of quarter hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from energy.simulators.market import per_mwh, published_until, starts
from energy.simulators.service import Service
from miners.simulators.http import Request, Response, json, text

ZONES = ("DE-LU", "AT", "NL", "FR", "BE", "PL", "CH")
QUARTER = timedelta(minutes=15)


class EnergyCharts(Service):
    def handle(self, request: Request) -> Response:
        if request.path != "/price":
            return text("", 404)
        if request.query.get("bzn") not in ZONES:
            return json({"detail": "Unknown bidding zone."}, 422)
        try:
            since, until = (_time(request.query[name]) for name in ("start", "end"))
        except (KeyError, ValueError):
            return json({"detail": "start and end are times"}, 422)
        slots = list(starts(since, min(until, published_until(self.now())), QUARTER))
        return json(
            {
                "license_info": "CC BY 4.0 from Bundesnetzagentur | SMARD.de",
                "unix_seconds": [int(at.timestamp()) for at in slots],
                "price": [per_mwh(at) for at in slots],
                "unit": "EUR / MWh",
                "deprecated": False,
            }
        )


def _time(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

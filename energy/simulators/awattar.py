"""aWATTar's market data: hours, times in milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from energy.simulators.market import per_mwh, published_until, starts
from energy.simulators.service import Service
from miners.simulators.http import Request, Response, json, text

HOUR = timedelta(hours=1)


class Awattar(Service):
    def handle(self, request: Request) -> Response:
        if request.path != "/v1/marketdata":
            return text("", 404)
        now = self.now()
        since = _time(request.query.get("start", ""), now)
        until = min(_time(request.query.get("end", ""), since + timedelta(days=1)), published_until(now))
        data = [
            {
                "start_timestamp": _ms(at),
                "end_timestamp": _ms(at + HOUR),
                "marketprice": per_mwh(at),
                "unit": "Eur/MWh",
            }
            for at in starts(since, until, HOUR)
        ]
        return json({"object": "list", "data": data, "url": "/de/v1/marketdata"})


def _time(value: str, otherwise: datetime) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC) if value.isdecimal() else otherwise


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)

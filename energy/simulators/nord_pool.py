"""Nord Pool's data portal: one market day a request, 204 while it is not published."""

from __future__ import annotations

from datetime import date, timedelta

from energy.simulators.market import day_of, per_mwh, published_until, starts
from energy.simulators.service import Service
from miners.simulators.http import Request, Response, json, text

AREAS = {"DayAhead": ("SE1", "SE2", "SE3", "SE4", "NO1", "NO2", "DK1", "DK2", "FI", "EE"), "N2EX_DayAhead": ("UK",)}
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
QUARTERS_SINCE = date(2025, 10, 1)


class NordPool(Service):
    def handle(self, request: Request) -> Response:
        if request.path != "/api/DayAheadPrices":
            return text("", 404)
        market, area = request.query.get("market", ""), request.query.get("deliveryArea", "")
        try:
            day = date.fromisoformat(request.query.get("date", ""))
        except ValueError:
            return json({"title": "One or more validation errors occurred.", "status": 400}, 400)
        since, until = day_of(day)
        if area not in AREAS.get(market, ()) or until > published_until(self.now()):
            return text("", 204)
        length = QUARTER if market == "DayAhead" and day >= QUARTERS_SINCE else HOUR
        entries = [
            {
                "deliveryStart": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "deliveryEnd": f"{at + length:%Y-%m-%dT%H:%M:%SZ}",
                "entryPerArea": {area: per_mwh(at)},
            }
            for at in starts(since, until, length)
        ]
        return json(
            {
                "deliveryDateCET": day.isoformat(),
                "version": 3,
                "deliveryAreas": [area],
                "market": market,
                "multiAreaEntries": entries,
                "currency": request.query.get("currency", "EUR"),
            }
        )

"""AgilePredict: forecasts of Agile that are nearly right."""

from __future__ import annotations

from datetime import timedelta

from energy.simulators.curve import FORMULA, SLOT, pence_before_vat, with_vat
from energy.simulators.market import starts
from energy.simulators.service import Service
from miners.simulators.http import Request, Response, json

SPREAD = 4.0  # pence either way


class AgilePredict(Service):
    def handle(self, request: Request) -> Response:
        region = request.path.strip("/").removeprefix("api/")
        if region not in FORMULA:
            return json({"detail": "Not found."}, 404)
        now, days = self.now(), min(int(request.query.get("days", "14") or 14), 14)
        prices = []
        for at in starts(now, now + timedelta(days=days), SLOT):
            pence = float(with_vat(pence_before_vat(region, at - self.shift)))
            prices.append(
                {
                    "date_time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                    "agile_pred": round(pence + 0.5, 2),
                    "agile_low": round(pence - SPREAD, 2),
                    "agile_high": round(pence + SPREAD, 2),
                }
            )
        name = f"Region | {region} {now:%Y-%m-%d %H:%M}"
        return json([{"name": name, "created_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "prices": prices}])

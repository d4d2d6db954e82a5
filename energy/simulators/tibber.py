"""Tibber's GraphQL: the homes of an account, and the quarter hours of today and tomorrow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from energy.simulators.market import ZONE, day_of, per_mwh, published_until, starts
from energy.simulators.service import Service
from miners.simulators.http import Request, Response, json, text

HOME = "96a14971-525a-4420-aae9-e5aedaa129ff"
QUARTER = timedelta(minutes=15)
TAX = 0.18  # EUR per kWh
KWH_PER_MWH = 1000


class Tibber(Service):
    """`homes` may be changed by a test."""

    homes: tuple[str, ...] = (HOME,)

    def handle(self, request: Request) -> Response:
        if request.path != "/v1-beta/gql" or request.method != "POST":
            return text("", 404)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return json({"errors": [{"message": "No valid access token in request"}]}, 401)
        try:
            asked = request.json()
            query, variables = str(asked["query"]), asked.get("variables") or {}
        except (ValueError, KeyError, TypeError):
            return json({"errors": [{"message": "Must provide a query string."}]}, 400)
        if "homes" in query:
            return json({"data": {"viewer": {"homes": [{"id": home} for home in self.homes]}}})
        if variables.get("id") not in self.homes:
            return json({"errors": [{"message": "No such home"}], "data": {"viewer": {"home": None}}})
        return json({"data": {"viewer": {"home": self._home(variables["id"])}}})

    def _home(self, home: str) -> dict[str, Any]:
        now = self.now()
        today = now.astimezone(ZONE).date()
        _, ends = day_of(today)
        tomorrow = self._day(today + timedelta(days=1)) if published_until(now) > ends else []
        current = {"currency": "EUR", **_price(now - timedelta(seconds=now.timestamp() % QUARTER.total_seconds()))}
        info = {"current": current, "today": self._day(today), "tomorrow": tomorrow}
        return {
            "id": home,
            "timeZone": "Europe/Berlin",
            "currentSubscription": {"id": "s1", "status": "running", "priceInfo": info},
        }

    def _day(self, day: date) -> list[dict[str, Any]]:
        return [_price(at) for at in starts(*day_of(day), QUARTER)]


def _price(at: datetime) -> dict[str, Any]:
    energy = round(per_mwh(at) / KWH_PER_MWH, 4)
    local = at.astimezone(ZONE).isoformat(timespec="milliseconds")
    return {"startsAt": local, "total": round(energy + TAX, 4), "energy": energy, "tax": TAX}

"""The Octopus API on loopback: products, unit rates with paging, standing charges, grid supply points.

Control actions beside fault, heal and latency (an "http" fault answers 403 with the edge's HTML, 404 and 429 in JSON):
    price {"from": "2026-01-01T17:00:00Z", "to": …, "pence": 45}   including VAT, for slots that start in between
    prices-clear {}                                           no forced prices any more
    silent-from {"time": "2026-01-01T23:00:00Z"}               nothing from then on is published; null ends it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energy.simulators import catalogue
from energy.simulators.curve import SLOT, VAT, Curve, from_csv, made_up, outgoing_pence, with_vat
from energy.simulators.horizon import Scroll, horizon
from energy.simulators.paging import BadQuery, Page, page, window
from miners.simulators.faults import Fault
from miners.simulators.http import HttpEndpoint, Request, Response, json, phrase, text

if TYPE_CHECKING:
    from miners.simulators.simulation import Simulation
    from miners.simulators.spec import ServiceSpec

RATES = re.compile(
    r"/v1/products/(?P<product>[A-Z0-9-]+)/electricity-tariffs/"
    r"E-1R-(?P<named>[A-Z0-9-]+)-(?P<region>[A-HJ-NP])/(?P<what>standard-unit-rates|standing-charges)/"
)
BEGINNING = datetime(2017, 1, 1, tzinfo=UTC)  # before any observed price
NOT_FOUND = {"detail": "Not found."}
BLOCKED = (
    "<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD>"
    "<BODY><H1>403 ERROR</H1>Request blocked.</BODY></HTML>"
)


class Octopus(HttpEndpoint):
    """`now` is read for every request; tests give their own."""

    def __init__(
        self, spec: ServiceSpec, simulation: Simulation, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(
            name=spec.name,
            host=spec.host,
            port=spec.port,
            clock=simulation.clock,
            seed=str(simulation.fleet.seed),
            latency_ms=spec.latency_ms,
        )
        self._now = now
        started = now()
        midnight = started.replace(hour=0, minute=0, second=0, microsecond=0)
        self._scroll = Scroll(simulation.fleet.speed, midnight)
        self._curve = _curve(spec, started)
        self._first = BEGINNING if spec.prices else catalogue.SOLD_SINCE
        self._has_gaps = bool(spec.prices)
        self._forced: list[tuple[datetime, datetime, Decimal]] = []
        self._silent_from: datetime | None = None

    def handle(self, request: Request) -> Response:
        if request.method != "GET":
            return json({"detail": f'Method "{request.method}" not allowed.'}, 405)
        if not request.path.endswith("/"):
            return text("", 301, headers={"Location": f"{request.path}/"})
        try:
            return self._get(request)
        except BadQuery as error:
            return json({"detail": str(error)}, error.status)

    def _get(self, request: Request) -> Response:
        if request.path == "/v1/products/":
            return self._paged(request, list(catalogue.products(self.address)))
        if request.path == "/v1/industry/grid-supply-points/":
            return self._paged(request, catalogue.grid_supply_points(request.query.get("postcode", "")))
        if found := RATES.fullmatch(request.path):
            return self._tariff(request, found)
        product = catalogue.product_detail(request.path.removeprefix("/v1/products/").strip("/"), self.address)
        return json(product or NOT_FOUND, 200 if product else 404)

    def _tariff(self, request: Request, found: re.Match[str]) -> Response:
        product, region = found["product"], found["region"]
        if product != found["named"] or product not in catalogue.CODES:
            return json(NOT_FOUND, 404)
        if found["what"] == "standing-charges":
            return self._paged(request, catalogue.standing_charges())
        if product not in catalogue.HALF_HOURLY:
            return self._paged(request, catalogue.flat_rates())
        if product in catalogue.ENDED:
            return self._paged(request, [])
        now = self._now()
        slots = self.published(region, *window(request.query, now, self._first), now=now)
        row = self._outgoing_row if product in catalogue.OUTGOING else self._row
        return self._answer(request, page(request.query, slots), lambda slot: row(region, slot, now))

    def published(self, region: str, since: datetime, until: datetime, *, now: datetime) -> list[datetime]:
        """Starts of the published slots that overlap the window, newest first."""
        ahead = self._scroll.ahead(now)
        end = min(until, horizon(now + ahead) - ahead, self._silent_from or until)
        first = max(since, self._first)
        start = first - timedelta(seconds=first.timestamp() % SLOT.total_seconds())
        slots = [start + SLOT * index for index in range(max(0, -((start - end) // SLOT)))]
        slots.reverse()
        return [slot for slot in slots if self.pence(region, slot, now) is not None] if self._has_gaps else slots

    def pence(self, region: str, slot: datetime, now: datetime) -> Decimal | None:
        """Before VAT; None where a price file has no such slot."""
        for since, until, pence in reversed(self._forced):
            if since <= slot < until:
                return pence / VAT
        return self._curve(region, slot + self._scroll.ahead(now))

    def _row(self, region: str, slot: datetime, now: datetime) -> dict[str, Any]:
        pence = self.pence(region, slot, now) or Decimal(0)
        return _row(slot, pence, with_vat(pence))

    def _outgoing_row(self, region: str, slot: datetime, now: datetime) -> dict[str, Any]:
        pence = outgoing_pence(region, slot + self._scroll.ahead(now))
        return _row(slot, pence, pence)

    def _paged(self, request: Request, rows: list[dict[str, Any]]) -> Response:
        return self._answer(request, page(request.query, rows), lambda row: row)

    def _answer(self, request: Request, part: Page[Any], row: Callable[[Any], Any]) -> Response:
        here = f"http://{self.address}{request.path}"
        return json(
            {
                "count": part.count,
                "next": part.next_url(here),
                "previous": part.previous_url(here),
                "results": [row(item) for item in part.items],
            }
        )

    def error(self, fault: Fault) -> Response:
        headers = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s is not None else {}
        if fault.status in _JSON_ERRORS:
            return Response(json({"detail": _JSON_ERRORS[fault.status]}).body, fault.status, headers=headers)
        page = BLOCKED if fault.status == 403 else f"<h1>{phrase(fault.status)}</h1>"  # noqa: PLR2004
        return text(page, fault.status, "text/html", headers)

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "price": lambda arguments: self.force(
                _time(arguments["from"]), _time(arguments["to"]), Decimal(str(arguments["pence"]))
            ),
            "prices-clear": lambda _arguments: self._forced.clear(),
            "silent-from": lambda arguments: self.fall_silent(_time(arguments["time"]) if arguments["time"] else None),
        }

    def force(self, since: datetime, until: datetime, pence: Decimal) -> None:
        """Slots that start from `since` up to `until` cost `pence` including VAT; the latest word counts."""
        self._forced.append((since, until, pence))

    def fall_silent(self, since: datetime | None) -> None:
        """Slots from `since` on are not published; None: as usual again."""
        self._silent_from = since

    def describe(self) -> dict[str, Any]:
        forced = [
            {"from": _zulu(since), "to": _zulu(until), "pence": float(pence)} for since, until, pence in self._forced
        ]
        return super().describe() | {
            "forced": forced,
            "silent_from": _zulu(self._silent_from) if self._silent_from else None,
        }


def _row(slot: datetime, before_vat: Decimal, with_vat: Decimal) -> dict[str, Any]:
    return {
        "value_exc_vat": round(float(before_vat), 4),
        "value_inc_vat": round(float(with_vat), 6),
        "valid_from": _zulu(slot),
        "valid_to": _zulu(slot + SLOT),
        "payment_method": None,
    }


_JSON_ERRORS = {404: "Not found.", 429: "Request was throttled."}


def _curve(spec: ServiceSpec, started: datetime) -> Curve:
    if spec.prices:
        starts = datetime.fromisoformat(spec.prices_from).date() if spec.prices_from else None
        return from_csv(Path(spec.prices), starts=starts, today=started.date())
    return made_up(timedelta(minutes=spec.shift_minutes))


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} names no time zone; write …Z")
    return moment.astimezone(UTC)


def _zulu(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""The home page: what is now, what comes next and why, the plan, the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from statistics import mean
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from energy.contract import Rate
from energy.models import Tariff
from energy.prices import known_rates
from hmm_project.dashboard import outlook
from hmm_project.dashboard.ribbon import Ribbon, ribbon
from hmm_project.dashboard.strip import Fleet, read_fleet
from hmm_project.pages import HtmxHttpRequest, page
from miners.models import Miner
from miners.wall import Attention, Card, cards, miners_with_status
from strategy.contract import Plan, PlanSlot
from strategy.services import plan

BEFORE = timedelta(hours=1)
MOST_LANES = 12
MOST_CARDS = 60


@dataclass(frozen=True, slots=True)
class Day:
    """Known prices of one local day."""

    lowest: Rate
    highest: Rate
    mean_pence: Decimal
    complete: bool


class Home:
    """What the page shows; each part is read when its fragment is drawn, and once."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @cached_property
    def plan(self) -> Plan:
        return plan(self.now)

    @cached_property
    def names(self) -> dict[int, str]:
        return dict(Miner.objects.filter(enabled=True).values_list("pk", "name"))

    @cached_property
    def current(self) -> PlanSlot | None:
        return outlook.slot_at(self.plan, self.now)

    @cached_property
    def band_until(self) -> datetime | None:
        return outlook.band_until(self.plan, self.now)

    @cached_property
    def next(self) -> outlook.Next | None:
        return outlook.next_change(self.plan, self.now)

    @cached_property
    def next_lines(self) -> list[str]:
        """Who does what then, a line each kind."""
        return outlook.lines(self.next, self.names) if self.next else []

    @cached_property
    def fleet(self) -> Fleet:
        return read_fleet()

    @cached_property
    def pence_per_hour(self) -> Decimal | None:
        """What the fleet costs at this price while it goes on as it does."""
        slot = self.current
        if slot is None or slot.price_pence is None or self.fleet.power_w is None:
            return None
        return Decimal(self.fleet.power_w) / 1000 * slot.price_pence

    @cached_property
    def today(self) -> Day | None:
        return self._day(0)

    @cached_property
    def tomorrow(self) -> Day | None:
        return self._day(1)

    def _day(self, ahead: int) -> Day | None:
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = midnight + timedelta(days=ahead), midnight + timedelta(days=ahead + 1)
        rates = [rate for rate in known_rates(since=start, until=end) if start <= rate.valid_from]
        if not rates:
            return None
        by_price = sorted(rates, key=lambda rate: rate.price_pence)
        complete = rates[0].valid_from == start and rates[-1].valid_to == end
        return Day(by_price[0], by_price[-1], mean(rate.price_pence for rate in rates), complete)

    @cached_property
    def ribbon(self) -> Ribbon:
        past = known_rates(since=self.now - BEFORE, until=self.now)
        zone = timezone.get_current_timezone()
        return ribbon(self.plan, past, self.names, now=self.now, zone=zone, most_lanes=MOST_LANES)

    @cached_property
    def cards(self) -> list[Card]:
        return cards(miners_with_status(), self.now)

    @property
    def wall(self) -> list[Card]:
        return self.cards[:MOST_CARDS]

    @property
    def left_out(self) -> int:
        return max(0, len(self.cards) - MOST_CARDS)

    @property
    def left_out_needs_a_person(self) -> bool:
        return any(card.mood.attention <= Attention.WATCH for card in self.cards[MOST_CARDS:])

    @cached_property
    def has_tariff(self) -> bool:
        return Tariff.objects.exists()

    @property
    def started(self) -> bool:
        """Whether there is something to decide with, and something to decide for."""
        return self.has_tariff and bool(self.cards)


@require_GET
def home(request: HtmxHttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"home": Home(timezone.now())}
    return page(request, "dashboard/home.html", context, fragments=("outlook", "ribbon", "wall"))

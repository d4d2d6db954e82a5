"""The page of costs: a month of days, and who cost what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from energy.ledger.calendar import Day, month_of, neighbours, weeks
from energy.ledger.costs import CostRow, costs
from energy.ledger.sums import midnight
from energy.prices import POUND, currency
from hmm_project.pages import HtmxHttpRequest, page


class Month:
    """What the page shows; each part is read when it is drawn, and once."""

    def __init__(self, first: date, now: datetime) -> None:
        self.first = first
        self.before, self.after = neighbours(first)
        self.is_now = timezone.localtime(now).date() < self.after
        zone = timezone.get_default_timezone()
        self.start, self.end = (midnight(day, zone).astimezone(UTC) for day in (first, self.after))

    @cached_property
    def days(self) -> list[CostRow]:
        return costs(self.start, self.end, "day")

    @cached_property
    def miners(self) -> list[CostRow]:
        return costs(self.start, self.end, "miner")

    @cached_property
    def total(self) -> CostRow | None:
        return next(iter(costs(self.start, self.end, "month")), None)

    @property
    def weeks(self) -> list[list[Day | None]]:
        return weeks(self.first, self.days)

    @cached_property
    def foreign(self) -> str:
        """The currency, where it is not pounds."""
        code = currency()
        return "" if code == POUND else code


@require_safe
def energy_costs(request: HtmxHttpRequest) -> HttpResponse:
    """A month, `?month=2026-11`; this one where none is named."""
    now = timezone.now()
    first = month_of(request.GET.get("month", ""), timezone.localtime(now).date())
    return page(request, "energy/costs.html", {"month": Month(first, now)}, fragments=("costs",))

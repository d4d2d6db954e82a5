"""Pages and windows as the API makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlencode

from energy.simulators.curve import ZONE

DEFAULT_SIZE = 100
LARGEST_SIZE = 1500
LOOKAHEAD = timedelta(days=3)

Item = TypeVar("Item")


class BadQuery(Exception):
    """The query string asks for something impossible."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    count: int
    number: int
    size: int
    items: Sequence[Item]
    query: Mapping[str, str]

    def next_url(self, here: str) -> str | None:
        more = self.number * self.size < self.count
        return f"{here}?{urlencode({**self.query, 'page': self.number + 1})}" if more else None

    def previous_url(self, here: str) -> str | None:
        if self.number == 1:
            return None
        rest = {key: value for key, value in self.query.items() if key != "page"}
        if self.number > 2:  # noqa: PLR2004  page 1 needs no number
            rest["page"] = str(self.number - 1)
        return f"{here}?{urlencode(rest)}" if rest else here


def page(query: Mapping[str, str], items: Sequence[Item]) -> Page[Item]:
    """The page that `page` and `page_size` ask for; sizes are cut to the largest there is."""
    size = min(_positive(query.get("page_size", str(DEFAULT_SIZE)), DEFAULT_SIZE), LARGEST_SIZE)
    number = _positive(query.get("page", "1"), 0)
    start = (number - 1) * size
    if number < 1 or (start >= len(items) and number > 1):
        raise BadQuery("Invalid page.", 404)
    return Page(len(items), number, size, items[start : start + size], query)


def window(query: Mapping[str, str], now: datetime, first: datetime) -> tuple[datetime, datetime]:
    """`period_from` and `period_to`; times without a zone are local ones."""
    since, until = query.get("period_from"), query.get("period_to")
    if until and not since:
        raise BadQuery("period_to needs period_from")
    return _moment(since) if since else first, _moment(until) if until else now + LOOKAHEAD


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadQuery(f"{value!r} is not a time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _positive(value: str, otherwise: int) -> int:
    return int(value) if value.isdecimal() and int(value) else otherwise

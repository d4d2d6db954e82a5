"""Prices by the time of the week, such as Economy 7, Go or Cosy: rules in local time, slots in UTC."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from energy.contract import Answer, Order, Rate
from energy.sources import fixed
from energy.sources.needs import Need, number
from energy.sources.slots import price

RHYTHM = fixed.RHYTHM
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = "mon-sun"
QUARTER = timedelta(minutes=15)
A_DAY, A_WEEK = 96, 7 * 96  # quarters
MOST_RULES = 100
CLOCK = re.compile(r"([01][0-9]|2[0-4]):(00|15|30|45)")
LINE = re.compile(r"(?:(?P<days>[a-z,-]+)\s+)?(?P<from>[0-9:]+)\s*-\s*(?P<to>[0-9:]+)\s+(?P<price>\S+)", re.IGNORECASE)

Rule = Mapping[str, str]


def read_rules(value: Any) -> list[dict[str, str]]:
    """Rules that price every quarter of the week once, from JSON or from lines. Raises ValueError with a sentence."""
    given = _lines(value) if isinstance(value, str) else value
    if not isinstance(given, list) or not given or len(given) > MOST_RULES:
        raise ValueError("Give a list of rules, each with days, from, to and price.")
    rules = [_rule(rule, f"Rule {place}") for place, rule in enumerate(given, start=1)]
    week(rules)
    return rules


def week(rules: Sequence[Rule]) -> list[Decimal]:
    """The price of each quarter of a local week, from Monday 00:00 on. Raises ValueError for a gap or an overlap."""
    owner: list[int | None] = [None] * A_WEEK
    for place, rule in enumerate(rules, start=1):
        for quarter in _quarters(rule):
            other = owner[quarter]
            if other is not None:
                raise ValueError(f"{_named(quarter)} has two prices: of the rules {other} and {place}.")
            owner[quarter] = place
    for quarter, place_or_none in enumerate(owner):
        if place_or_none is None:
            raise ValueError(f"{_named(quarter)} has no price.")
    return [Decimal(rules[place - 1]["price"]) for place in owner if place is not None]


def show_rules(rules: Any) -> str:
    """One rule a line, as `read_rules` reads them."""
    return "\n".join(f"{rule['days']} {rule['from']}-{rule['to']} {rule['price']}" for rule in rules)


async def fetch(order: Order) -> Answer:
    """Slots up to three days ahead, of 15 minutes where a rule begins at a quarter past, else of 30."""
    rules = order.parameters["rules"]
    prices = week(rules)
    by_halves = all(prices[at] == prices[at + 1] for at in range(0, A_WEEK, 2))
    length = 2 * QUARTER if by_halves else QUARTER
    start = order.since - timedelta(seconds=order.since.timestamp() % length.total_seconds())
    count = max(0, -((start - order.now - fixed.AHEAD) // length))
    rates = []
    for at in (start + length * index for index in range(count)):
        local = at.astimezone(order.zone)
        quarter = local.weekday() * A_DAY + (local.hour * 60 + local.minute) // 15
        rates.append(Rate(at, at + length, price(prices[quarter], at, order.currency)))
    digest = hashlib.sha256(show_rules(rules).encode()).hexdigest()
    return Answer(product=f"rules {digest[:8]}", rates=tuple(rates))


def _lines(value: str) -> list[Any]:
    found = []
    for line in filter(None, (line.strip() for line in value.splitlines())):
        rule = LINE.fullmatch(line)
        if rule is None:
            raise ValueError(f"{line[:60]!r} is not a rule such as 'mon-fri 07:00-23:00 28.5'.")
        found.append({**rule.groupdict(), "days": rule["days"] or EVERY_DAY})
    return found


def _rule(given: Any, where: str) -> dict[str, str]:
    if not isinstance(given, dict) or set(given) - {"days", "from", "to", "price"}:
        raise ValueError(f"{where} has other names than days, from, to and price.")
    days = given.get("days", EVERY_DAY)
    try:
        rule = {
            "days": (",".join(map(str, days)) if isinstance(days, list) else str(days)).lower().replace(" ", ""),
            "from": _clock(given.get("from")),
            "to": _clock(given.get("to")),
            "price": number("-1000", "10000")(given.get("price")),
        }
        _days(rule["days"])
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    if rule["from"] == rule["to"]:
        raise ValueError(f"{where} lasts no time: for the whole day write 00:00 to 24:00.")
    return rule


def _clock(value: Any) -> str:
    text = str(value).strip().rjust(5, "0")
    if not CLOCK.fullmatch(text) or text > "24:00":
        raise ValueError(f"{str(value)[:20]!r} is not a time of day at a quarter of an hour, such as 04:30")
    return text


def _days(text: str) -> list[int]:
    """Of "mon-fri,sun" the numbers of the days; a range may pass Sunday."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{part[:20]!r} is not a day such as mon, nor days such as mon-fri")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return found


def _quarters(rule: Rule) -> Iterator[int]:
    start, end = (_quarter(rule[name]) for name in ("from", "to"))
    length = end - start if end > start else end + A_DAY - start  # past midnight
    for day in _days(rule["days"]):
        yield from ((day * A_DAY + start + step) % A_WEEK for step in range(length))


def _quarter(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 4 + int(minute) // 15


def _named(quarter: int) -> str:
    day, rest = divmod(quarter, A_DAY)
    return f"{NAMES[day]} {rest // 4:02}:{rest % 4 * 15:02}"


NEEDS = (
    Need(
        name="rules",
        label="Prices by time",
        read=read_rules,
        is_long=True,
        show=show_rules,
        help="A line each, local time: mon-fri 07:00-23:00 28.5. Every minute of the week needs one price",
    ),
)

"""A price entity of Home Assistant: its state is the price now, its attributes may list the hours ahead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from energy.contract import Answer, Order, Rate, Rhythm, SourceError
from energy.sources.currencies import HUNDRED, KWH_PER_MWH
from energy.sources.needs import Need, text
from energy.sources.slots import BadRow, moment, price, read_slots, slot, stamp
from miners.contract import DeviceError
from miners.power.client import Connection, TokenRejected, open_client

SERVICE = "Home Assistant"
SETTLING = timedelta(minutes=2)  # at the start of a slot the sensor may still tell the one before
RHYTHM = Rhythm(
    interval=timedelta(minutes=5),
    while_awaited=timedelta(minutes=1),
    patience=timedelta(minutes=5),
)
ENTITY = re.compile(r"[a-z_]+\.[a-z0-9_]+")
# the lists of well-known integrations, and what their rows call start, end and price
LISTS = ("rates", "raw_today", "raw_tomorrow", "data", "prices", "forecast")
STARTS = ("start", "start_time", "startsAt", "valid_from", "from")
ENDS = ("end", "end_time", "valid_to", "till", "to")
PRICES = ("value", "value_inc_vat", "price_per_kwh", "price", "total")
IN_POUNDS = "value_inc_vat"  # of Octopus Energy's integration, whose event has no unit
MAJOR = {"£": ("GBP",), "€": ("EUR",), "$": ("USD", "AUD", "NZD", "CAD"), "kr": ("SEK", "NOK", "DKK")}
MINOR = {
    **dict.fromkeys(("p", "pence", "penny"), ("GBP",)),
    **dict.fromkeys(("c", "ct", "cent", "cents", "¢"), ("EUR", "USD", "AUD", "NZD", "CAD")),
    **dict.fromkeys(("öre", "øre", "ore"), ("SEK", "NOK", "DKK")),
}
PER = {"kwh": Decimal(1), "mwh": 1 / KWH_PER_MWH, "wh": KWH_PER_MWH}


def read_entity(value: Any) -> str:
    entity = str(value).strip().lower()
    if len(entity) > 120 or not ENTITY.fullmatch(entity):  # noqa: PLR2004  as wide as plugs' entities
        raise ValueError(f"{str(value)[:40]!r} is not an entity such as sensor.electricity_price.")
    return entity


NEEDS = (
    Need(name="entity_id", label="Entity", read=read_entity, help="Such as sensor.electricity_price"),
    Need(
        name="slot_minutes",
        label="Its price lasts",
        read=lambda value: text(str(value)),
        choices=(("15", "15 minutes"), ("30", "30 minutes"), ("60", "60 minutes")),
        default="30",
        help="Where the entity does not list the hours ahead",
    ),
)


async def fetch(order: Order) -> Answer:
    """What the entity tells now. Raises SourceError, or the connection's TokenRejected."""
    entity = order.parameters["entity_id"]
    async with open_client(Connection(order.base, order.secret, order.verify_tls)) as client:
        try:
            told = await client.told(entity)
        except TokenRejected:
            raise
        except DeviceError as error:
            raise SourceError(f"{str(error).rstrip('.')}.") from None
    if told is None:
        raise SourceError(f"{SERVICE} does not know {entity}: check its name.")
    rates, rejected = _read(told, order, entity)
    return Answer(product=entity[:60], rates=rates, rejected=rejected)


def _read(told: Mapping[str, Any], order: Order, entity: str) -> tuple[tuple[Rate, ...], tuple[str, ...]]:
    attributes = told.get("attributes")
    listed = list(_listed(attributes if isinstance(attributes, dict) else {}))
    unit = attributes.get("unit_of_measurement") if isinstance(attributes, dict) else None
    if listed:
        rates, rejected = read_slots(listed, lambda row: _row(row, unit, order))
        if not rates:
            raise SourceError(f"None of the prices of {entity} can be used: {rejected[0]}.")
        return rates, rejected
    return _state(told, _scale(unit, order.currency), order, entity), ()


def _listed(attributes: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in LISTS:
        rows = attributes.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and any(key in row for key in STARTS):
                yield row


def _row(row: Mapping[str, Any], unit: Any, order: Order) -> Rate | None:
    start = moment(_first(row, STARTS))
    end = _first(row, ENDS)
    name = next((name for name in PRICES if name in row), "")
    scale = HUNDRED if name == IN_POUNDS and not unit else _scale(unit, order.currency)
    if row.get(name) is None:
        return None
    lasting = timedelta(minutes=int(order.parameters["slot_minutes"]))
    return slot(start, moment(end) if end else start + lasting, price(row[name], start, order.currency, scale=scale))


def _state(told: Mapping[str, Any], scale: Decimal, order: Order, entity: str) -> tuple[Rate, ...]:
    length = timedelta(minutes=int(order.parameters["slot_minutes"]))
    start = order.now - timedelta(seconds=order.now.timestamp() % length.total_seconds())
    if order.now < start + SETTLING and not _spoke_since(told, start):
        return ()
    try:
        return (slot(start, start + length, price(told.get("state"), start, order.currency, scale=scale)),)
    except BadRow:
        raise SourceError(
            f"{entity} tells {str(told.get('state'))[:40]!r}: that is no price of {stamp(start)}."
        ) from None


def _spoke_since(told: Mapping[str, Any], start: datetime) -> bool:
    for name in ("last_reported", "last_updated", "last_changed"):
        try:
            if moment(told.get(name)) >= start:
                return True
        except BadRow:
            continue
    return False


def _scale(unit: Any, currency: str) -> Decimal:
    """From the unit to the hundredth part of the currency per kWh. Raises SourceError when it is none."""
    money, _, energy = str(unit or "").partition("/")
    money, per = money.strip(), PER.get(energy.strip().lower())
    if per is not None:
        if money.upper() == currency or currency in MAJOR.get(money.lower(), ()):
            return HUNDRED * per
        if currency in MINOR.get(money.lower(), ()):
            return per
    raise SourceError(f"The unit {str(unit)[:20]!r} is not a price in {currency} per kWh: check entity and currency.")


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)

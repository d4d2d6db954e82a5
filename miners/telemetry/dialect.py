"""The few words of SQL that PostgreSQL and SQLite spell differently. Instants are whole epoch seconds between them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection


def bucket(column: str, width_s: int) -> str:
    """The start of the bucket that the time in `column` lies in, in epoch seconds."""
    if connection.vendor == "postgresql":
        return f"extract(epoch FROM date_bin('{width_s} seconds', {column}, timestamptz 'epoch'))::bigint"
    return f"CAST(strftime('%%s', {column}) AS integer) / {width_s} * {width_s}"


def instant(epoch_s: str) -> str:
    """The time that an expression in epoch seconds means, as a column of times holds it."""
    return f"to_timestamp({epoch_s})" if connection.vendor == "postgresql" else f"datetime({epoch_s}, 'unixepoch')"


def seconds_between(earlier: str, later: str) -> str:
    if connection.vendor == "postgresql":
        return f"extract(epoch FROM {later} - {earlier})"
    return f"(julianday({later}) - julianday({earlier})) * 86400"


def parameter(time: datetime) -> Any:
    """A time as the database driver takes it."""
    return connection.ops.adapt_datetimefield_value(time)


def short(number: str) -> str:
    """As many digits as a sensor gives: a chart's JSON is half the size."""
    return f"({number})::real" if connection.vendor == "postgresql" else number


def whole(number: str) -> str:
    """A sum of whole numbers as one; PostgreSQL would make it a decimal."""
    return f"({number})::bigint" if connection.vendor == "postgresql" else number

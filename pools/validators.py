"""What a pool's fields may hold."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*", re.IGNORECASE)
PLACEHOLDER = "{miner}"
# Avalon firmware splits its commands at commas; stratum breaks on spaces and control characters.
PLAIN = RegexValidator(r"^[^\s,\x00-\x1f\x7f]*\Z", "No spaces, commas or control characters.")


def check_host(value: str) -> None:
    """A host name or an IPv4 address, without scheme, port or path. Raises ValidationError."""
    if not HOST_NAME.fullmatch(value) or (value.rpartition(".")[2].isdecimal() and not _is_ipv4(value)):
        raise ValidationError(f"{value[:60]!r} is not a host name such as pool.example, or an IPv4 address.")


def _is_ipv4(value: str) -> bool:
    try:
        IPv4Address(value)
    except ValueError:
        return False
    return True


def check_user(value: str) -> None:
    """A payout address, perhaps with a worker's name. Raises ValidationError."""
    if set(value.replace(PLACEHOLDER, "")) & set("{}"):
        raise ValidationError(f"Only {PLACEHOLDER} is replaced, by the miner's name.")

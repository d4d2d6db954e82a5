"""Rows and envelopes as Octopus sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

PRODUCT = "AGILE-24-10-01"
TARIFF = f"E-1R-{PRODUCT}-A"
RATES = f"/v1/products/{PRODUCT}/electricity-tariffs/{TARIFF}/standard-unit-rates/"
PRODUCTS = "/v1/products/"


def at(text: str) -> datetime:
    """`at("2026-01-18 16:00")` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def row(start: datetime, pence: Any, **other: Any) -> dict[str, Any]:
    end = start + timedelta(minutes=30)
    return {
        "value_exc_vat": 0.0,
        "value_inc_vat": pence,
        "valid_from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "valid_to": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "payment_method": None,
    } | other


def slots(start: datetime, prices: list[Any]) -> list[dict[str, Any]]:
    """Newest first, as the API sorts them."""
    return [row(start + timedelta(minutes=30 * index), pence) for index, pence in enumerate(prices)][::-1]


def envelope(rows: list[Any], following: str | None = None) -> dict[str, Any]:
    return {"count": len(rows), "next": following, "previous": None, "results": rows}


def product(code: str, **other: Any) -> dict[str, Any]:
    return {
        "code": code,
        "direction": "IMPORT",
        "full_name": "Agile Octopus October 2024 v1",
        "display_name": "Agile Octopus",
        "is_variable": True,
        "is_business": False,
        "available_from": "2024-10-01T00:00:00+01:00",
        "available_to": None,
        "links": [],
        "brand": "OCTOPUS_ENERGY",
    } | other

"""What the simulated Octopus sells, and where a postcode lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from energy.simulators.curve import FORMULA

SOLD_SINCE = datetime(2024, 10, 1, tzinfo=UTC)
AGILE = "AGILE-24-10-01"

# code, direction, display name, sold from, sold until
PRODUCTS = (
    (AGILE, "IMPORT", "Agile Octopus", "2024-10-01T00:00:00+01:00", None),
    ("AGILE-BB-24-10-01", "IMPORT", "Agile Octopus", "2024-10-01T00:00:00+01:00", None),
    ("AGILE-23-12-06", "IMPORT", "Agile Octopus", "2023-12-06T00:00:00Z", "2024-10-01T00:00:00+01:00"),
    ("AGILE-OUTGOING-19-05-13", "EXPORT", "Outgoing Octopus Agile", "2018-01-01T00:00:00Z", None),
    ("VAR-22-11-01", "IMPORT", "Flexible Octopus", "2023-03-28T10:35:00+01:00", None),
)
CODES = frozenset(code for code, *_ in PRODUCTS)
ENDED = frozenset(code for code, *_, until in PRODUCTS if until)
OUTGOING = frozenset(code for code, direction, *_ in PRODUCTS if direction == "EXPORT")
HALF_HOURLY = frozenset(code for code in CODES if code.startswith("AGILE"))

# postcode area to region; a few of each
AREAS: Mapping[str, str] = {
    **dict.fromkeys(("CB", "NR", "IP", "PE", "SG"), "A"),
    **dict.fromkeys(("NG", "LE", "DE", "NN"), "B"),
    **dict.fromkeys(("E", "EC", "N", "NW", "SE", "SW", "W", "WC"), "C"),
    **dict.fromkeys(("L", "CH", "LL"), "D"),
    **dict.fromkeys(("B", "CV", "WV"), "E"),
    **dict.fromkeys(("NE", "SR", "DH"), "F"),
    **dict.fromkeys(("M", "BL", "OL", "PR"), "G"),
    **dict.fromkeys(("SO", "PO", "RG", "BH"), "H"),
    **dict.fromkeys(("BN", "TN", "ME", "CT"), "J"),
    **dict.fromkeys(("CF", "SA", "NP"), "K"),
    **dict.fromkeys(("BS", "EX", "PL", "TR"), "L"),
    **dict.fromkeys(("LS", "YO", "HU", "S"), "M"),
    **dict.fromkeys(("EH", "G", "KA"), "N"),
    **dict.fromkeys(("AB", "IV", "DD"), "P"),
}

BORDERS: Mapping[str, str] = {"SY": "DE", "OX": "HE"}  # a postcode here has neighbours in another region


def products(address: str) -> Iterator[dict[str, Any]]:
    for code, direction, name, since, until in PRODUCTS:
        href = f"http://{address}/v1/products/{code}/"
        yield {
            "code": code,
            "direction": direction,
            "full_name": f"{name} ({code})",
            "display_name": name,
            "description": "",
            "is_variable": True,
            "is_green": True,
            "is_tracker": False,
            "is_prepay": False,
            "is_business": False,
            "is_restricted": False,
            "term": 12,
            "available_from": since,
            "available_to": until,
            "links": [{"href": href, "method": "GET", "rel": "self"}],
            "brand": "OCTOPUS_ENERGY",
        }


def product_detail(code: str, address: str) -> dict[str, Any] | None:
    """One product with its tariffs by region; None for an unknown code."""
    found = next((product for product in products(address) if product["code"] == code), None)
    if found is None:
        return None
    kept = ("code", "full_name", "display_name", "is_variable", "is_tracker", "available_from", "available_to")
    return {
        **{key: found[key] for key in kept},
        "tariffs_active_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "single_register_electricity_tariffs": {f"_{region}": _tariff(code, region, address) for region in FORMULA},
        "dual_register_electricity_tariffs": {},
        "single_register_gas_tariffs": {},
    }


def standing_charges() -> list[dict[str, Any]]:
    return [_row(45.0, "2024-10-01T00:00:00Z", None)]


def flat_rates() -> list[dict[str, Any]]:
    """A product that is not half-hourly: no end, and a row for each way of paying."""
    return [
        _row(24.5, "2026-01-01T00:00:00Z", "DIRECT_DEBIT"),
        _row(25.3, "2026-01-01T00:00:00Z", "NON_DIRECT_DEBIT"),
    ]


def grid_supply_points(postcode: str) -> list[dict[str, Any]]:
    """No row for a postcode nobody knows, two for one on a border."""
    area = re.match(r"[A-Z]{1,2}(?=[0-9])", postcode.upper().replace(" ", ""))
    regions = (AREAS.get(area[0], "") or BORDERS.get(area[0], "")) if area else ""
    return [{"group_id": f"_{region}"} for region in regions]


def _tariff(code: str, region: str, address: str) -> dict[str, Any]:
    tariff = f"E-1R-{code}-{region}"
    base = f"http://{address}/v1/products/{code}/electricity-tariffs/{tariff}"
    links = [
        {"href": f"{base}/{kind}/", "method": "GET", "rel": kind.replace("-", "_")}
        for kind in ("standing-charges", "standard-unit-rates")
    ]
    return {"direct_debit_monthly": {"code": tariff, "links": links}}


def _row(pence: float, since: str, payment_method: str | None) -> dict[str, Any]:
    return {
        "value_exc_vat": pence,
        "value_inc_vat": round(pence * 1.05, 4),
        "valid_from": since,
        "valid_to": None,
        "payment_method": payment_method,
    }

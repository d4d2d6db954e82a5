from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from hmm_project.dashboard.templatetags import units


@pytest.mark.parametrize(
    ("ghs", "text"),
    [
        (None, "–"), (0, "0 GH/s"), (0.00102, "1.02 MH/s"), (0.0000785, "78.5 kH/s"), (612.34, "612 GH/s"),
        (1182.4, "1.18 TH/s"), (17_200, "17.2 TH/s"), (2_500_000, "2.50 PH/s"),
    ],
)  # fmt: skip
def test_a_hashrate_is_in_the_unit_it_reads_best_in(ghs: float | None, text: str) -> None:
    assert units.hashrate(ghs) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0 W"), (1.24, "1.24 W"), (18.44, "18.4 W"), (349.6, "350 W"), (1234, "1.23 kW")],
)
def test_watts(value: float | None, text: str) -> None:
    assert units.watts(value) == text


@pytest.mark.parametrize(
    ("pence", "text"),
    [(None, "–"), (Decimal("-2.5"), "-2.50p"), (Decimal("99.99"), "99.99p"), (107.37, "£1.07"), (-250, "-£2.50")],
)
def test_money(pence: Decimal | None, text: str) -> None:
    assert units.money(pence) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (-3, "0 s"), (59, "59 s"), (240, "4 min"), (7200, "2 h"), (11_400, "3 h 10 min"), (90_000, "1 day")],
)
def test_a_length_of_time(seconds: int | None, text: str) -> None:
    assert units.duration(seconds) == text


def test_what_never_was_is_not_a_time_ago() -> None:
    assert units.ago(None) == "never"
    assert units.ago(timezone.now() - timedelta(minutes=4, seconds=5)) == "4 min ago"


def test_times_are_local() -> None:
    assert units.clock(datetime(2026, 7, 1, 15, 30, tzinfo=UTC)) == "16:30"
    assert units.when(datetime(2020, 7, 1, 15, 30, tzinfo=UTC)) == "Wed 1 Jul 16:30"


@pytest.mark.parametrize("hostile", [None, "", "red", "#12345", "#12345g", "#123456;x:y", 'a"><script>', "#1234567"])
def test_only_a_colour_gets_into_a_style(hostile: str | None) -> None:
    assert units.color(hostile) == units.GREY
    assert units.color("#84cc16") == "#84cc16"


@pytest.mark.parametrize(
    ("price", "text"),
    [("33.335", "33.33p"), ("29.9999", "29.99p"), ("5", "5.00p"), ("0", "0.00p"), ("-0.004", "-0.01p")],
)
def test_a_price_never_reads_as_if_it_had_reached_the_next_band(price: str, text: str) -> None:
    assert units.pence(Decimal(price)) == text

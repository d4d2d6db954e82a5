"""What a miner would have drawn had it always mined."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from energy.ledger.baseline import Mined, mining_watts

DAY = date(2024, 11, 22)


def back(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "estimate", "watts"),
    [
        ({DAY: Mined(1, 36_000), back(1): Mined(9, 36_000)}, 5.0, 100),
        ({DAY: Mined(), back(1): Mined(1, 36_000), back(7): Mined(2, 36_000)}, 5.0, 150),
        ({back(8): Mined(1, 36_000)}, 5.0, 5),
        ({back(-1): Mined(1, 36_000)}, None, None),
        ({}, None, None),
        ({DAY: Mined(0, 60)}, 5.0, 0),
    ],
    ids=["of the day", "of the week before", "the owner's", "not of tomorrow", "unknown", "none is drawn"],
)
def test_its_own_mean_of_the_day_goes_before_the_week_and_both_before_the_estimate(
    days: dict[date, Mined], estimate: float | None, watts: float | None
) -> None:
    assert mining_watts(days, DAY, estimate) == watts

"""Block rewards by height."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.coins.rewards import next_reduction, subsidy


@pytest.mark.parametrize(
    ("coin", "height", "coins"),
    [
        ("BTC", 0, "50"),
        ("BTC", 209_999, "50"),
        ("BTC", 210_000, "25"),
        ("BTC", 925_000, "3.125"),
        ("BTC", 1_049_999, "3.125"),
        ("BTC", 1_050_000, "1.5625"),
        ("BCH", 972_125, "3.125"),
        ("BC2", 57_750, "50"),
        ("BC2", 210_000, "25"),
        ("BTC", 13_440_000, "0"),
    ],
)
def test_halving_coins(coin: str, height: int, coins: str) -> None:
    assert subsidy(coin, height) == Decimal(coins)


@pytest.mark.parametrize(
    ("height", "coins"),
    [(1_430_000, "1078.5"), (22_700_000, "277.376"), (23_000_000, "271.2"), (24_400_000, "247.9")],
)
def test_digibyte_pays_less_every_month(height: int, coins: str) -> None:
    assert float(subsidy("DGB", height)) == pytest.approx(float(coins), abs=0.06)


def test_digibyte_in_january_2026_to_the_satoshi() -> None:
    assert subsidy("DGB", 22_750_000) == Decimal("277.37625943")


def test_the_next_reduction_is_named() -> None:
    assert next_reduction("BTC", 925_000) == 1_050_000
    assert next_reduction("BTC", 1_050_000) == 1_260_000
    assert next_reduction("BC2", 57_750) == 210_000


@pytest.mark.parametrize(("coin", "height"), [("BTC", -1), ("DGB", 1_429_999), ("DGB", -5)])
def test_a_height_without_a_rule_is_an_error(coin: str, height: int) -> None:
    with pytest.raises(ValueError, match="block"):
        subsidy(coin, height)


@given(st.sampled_from(["BTC", "BCH", "BC2", "DGB"]), st.integers(1_430_000, 200_000_000))
def test_the_reward_stays_until_the_next_reduction_and_never_grows(coin: str, height: int) -> None:
    following = next_reduction(coin, height)
    assert height < following
    assert subsidy(coin, following - 1) == subsidy(coin, height)
    assert subsidy(coin, following) <= subsidy(coin, height)


@given(st.integers(1_430_000, 60_000_000))
def test_months_of_digibyte_are_those_of_its_rule(height: int) -> None:
    satoshi = 107_850_000_000
    for _ in range((height - 1_430_000) * 15 // 2_628_000):
        satoshi = satoshi * 98_884 // 100_000
    assert subsidy("DGB", height) == Decimal(satoshi) / 10**8

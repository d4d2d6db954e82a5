"""What hashes are worth: the figures of known examples, and what holds for all."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.coins import economics
from pools.coins.economics import Draw

DIFFICULTY = 1.5e14
TH_DAY = 1e12 * 86_400

difficulties = st.floats(1, 1e18)
hashrates = st.floats(1e-6, 1e9)
worths = st.floats(1e-6, 1e4)


def test_a_terahash_day_of_bitcoin_is_three_pence() -> None:
    assert economics.odds(TH_DAY, DIFFICULTY).expected_blocks == pytest.approx(1.34e-7, rel=0.002)
    assert economics.coins_per_th_day(DIFFICULTY, 3.15) * 1e8 == pytest.approx(42.2, abs=0.1)
    assert economics.pence_per_th_day(DIFFICULTY, 3.15, 75_000) == pytest.approx(3.17, abs=0.005)
    assert economics.pence_per_th_day(DIFFICULTY, 3.15, 75_000, fee_percent=2) == pytest.approx(3.17 * 0.98, abs=0.005)


@pytest.mark.parametrize(("efficiency", "pence"), [(15, 8.8), (20, 6.6), (24, 5.5)])
def test_break_even_of_known_miners(efficiency: float, pence: float) -> None:
    assert economics.break_even_pence_per_kwh(3.17, efficiency) == pytest.approx(pence, abs=0.05)


def test_the_last_step_of_an_overclock_breaks_even_earlier_than_the_whole() -> None:
    eco, turbo = Draw(1000, 15), Draw(1500, 30)
    assert economics.marginal_break_even_pence_per_kwh(3.17, eco, turbo) == pytest.approx(3.17 * 0.5 / (15 * 0.024))
    assert economics.marginal_break_even_pence_per_kwh(3.17, turbo, turbo) is None


def test_a_bitaxe_waits_for_thousands_of_years_and_half_of_them_less() -> None:
    mean = economics.mean_time_s(1200, DIFFICULTY)
    assert mean / 86_400 / 365.25 == pytest.approx(17_012, rel=0.001)
    assert economics.median_time_s(1200, DIFFICULTY) == pytest.approx(0.6931 * mean, rel=0.001)
    assert economics.mean_time_s(0, DIFFICULTY) == math.inf


def test_the_chance_is_what_a_drawn_lottery_shows() -> None:
    draws = random.Random(7)
    rate = 0.7  # expected blocks
    won = sum(draws.expovariate(rate) < 1 for _ in range(20_000)) / 20_000
    assert economics.odds(rate * 2**32, 1).chance == pytest.approx(won, abs=0.01)


def test_no_hashes_are_no_chance() -> None:
    nothing = economics.odds(0, DIFFICULTY)
    assert (nothing.expected_blocks, nothing.chance, nothing.one_in) == (0, 0, math.inf)


@given(st.floats(0, 1e30), difficulties)
def test_a_chance_is_one_and_never_more_than_what_is_expected(hashes: float, difficulty: float) -> None:
    found = economics.odds(hashes, difficulty)
    assert 0 <= found.chance <= min(1, found.expected_blocks)
    assert found.one_in >= 1


@given(hashrates, difficulties)
def test_the_mean_time_is_that_of_one_expected_block(hashrate: float, difficulty: float) -> None:
    seconds = economics.mean_time_s(hashrate, difficulty)
    assert economics.odds(hashrate * 1e9 * seconds, difficulty).expected_blocks == pytest.approx(1)


@given(difficulties, st.floats(1e-8, 1e4), st.floats(1e-6, 1e6), st.floats(0, 100))
def test_worth_rises_with_reward_and_price_and_falls_with_difficulty_and_fee(
    difficulty: float, reward: float, price: float, fee: float
) -> None:
    worth = economics.pence_per_th_day(difficulty, reward, price, fee)
    assert economics.pence_per_th_day(difficulty, 2 * reward, price, fee) == pytest.approx(2 * worth)
    assert economics.pence_per_th_day(difficulty, reward, 2 * price, fee) == pytest.approx(2 * worth)
    assert economics.pence_per_th_day(2 * difficulty, reward, price, fee) == pytest.approx(worth / 2)
    assert economics.pence_per_th_day(difficulty, reward, price, 100) == 0


@given(worths, st.floats(1, 1e6), st.floats(0.1, 1e5))
def test_at_its_break_even_a_miner_earns_what_it_costs(worth: float, hashrate: float, power: float) -> None:
    price = economics.break_even_pence_per_kwh(worth, power / (hashrate / 1000))
    assert price * power * 0.024 == pytest.approx(worth * hashrate / 1000)
    assert economics.marginal_break_even_pence_per_kwh(worth, Draw(0, 0), Draw(hashrate, power)) == pytest.approx(price)


@given(worths, st.floats(1, 1e5), st.floats(1, 1e4), st.floats(1, 1e5), st.floats(0.5, 1e4))
def test_the_break_even_of_the_upper_mode_lies_between_the_lower_mode_and_the_step(
    worth: float, hashrate: float, power: float, more_hashrate: float, more_power: float
) -> None:
    lower, upper = Draw(hashrate, power), Draw(hashrate + more_hashrate, power + more_power)
    first = economics.marginal_break_even_pence_per_kwh(worth, Draw(0, 0), lower)
    step = economics.marginal_break_even_pence_per_kwh(worth, lower, upper)
    whole = economics.marginal_break_even_pence_per_kwh(worth, Draw(0, 0), upper)
    assert first is not None
    assert step is not None
    assert whole is not None
    assert min(first, step) * (1 - 1e-6) <= whole <= max(first, step) * (1 + 1e-6)

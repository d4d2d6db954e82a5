"""Ramps, heat and shares."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from miners.simulators.boards import GAMMA, HEX, NERDQAXE_PLUS_PLUS, SUPRA
from miners.simulators.machine import Machine, SetPoint

POINT = SetPoint(1000.0, 18.0, 60.0)


def machine() -> Machine:
    return Machine(random=random.Random(1), share_difficulty=1000)


def running(uptime_s: float = 100_000) -> Machine:
    warm = machine()
    warm.aim(POINT, 0)
    warm.boot(0, uptime_s=uptime_s)
    return warm


def test_a_cold_machine_ramps_up_to_its_set_point() -> None:
    cold = machine()
    cold.boot(0)
    cold.aim(POINT, 0)
    speeds = [cold.sample(second).hashrate_1m_ghs for second in (1, 5, 20, 400)]
    assert speeds == sorted(speeds)
    assert speeds[0] < 10
    assert 990 < speeds[-1] <= 1000
    assert 59 < cold.temperature_c < 61


def test_watts_follow_faster_than_heat() -> None:
    warm = running()
    warm.aim(SetPoint(500, 9, 40), 0)
    warm.advance(12)
    assert warm.power_w < 10.5
    assert warm.temperature_c > 50


def test_a_terahash_finds_a_share_of_difficulty_1000_every_four_seconds() -> None:
    warm = running()
    before = warm.sample(0)
    after = warm.sample(3600)
    shares = after.accepted + after.rejected - before.accepted - before.rejected
    assert 820 < shares < 855
    assert 0 < after.rejected < 0.01 * after.accepted
    assert after.uptime_s - before.uptime_s == 3600


def test_a_reboot_starts_counters_again_and_keeps_the_best_difficulty() -> None:
    warm = running()
    best = warm.sample(10).best_difficulty
    warm.boot(10)
    after = warm.sample(11)
    assert after.accepted == after.uptime_s - 1 == 0
    assert after.best_session_difficulty < best == after.best_difficulty


def test_readings_are_noisy_but_not_much() -> None:
    warm = running()
    seen = [warm.sample(second).hashrate_ghs for second in range(200)]
    assert len(set(seen)) == 200
    assert all(900 < value < 1100 for value in seen)


@given(st.lists(st.floats(0.01, 500), min_size=1, max_size=20))
def test_how_often_it_is_asked_changes_nothing(steps: list[float]) -> None:
    often, once = running(), running()
    for each in (often, once):
        each.aim(SetPoint(400, 8, 40), 0)
    at = 0.0
    for step in steps:
        at += step
        often.advance(at)
    once.advance(at)
    assert abs(often.power_w - once.power_w) < 1e-6
    assert abs(often.sample(at).average_ghs - once.sample(at).average_ghs) < 1e-3


def test_every_board_draws_and_hashes_more_the_more_it_is_given() -> None:
    for board in (GAMMA, SUPRA, HEX, NERDQAXE_PLUS_PLUS):
        low = board.hashing(board.frequencies_mhz[0], board.voltages_mv[0])
        usual = board.hashing(board.default_frequency_mhz, board.default_voltage_mv)
        high = board.hashing(board.frequencies_mhz[-1], board.voltages_mv[-1])
        assert low.power_w < usual.power_w < high.power_w < board.max_power_w
        assert low.hashrate_ghs < usual.hashrate_ghs <= high.hashrate_ghs
        assert high.temperature_c < 75
        assert board.idle().power_w < low.power_w / 2


def test_eco_and_full_speed_presets_run_without_hash_errors() -> None:
    for board in (GAMMA, NERDQAXE_PLUS_PLUS):
        for index in (0, -1):
            frequency = board.frequencies_mhz[index]
            point = board.hashing(frequency, board.voltages_mv[index])
            assert point.hashrate_ghs == board.expected_ghs(frequency)

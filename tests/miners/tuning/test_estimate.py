from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters.modes import Setting
from miners.contract import Options, Preset
from miners.tuning.estimate import estimate, stock_of
from tests.miners.tuning.made import GAMMA

megahertz = st.floats(100, 2000)
millivolts = st.floats(500, 2000)


def test_stock_is_as_the_board_says():
    found = estimate(GAMMA, Setting(525, 1150))

    assert (found.power_w, found.hashrate_ghs, found.above_stock) == (18.8, 1071, False)
    assert found.efficiency_j_th == pytest.approx(17.55, abs=0.01)


def test_more_frequency_and_voltage_cost_more_than_they_bring():
    found = estimate(GAMMA, Setting(625, 1250))

    assert found.hashrate_ghs == pytest.approx(1275)
    assert found.power_w == pytest.approx(18.8 * 625 / 525 * (1250 / 1150) ** 2)
    assert found.above_stock


@pytest.mark.parametrize(("setting", "above"), [((525, 1200), True), ((550, 1150), True), ((400, 1150), False)])
def test_either_of_the_two_is_above_stock(setting: tuple[float, float], above: bool):
    assert estimate(GAMMA, Setting(*setting)).above_stock is above


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(modes={"standard": Preset(level=1, power_w=97)}),
        Options(modes={"eco": GAMMA.modes["eco"]}),
    ],
)
def test_without_a_stock_setting_nothing_is_guessed(options: Options):
    found = estimate(options, Setting(525, 1150))

    assert stock_of(options) is None
    assert (found.power_w, found.hashrate_ghs, found.efficiency_j_th, found.above_stock) == (None, None, None, False)


def test_a_board_that_does_not_tell_its_power_still_tells_its_hashrate():
    options = Options(modes={"standard": Preset(frequency_mhz=500, core_voltage_mv=1200, hashrate_ghs=1000)})
    found = estimate(options, Setting(250, 1200))

    assert (found.power_w, found.hashrate_ghs, found.efficiency_j_th) == (None, 500, None)


@given(low=megahertz, high=megahertz, voltage=millivolts)
def test_more_frequency_never_means_less_power_or_hashrate(low: float, high: float, voltage: float):
    low, high = sorted((low, high))
    slow, fast = estimate(GAMMA, Setting(low, voltage)), estimate(GAMMA, Setting(high, voltage))

    assert slow.power_w is not None
    assert fast.power_w is not None
    assert slow.power_w <= fast.power_w
    assert slow.hashrate_ghs is not None
    assert fast.hashrate_ghs is not None
    assert slow.hashrate_ghs <= fast.hashrate_ghs

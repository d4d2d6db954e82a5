from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters import modes
from miners.adapters.modes import Setting
from miners.contract import Options, Preset

GAMMA_MHZ = (400, 490, 525, 550, 600, 625)
GAMMA_MV = (1000, 1060, 1100, 1150, 1200, 1250)
NERD_MHZ = (500, 515, 525, 550, 575, 590, 600)
NERD_MV = (1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200)


def test_a_gamma_gets_four_different_modes_from_its_options():
    assert modes.resolve(GAMMA_MHZ, GAMMA_MV, Setting(525, 1150)) == {
        "eco": Setting(400, 1000),
        "standard": Setting(525, 1150),
        "turbo": Setting(550, 1200),
        "oc": Setting(625, 1250),
    }


def test_a_board_that_starts_at_its_highest_frequency_has_one_setting_under_three_names():
    found = modes.resolve(NERD_MHZ, NERD_MV, Setting(600, 1150))
    assert found["eco"] == Setting(500, 1120)
    assert found["standard"] == found["turbo"] == found["oc"] == Setting(600, 1150)


def test_the_boards_own_eco_setting_wins():
    assert modes.resolve(NERD_MHZ, NERD_MV, Setting(600, 1150), Setting(480, 1100))["eco"] == Setting(480, 1100)


def test_an_eco_setting_above_the_default_is_not_believed():
    assert modes.resolve(NERD_MHZ, NERD_MV, Setting(525, 1150), Setting(590, 1150))["eco"].frequency_mhz == 500


def test_a_default_outside_the_options_is_clamped():
    assert modes.resolve(GAMMA_MHZ, GAMMA_MV, Setting(900, 1400))["standard"] == Setting(625, 1250)


def test_a_single_option_answers_to_every_name():
    assert set(modes.resolve((500,), (1100,), Setting(500, 1100)).values()) == {Setting(500, 1100)}


MHZ = st.lists(st.floats(1, 3000), min_size=1, max_size=20)
MV = st.lists(st.floats(1, 3000), min_size=1, max_size=20)


@given(MHZ, MV, st.builds(Setting, st.floats(1, 3000), st.floats(1, 3000)))
def test_every_mode_lies_within_the_options_and_in_order(
    frequencies: list[float], voltages: list[float], stock: Setting
):
    found = modes.resolve(frequencies, voltages, stock)
    assert tuple(found) == modes.MODES
    speeds = [setting.frequency_mhz for setting in found.values()]
    assert speeds == sorted(speeds)
    for setting in found.values():
        assert min(frequencies) <= setting.frequency_mhz <= max(frequencies)
        assert min(voltages) <= setting.core_voltage_mv <= max(voltages)


PRESETS = {
    name: Preset(frequency_mhz=setting.frequency_mhz, core_voltage_mv=setting.core_voltage_mv)
    for name, setting in modes.resolve(NERD_MHZ, NERD_MV, Setting(600, 1150)).items()
}


@pytest.mark.parametrize(
    ("frequency", "voltage", "expected"),
    [
        (600, 1150, "standard"),
        (599.4, 1148, "standard"),
        (600, 1120, "custom"),
        (590, 1150, "custom"),
        (500, 1120, "eco"),
        (None, 1150, None),
        (600, None, None),
    ],
)
def test_a_mode_is_told_by_frequency_and_voltage_together(
    frequency: float | None, voltage: float | None, expected: str | None
):
    assert modes.told(frequency, voltage, PRESETS) == expected


def test_without_presets_no_mode_can_be_told():
    assert modes.told(600, 1150, {}) is None


def test_a_wanted_mode_is_compared_by_its_canonical_name():
    options = Options(modes=PRESETS)
    assert options.canonical("oc") == "standard"
    assert options.canonical("eco") == "eco"
    assert options.canonical("ludicrous") is None

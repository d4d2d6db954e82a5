"""Told from a missed setting: the step down of AxeOS after an overheat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters.recovery import STEP, lowered_itself


@pytest.mark.parametrize(
    ("observed_mhz", "observed_mv"),
    [(525, 1150), (425, 1050), (325, 950), (525.4, 1147)],
    ids=["once", "twice", "three times", "as measured"],
)
def test_a_board_that_stepped_down_in_both_lowered_itself(observed_mhz: float, observed_mv: float) -> None:
    assert lowered_itself(625, 1250, observed_mhz, observed_mv)


@pytest.mark.parametrize(
    ("observed_mhz", "observed_mv"),
    [
        (625, 1250),
        (525, 1250),
        (625, 1150),
        (525, 1050),
        (725, 1350),
        (600, 1200),
        (550, 1150),
        (None, 1150),
        (525, None),
    ],
    ids=["as wanted", "MHz only", "mV only", "unequal", "higher", "another mode", "no step", "no MHz", "no mV"],
)
def test_anything_else_is_another_setting(observed_mhz: float | None, observed_mv: float | None) -> None:
    assert not lowered_itself(625, 1250, observed_mhz, observed_mv)


def test_nothing_was_lowered_when_nothing_was_wanted() -> None:
    assert not lowered_itself(None, None, 525, 1150)


@given(
    mhz=st.floats(200, 1000),
    mv=st.floats(700, 1500),
    steps=st.integers(-3, 5),
    off_mhz=st.floats(-2.9, 2.9),
    off_mv=st.floats(-3.9, 3.9),
)
def test_it_is_told_by_whole_steps_down_whatever_the_setting(
    mhz: float, mv: float, steps: int, off_mhz: float, off_mv: float
) -> None:
    found = lowered_itself(mhz, mv, mhz - steps * STEP + off_mhz, mv - steps * STEP + off_mv)
    assert found is (steps >= 1)

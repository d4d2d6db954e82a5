"""What a miner shows of itself now."""

from __future__ import annotations

import pytest

from miners.figures import Figures, figures
from miners.models import Miner, MinerStatus


def miner(*, state: str, power_w: float | None = 18.0, estimate: float | None = None) -> Miner:
    made = Miner(name="blue", estimated_power_w=estimate)
    made.status = MinerStatus(state=state, hashrate_ghs=1200.0, power_w=power_w, temperature_c=55.0)
    return made


def test_a_mining_miner_shows_its_last_reading():
    now = figures(miner(state="mining"))

    assert now == Figures(hashrate_ghs=1200.0, power_w=18.0, temperature_c=55.0)
    assert now.efficiency_j_th == 15.0


@pytest.mark.parametrize("state", ["unreachable", "off", "unknown"])
def test_what_it_said_last_is_not_what_it_does_while_it_does_not_answer(state: str):
    assert figures(miner(state=state, estimate=20)) == Figures()


def test_an_estimate_stands_in_for_a_power_nothing_measures_and_says_so():
    now = figures(miner(state="mining", power_w=None, estimate=1.0))

    assert (now.power_w, now.power_estimated, now.efficiency_j_th) == (1.0, True, None)


def test_an_estimate_of_mining_says_nothing_of_a_paused_miner():
    assert figures(miner(state="paused", power_w=None, estimate=1.0)).power_w is None


def test_a_measured_power_is_never_replaced_by_the_estimate():
    assert figures(miner(state="mining", power_w=18.0, estimate=99.0)).power_w == 18.0

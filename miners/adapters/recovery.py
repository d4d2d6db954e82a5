"""How AxeOS from 2.11 on recovers from heat: it cools, resumes 100 MHz and 100 mV lower, and stores that."""

from __future__ import annotations

from miners.adapters.modes import SAME_MHZ, SAME_MV

STEP = 100  # MHz and mV, once for every overheat


def lowered_itself(
    wanted_mhz: float | None, wanted_mv: float | None, observed_mhz: float | None, observed_mv: float | None
) -> bool:
    """Whether a device runs lower than it was set because it was too hot, not because a setting was missed.

    True when both lie below what was wanted by the same whole number of steps. What is unknown tells nothing: False.
    """
    if wanted_mhz is None or wanted_mv is None or observed_mhz is None or observed_mv is None:
        return False
    steps = round((wanted_mhz - observed_mhz) / STEP)
    return (
        steps >= 1
        and abs(wanted_mhz - observed_mhz - steps * STEP) <= SAME_MHZ
        and abs(wanted_mv - observed_mv - steps * STEP) <= SAME_MV
    )

"""Storing a batch of observations: rows, statuses, journal, one announcement, all or none."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from hmm_project import live
from miners import telemetry
from miners.contract import Reading
from miners.polling import firmware, journal, status
from miners.polling.judging import judge
from miners.polling.observation import Observation


def store(seen: Sequence[Observation]) -> None:
    """A fixed number of statements when there is no news, however many were seen."""
    with transaction.atomic():
        judged = [(observation, judge(observation)) for observation in seen]
        telemetry.append([row(observation, observation.reading) for observation in seen if observation.reading])
        status.store(judged)
        firmware.keep(seen)
        journal.tell(judged)
        live.announce("miners-changed", [observation.candidate.miner_id for observation in seen])


def row(seen: Observation, reading: Reading) -> telemetry.Row:
    """The row of telemetry for a good reading."""
    return telemetry.Row(
        time=seen.time,
        miner_id=seen.candidate.miner_id,
        hashrate_ghs=reading.hashrate_ghs,
        expected_hashrate_ghs=reading.expected_hashrate_ghs,
        power_w=reading.power_w,
        wall_power_w=seen.candidate.wall_power_w,
        temperature_c=reading.temperature_c,
        vr_temperature_c=reading.vr_temperature_c,
        fan_percent=reading.fan_percent,
        fan_rpm=reading.fan_rpm,
        frequency_mhz=reading.frequency_mhz,
        core_voltage_mv=reading.core_voltage_mv,
        accepted=reading.accepted,
        rejected=reading.rejected,
        uptime_s=reading.uptime_s,
        rssi_dbm=reading.rssi_dbm,
        state=reading.state,
        mode=reading.mode,
    )

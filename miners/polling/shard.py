"""One shard: gather, lock, read, judge, store, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from time import monotonic

import uvloop
from django.conf import settings
from django.db import transaction

from hmm_project import live
from miners import telemetry
from miners.adapters.link import open_link
from miners.contract import Kind, Reading
from miners.polling import broadcasts, identity, journal, status
from miners.polling.candidates import Candidate, gather
from miners.polling.held import Held
from miners.polling.judging import judge
from miners.polling.observation import Observation
from miners.polling.reading import Limits, read_all

SPARE_S = 10  # beyond the time-outs: the queries before, the writes after


def poll_shard(ids: Iterable[int], *, now: datetime) -> list[Observation]:
    """Read the miners of `ids` and store what was seen. A miner that is being commanded is left out this time.

    1. Gather what is known of them, in one query.
    2. Take their locks.
    3. Read the devices, all at once, each within its time-out; each lock goes back when its device is done.
    4. Store: one COPY, one statement for what is now, the journal if there is news, one announcement.
    """
    candidates = gather(ids, now=now)
    held = Held((candidate.miner_id for candidate in candidates), ttl_s=longest_s(len(candidates)))
    try:
        free = [candidate for candidate in candidates if held.has(candidate.miner_id)]
        speakers = [candidate.target.host for candidate in free if candidate.target.kind == Kind.NMMINER]
        said = broadcasts.latest(speakers, now=now)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            seen = runner.run(_read(free, held, said, now))
    finally:
        held.give_back_all()
    if seen:
        _store(seen)
        identity.learn(seen)
    return seen


def longest_s(count: int) -> float:
    """How long a shard of `count` devices may take when all of them are silent: its locks live as long."""
    devices = settings.CONFIG.devices
    return ceil(count / devices.concurrency) * devices.timeout + SPARE_S


async def _read(candidates: Sequence[Candidate], held: Held, said: broadcasts.Said, now: datetime) -> list[Observation]:
    devices = settings.CONFIG.devices
    limits = Limits(timeout_s=devices.timeout, concurrency=devices.concurrency, allow_loopback=devices.allow_loopback)
    started = monotonic()
    seen: list[Observation] = []

    def finished(observation: Observation) -> None:
        seen.append(observation)
        held.finish(observation.candidate.miner_id)

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    link_to_devices = open_link(timeout_s=limits.timeout_s, broadcasts=said.statuses, configs=said.configs)
    async with link_to_devices as link, held.giving_back():
        await read_all(candidates, link=link, limits=limits, clock=clock, finished=finished)
    return seen


@transaction.atomic
def _store(seen: Sequence[Observation]) -> None:
    judged = [(observation, judge(observation)) for observation in seen]
    telemetry.append([_row(observation, observation.reading) for observation in seen if observation.reading])
    status.store(judged)
    journal.tell(judged)
    live.announce("miners-changed", [observation.candidate.miner_id for observation in seen])


def _row(seen: Observation, reading: Reading) -> telemetry.Row:
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

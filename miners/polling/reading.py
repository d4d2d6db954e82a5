"""Reading the devices of a shard: one run of asyncio, each device within its own time-out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from miners import addresses
from miners.adapters.link import Link
from miners.adapters.registry import open_adapter
from miners.contract import DeviceError, Reading, Target, Unreachable
from miners.polling.candidates import Candidate
from miners.polling.cleaning import cleaned, printable
from miners.polling.observation import Observation

log = logging.getLogger(__name__)
LONGEST_FAILURE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    timeout_s: float
    concurrency: int
    allow_loopback: bool


async def read_all(
    candidates: Sequence[Candidate],
    *,
    link: Link,
    limits: Limits,
    clock: Callable[[], datetime],
    finished: Callable[[Observation], None],
) -> None:
    """Read every candidate, in their order, at most `limits.concurrency` at once; `finished` is told of each."""
    waiting = iter(candidates)
    async with asyncio.TaskGroup() as readers:
        for _ in range(min(limits.concurrency, len(candidates))):
            readers.create_task(_read_one_after_another(waiting, link, limits, clock, finished))


async def _read_one_after_another(
    waiting: Iterator[Candidate],
    link: Link,
    limits: Limits,
    clock: Callable[[], datetime],
    finished: Callable[[Observation], None],
) -> None:
    for candidate in waiting:
        finished(await _observe(candidate, link, limits, clock))


async def _observe(candidate: Candidate, link: Link, limits: Limits, clock: Callable[[], datetime]) -> Observation:
    """Errors end here: each becomes the sentence of a failed observation."""
    try:
        async with asyncio.timeout(limits.timeout_s):
            reading = await _read(candidate.target, link, allow_loopback=limits.allow_loopback)
    except TimeoutError:
        return Observation(candidate=candidate, time=clock(), failure=f"no answer within {limits.timeout_s:g} s")
    except DeviceError as error:
        return Observation(candidate=candidate, time=clock(), failure=_sentence(error))
    except Exception as error:  # a driver's mistake must not cost the shard its other devices
        log.exception("%s: the driver of %s failed", candidate.name, candidate.target.kind)
        sentence = f"the driver failed ({type(error).__name__}), the log tells more"
        return Observation(candidate=candidate, time=clock(), failure=sentence)
    if _is_another(candidate.target.mac, reading.mac):
        sentence = f"another device answers at {candidate.target.host}: {reading.mac}, not {candidate.target.mac}"
        return Observation(candidate=candidate, time=clock(), failure=sentence, foreign=True)
    return Observation(candidate=candidate, time=clock(), reading=reading)


async def _read(target: Target, link: Link, *, allow_loopback: bool) -> Reading:
    try:
        address = await addresses.resolve(target.host, allow_loopback=allow_loopback)
    except (ValueError, OSError) as error:
        raise Unreachable(f"the address {target.host} cannot be used: {error}") from error
    at_address = target if address == target.host else replace(target, host=address)
    return cleaned(await open_adapter(at_address, link).read())


def _is_another(expected: str | None, found: str | None) -> bool:
    return expected is not None and found is not None and expected.lower() != found.lower()


def _sentence(error: Exception) -> str:
    return printable(str(error), LONGEST_FAILURE).rstrip(".") or type(error).__name__

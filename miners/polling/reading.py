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
from miners.contract import DeviceError, Garbled, Kind, Target, Unreachable
from miners.moving import Address
from miners.polling import broadcasts
from miners.polling.candidates import Candidate
from miners.polling.cleaning import cleaned, printable
from miners.polling.observation import Observation
from miners.recognising import another

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
    target = candidate.target
    try:
        async with asyncio.timeout(limits.timeout_s):
            target = await _located(target, allow_loopback=limits.allow_loopback)
            heard = link if target is candidate.target else await _hearing(target, link, clock())
            reading = cleaned(await open_adapter(target, heard).read())
    except TimeoutError:
        return Observation(candidate=candidate, time=clock(), failure=f"no answer within {limits.timeout_s:g} s")
    except Garbled as error:
        return _garbled(candidate, target, error, clock())
    except DeviceError as error:
        return Observation(candidate=candidate, time=clock(), failure=_sentence(error))
    except Exception as error:  # a driver's mistake must not cost the shard its other devices
        log.exception("%s: the driver of %s failed", candidate.name, candidate.target.kind)
        sentence = f"the driver failed ({type(error).__name__}), the log tells more"
        return Observation(candidate=candidate, time=clock(), failure=sentence)
    if found := another(candidate.known, reading):
        return _foreign(candidate, target, f"another device answers at {target.host}: {found}", reading.mac, clock())
    address = Address(target.host, target.port)
    return Observation(candidate=candidate, time=clock(), reading=reading, address=address)


def _garbled(candidate: Candidate, target: Target, error: Garbled, time: datetime) -> Observation:
    """A device of another family that told who it is, is another device; what told nothing is only garbage."""
    sentence = _sentence(error)
    if error.mac is None or error.mac == candidate.target.mac:
        return Observation(candidate=candidate, time=time, failure=sentence)
    return _foreign(candidate, target, f"another device answers at {target.host}: {sentence}", error.mac, time)


def _foreign(candidate: Candidate, at: Target, failure: str, mac: str | None, time: datetime) -> Observation:
    return Observation(
        candidate=candidate,
        time=time,
        failure=printable(failure, LONGEST_FAILURE),
        foreign=True,
        address=Address(at.host, at.port),
        stranger=mac,
    )


async def _located(target: Target, *, allow_loopback: bool) -> Target:
    """The target at the address its host means now. Raises Unreachable."""
    try:
        address = await addresses.resolve(target.host, allow_loopback=allow_loopback)
    except (ValueError, OSError) as error:
        raise Unreachable(f"the address {target.host} cannot be used: {_why(error)}") from error
    return target if address == target.host else replace(target, host=address)


async def _hearing(target: Target, link: Link, now: datetime) -> Link:
    """Broadcasts are kept by IP address, so those of a miner configured by its name are looked up only now."""
    if target.kind != Kind.NMMINER:
        return link
    said = await asyncio.to_thread(broadcasts.latest, [target.host], now=now)
    return replace(link, broadcasts=said.statuses, configs=said.configs)


def _why(error: ValueError | OSError) -> str:
    """The words of an error, without its number."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _sentence(error: Exception) -> str:
    return printable(str(error), LONGEST_FAILURE).rstrip(".") or type(error).__name__

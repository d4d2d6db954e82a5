"""What came of trying to read one miner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from miners.contract import Reading
from miners.moving import Address
from miners.polling.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Owner:
    """The miner whose device was met at another one's address."""

    miner_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    candidate: Candidate
    time: datetime  # when the answer was complete, or given up
    reading: Reading | None = None
    failure: str = ""  # why there is no reading, one sentence without its full stop
    foreign: bool = False  # another device answers at this miner's address
    address: Address | None = None  # where that was, its name resolved
    stranger: str | None = None  # that device's MAC, where it tells
    owner: Owner | None = None  # and whose it is, when it is a known miner's

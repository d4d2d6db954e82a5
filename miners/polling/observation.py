"""What came of trying to read one miner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from miners.contract import Reading
from miners.polling.candidates import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    candidate: Candidate
    time: datetime  # when the answer was complete, or given up
    reading: Reading | None = None
    failure: str = ""  # why there is no reading, one sentence without its full stop
    foreign: bool = False  # another device answers at this miner's address

"""Broadcasts of NMMiners, as fresh as they are: a command reads its device again and again until it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from redis.exceptions import RedisError

from miners.adapters.link import Datagram
from miners.contract import Unreachable
from miners.polling import broadcasts


@dataclass(frozen=True, slots=True)
class Latest(Mapping[str, Datagram]):
    """The newest broadcast of an address at the moment it is asked for: a command waits for the next one."""

    configs: bool

    def __getitem__(self, address: str) -> Datagram:
        try:
            said = broadcasts.latest([address], now=timezone.now())
        except RedisError:
            raise Unreachable("Redis, which keeps its broadcasts, does not answer.") from None
        return (said.configs if self.configs else said.statuses)[address]

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        raise TypeError("addresses are looked up, not listed")

    def __len__(self) -> int:
        raise TypeError("addresses are looked up, not listed")

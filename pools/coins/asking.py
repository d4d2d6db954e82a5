"""Asking the rows of sources in order until every wanted quantity has a believable value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import aiohttp

from pools.coins import web
from pools.coins.judging import Memory, Verdict, judge, tidy
from pools.coins.sources import SOURCES, Source
from pools.figures import NothingTold, Quantity, SourceFailed

Wanted = tuple[str, Quantity]  # coin and quantity


@dataclass(frozen=True, slots=True)
class Found:
    """A value with the service that told it."""

    value: Decimal
    source: str


@dataclass(slots=True)
class Answers:
    """What a round of questions brought."""

    good: dict[Wanted, Found] = field(default_factory=dict)
    suspects: dict[Wanted, Found] = field(default_factory=dict)  # of what no service told a believable value
    failures: dict[str, SourceFailed] = field(default_factory=dict)  # by service that has to be left alone
    answered: dict[str, str] = field(default_factory=dict)  # by service: what was wrong with one coin, or nothing


@dataclass(slots=True)
class Round:
    """One round: a service that failed is not asked again in it, and no address twice."""

    client: aiohttp.ClientSession
    bases: Mapping[str, str]  # base URL by the key in config.yaml
    resting: frozenset[str]  # services to leave alone
    memories: Mapping[Wanted, Memory]
    now: datetime
    answers: Answers = field(default_factory=Answers)
    heard: dict[str, Any] = field(default_factory=dict)  # by URL

    async def ask(self, wanted: Iterable[Wanted]) -> Answers:
        by_coin: dict[str, set[Quantity]] = {}
        for coin, quantity in wanted:
            by_coin.setdefault(coin, set()).add(quantity)
        for coin, quantities in by_coin.items():
            await self._ask_about(coin, quantities)
        return self.answers

    async def _ask_about(self, coin: str, quantities: set[Quantity]) -> None:
        for source in SOURCES:
            missing = {quantity for quantity in quantities if (coin, quantity) not in self.answers.good}
            if coin in source.coins and source.tells & missing and self._may_ask(source):
                await self._ask_source(source, coin, missing)

    def _may_ask(self, source: Source) -> bool:
        return source.service not in self.resting and source.service not in self.answers.failures

    async def _ask_source(self, source: Source, coin: str, missing: set[Quantity]) -> None:
        try:
            told = await self._told(source, coin)
        except NothingTold as nothing:
            self.answers.answered[source.service] = str(nothing)
            return
        except SourceFailed as failure:
            self.answers.failures[source.service] = failure
            return
        self.answers.answered.setdefault(source.service, "")
        for quantity in missing & told.keys():
            self._weigh((coin, quantity), Found(told[quantity], source.service))

    async def _told(self, source: Source, coin: str) -> Mapping[Quantity, Decimal]:
        """What the source says of the coin; Raises SourceFailed."""
        url = source.url(self.bases[source.endpoint], coin)
        if url not in self.heard:
            self.heard[url] = await web.get_json(self.client, url, service=source.service, now=self.now)
        try:
            told = source.read(self.heard[url], source.coins[coin])
        except ArithmeticError:
            told = {}
        if not told:
            raise NothingTold(f"{source.service} says nothing of {coin} that could be read.")
        return told

    def _weigh(self, wanted: Wanted, found: Found) -> None:
        _, quantity = wanted
        memory = self.memories.get(wanted, Memory())
        match judge(quantity, found.value, memory, source=found.source, now=self.now):
            case Verdict.GOOD:
                self.answers.good[wanted] = Found(tidy(found.value), found.source)
                self.answers.suspects.pop(wanted, None)
            case Verdict.SUSPECT:
                self._doubt(wanted, Found(tidy(found.value), found.source), memory)
            case Verdict.ABSURD:
                message = f"{found.source} says {found.value:.6g} for the {quantity} of {wanted[0]}: that cannot be."
                self.answers.answered[found.source] = message

    def _doubt(self, wanted: Wanted, found: Found, memory: Memory) -> None:
        """A second service of this round that says the same as the first confirms it."""
        first = self.answers.suspects.get(wanted)
        if first is None:
            self.answers.suspects[wanted] = found
            return
        doubted = Memory(
            value=memory.value,
            time=memory.time,
            suspect=first.value,
            suspect_source=first.source,
            suspect_since=self.now,
        )
        if judge(wanted[1], found.value, doubted, source=found.source, now=self.now) is Verdict.GOOD:
            self.answers.good[wanted] = self.answers.suspects.pop(wanted)

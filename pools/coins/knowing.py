"""What is known of each coin now: a person's own values first, else the last good ones, with source and age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pools.coins import economics, rewards, rhythm
from pools.figures import Known, Quantity, Worth
from pools.models import Coin, CoinFigure, CoinSetting

OWN = "your own value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One coin. None: nobody told it yet."""

    coin: str
    difficulty: Known | None
    price_gbp: Known | None
    height: Known | None
    fees: Known | None  # coins a block
    reward: Known | None  # coins a block: what it pays by its height, and fees where they are known
    fee_percent: Decimal
    worth_pence: Decimal | None  # a TH-day by a person's own word

    @property
    def expected(self) -> Worth | None:
        """What a TH-day brings on average; None while difficulty, reward or price is unknown."""
        if self.difficulty is None or self.reward is None or self.price_gbp is None:
            return None
        parts = (self.difficulty, self.reward, self.price_gbp)
        pence = economics.pence_per_th_day(
            float(self.difficulty.value), float(self.reward.value), float(self.price_gbp.value), float(self.fee_percent)
        )
        times = [part.time for part in parts if part.time is not None]
        return Worth(
            coin=self.coin,
            pence_per_th_day=pence,
            source=", ".join(dict.fromkeys(part.source for part in parts)),
            as_of=min(times, default=None),
            own=False,
            stale=any(part.stale for part in parts),
        )

    @property
    def worth(self) -> Worth | None:
        """A person's own word where there is one, else `expected`."""
        if self.worth_pence is None:
            return self.expected
        return Worth(
            coin=self.coin, pence_per_th_day=float(self.worth_pence), source=OWN, as_of=None, own=True, stale=False
        )

    @property
    def next_reduction(self) -> int | None:
        """The height from which a block pays less."""
        return rewards.next_reduction(self.coin, int(self.height.value)) if self.height else None


def facts(coin: str, *, now: datetime) -> Facts:
    """One coin, in two queries. Raises ValueError for a coin that does not exist."""
    figures = CoinFigure.objects.filter(coin=Coin(coin))
    return _facts(coin, list(figures), CoinSetting.objects.filter(coin=coin).first(), now)


def all_facts(now: datetime) -> list[Facts]:
    """Every coin, in two queries."""
    figures, own = list(CoinFigure.objects.all()), {row.coin: row for row in CoinSetting.objects.all()}
    return [_facts(coin.value, [row for row in figures if row.coin == coin], own.get(coin), now) for coin in Coin]


def worth(coin: str, *, now: datetime) -> Worth | None:
    """What a TH-day of `coin` is worth; None while that is unknown."""
    return facts(coin, now=now).worth


def odds(hashes: float, coin: str, *, now: datetime) -> economics.Odds | None:
    """The odds of `hashes` at the coin's difficulty now; None while that is unknown."""
    difficulty = facts(coin, now=now).difficulty
    return economics.odds(hashes, float(difficulty.value)) if difficulty else None


def _facts(coin: str, figures: list[CoinFigure], own: CoinSetting | None, now: datetime) -> Facts:
    told = {row.quantity: known for row in figures if (known := _known(row, now))}
    height, fees = told.get(Quantity.HEIGHT), told.get(Quantity.FEES)
    return Facts(
        coin=coin,
        difficulty=_own(own.difficulty if own else None) or told.get(Quantity.DIFFICULTY),
        price_gbp=_own(own.price_gbp if own else None) or told.get(Quantity.PRICE),
        height=height,
        fees=fees,
        reward=_own(own.reward if own else None) or _reward(coin, height, fees),
        fee_percent=own.fee_percent if own else Decimal(0),
        worth_pence=own.worth_pence if own else None,
    )


def _known(row: CoinFigure, now: datetime) -> Known | None:
    if row.value is None or row.time is None:
        return None
    stale = rhythm.is_stale(row.coin, Quantity(row.quantity), row.time, now)
    return Known(value=row.value, source=row.source, time=row.time, stale=stale)


def _own(value: Decimal | None) -> Known | None:
    return Known(value=value, source=OWN, time=None) if value is not None else None


def _reward(coin: str, height: Known | None, fees: Known | None) -> Known | None:
    """An old height is as good as a new one until the next reduction, so it never makes a value stale."""
    if height is None:
        return None
    try:
        subsidy = rewards.subsidy(coin, int(height.value))
    except ValueError:
        return None
    return Known(value=subsidy + (fees.value if fees else Decimal(0)), source=height.source, time=height.time)

"""The shapes of the API of coins and payouts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from ninja import Field, Schema
from pydantic import AwareDatetime

ENTERED = "Pounds it was worth when received; null: worked out where the price of that hour is known"


class KnownOut(Schema):
    """A figure with who told it and how old it is; `age_s` is null for a person's own value."""

    value: float
    source: str
    age_s: float | None
    stale: bool


class WorthOut(Schema):
    pence_per_th_day: float
    source: str
    age_s: float | None = Field(description="Of the oldest figure it rests on; null where all are a person's own")
    own: bool = Field(description="Whether this is what a TH-day is worth by a person's own word")
    stale: bool


class SettingOut(Schema):
    """A person's own values; null: the sources count."""

    difficulty: Decimal | None
    reward: Decimal | None
    price_gbp: Decimal | None
    fee_percent: Decimal
    worth_pence: Decimal | None


class CoinOut(Schema):
    coin: str
    name: str
    followed: bool = Field(description="Whether its figures are fetched by themselves")
    difficulty: KnownOut | None
    price_gbp: KnownOut | None
    reward: KnownOut | None = Field(description="Coins a block, with fees where they are known")
    height: KnownOut | None
    next_reduction: int | None = Field(description="Height from which a block pays less")
    expected: WorthOut | None = Field(description="What a TH-day brings on average")
    worth: WorthOut | None = Field(description="The own word where there is one, else what is expected")
    setting: SettingOut


class OddsOut(Schema):
    """Luck, not profit."""

    coin: str
    hashrate_ghs: float = Field(description="Of the miners that report a pool of this coin, now")
    chance_a_day: float | None
    chance_a_year: float | None
    mean_time_s: float | None
    median_time_s: float | None
    hashes: float = Field(description="Tried within the last 30 days")
    expected_blocks: float | None = Field(description="Of these hashes, at the difficulty of now")
    chance: float | None = Field(description="Of at least one block with these hashes")


class SettingPatch(Schema):
    """What is left out stays; null goes back to the sources."""

    difficulty: Decimal | None = None
    reward: Decimal | None = None
    price_gbp: Decimal | None = None
    fee_percent: Decimal | None = Field(None, description="Per cent of a block that the pool keeps; null: 0")
    worth_pence: Decimal | None = Field(None, description="What a TH-day is worth to you, in pence")


class PayoutOut(Schema):
    id: int
    coin: str
    amount: Decimal
    time: datetime
    pool: str
    txid: str
    note: str
    gbp_at_receipt: Decimal | None
    gbp_source: str = Field(description="Whose price, or who entered it; empty while unknown")


class PayoutIn(Schema):
    coin: str
    amount: Decimal
    time: AwareDatetime
    pool: str = ""
    txid: str = ""
    note: str = ""
    gbp_at_receipt: Decimal | None = Field(None, description=ENTERED)


class PayoutPatch(Schema):
    """What is left out stays as it is."""

    coin: str = ""
    amount: Decimal = Decimal(0)
    time: AwareDatetime | None = None
    pool: str = ""
    txid: str = ""
    note: str = ""
    gbp_at_receipt: Decimal | None = Field(None, description=ENTERED)


class TotalOut(Schema):
    coin: str
    amount: Decimal
    gbp: Decimal = Field(description="Of the payouts whose worth is known")
    payouts: int
    unknown: int = Field(description="Payouts whose worth is not known")

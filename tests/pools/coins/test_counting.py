"""Counting the hashes that were tried for each coin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miners.models import FiveMinutes, Miner, MinerStatus, RollUpMark
from miners.services import create_miner
from miners.telemetry import partitions
from pools.coins.api import router
from pools.coins.counting import count, mined
from pools.coins.knowing import all_facts
from pools.coins.luck import luck
from pools.coins.settings import set_coin
from pools.models import CoinWork
from tests.pools.made import NOW, make_pool
from tests.routers import client

pytestmark = pytest.mark.django_db
api = client(coins=router)
STEP = timedelta(minutes=5)


def miner(name: str, pool_url: str | None) -> Miner:
    made = create_miner(actor="ada", now=NOW, name=name, kind="bitaxe", host=f"{name}.example", port=80)
    MinerStatus.objects.update_or_create(
        miner=made, defaults={"pool_url": pool_url, "state": "mining", "hashrate_ghs": 1200.0, "seen_at": NOW}
    )
    return made


@pytest.fixture(autouse=True)
def days() -> None:
    partitions.ensure(FiveMinutes, [NOW.date()])


def rolled(which: Miner, steps_ago: int, ghs: float | None = 1000.0, samples: int = 10) -> None:
    FiveMinutes.objects.create(
        miner_id=which.pk, start=NOW - steps_ago * STEP, hashrate_ghs=ghs, samples=samples, mining=samples
    )


def done_until(steps_ago: int) -> None:
    RollUpMark.objects.update_or_create(pk=1, defaults={"done_until": NOW - steps_ago * STEP})


def test_each_bucket_counts_once_for_the_coin_of_its_pool() -> None:
    make_pool()
    make_pool(name="Digi", host="digi.example", coin="DGB")
    red, blue, strange = (
        miner("red", "POOL.example:3333"),
        miner("blue", "digi.example:3333"),
        miner("strange", "x.example:1"),
    )
    for each in (red, blue, strange):
        for steps_ago in (3, 2, 1):
            rolled(each, steps_ago)
    done_until(2)
    count(NOW)
    assert mined("BTC", since=NOW) == pytest.approx(1e12 * 300)
    done_until(0)
    count(NOW)
    count(NOW)
    assert mined("BTC", since=NOW) == mined("DGB", since=NOW) == pytest.approx(3e12 * 300)
    assert mined("BC2", since=NOW) == 0


def test_gaps_and_readings_without_a_hashrate_count_nothing() -> None:
    make_pool()
    red = miner("red", "pool.example:3333")
    done_until(3)
    rolled(red, 4, samples=4)
    count(NOW)
    rolled(red, 2, ghs=None)
    done_until(0)
    count(NOW)
    assert mined("BTC", since=NOW) == pytest.approx(1e12 * 120)


def test_nobody_and_no_roll_up_is_nothing() -> None:
    count(NOW)
    done_until(0)
    count(NOW)
    assert not CoinWork.objects.exists()


def test_the_odds_are_of_what_was_really_tried_and_of_the_hashrate_of_now() -> None:
    make_pool()
    miner("red", "pool.example:3333")
    set_coin("BTC", difficulty=1_000_000, actor="ada", now=NOW)
    CoinWork.objects.create(coin="BTC", day=NOW.date(), hashes=1_000_000 * 2.0**32, counted_until=NOW)
    old = (NOW - timedelta(days=40)).date()
    CoinWork.objects.create(coin="BTC", day=old, hashes=1e30, counted_until=NOW - timedelta(days=40))
    its = luck(all_facts(NOW), NOW)[0]
    assert its.tried.expected_blocks == pytest.approx(1)
    assert its.tried.chance == pytest.approx(0.632, abs=0.001)
    assert its.hashrate_ghs == 1200
    assert its.mean_time_s == pytest.approx(1_000_000 * 2.0**32 / 1.2e12)
    items = {each["coin"]: each for each in api.get("/coins/odds").json()["items"]}
    assert items["BTC"]["chance_a_day"] == pytest.approx(its.day.chance)
    assert items["BTC"]["hashrate_ghs"] == 1200

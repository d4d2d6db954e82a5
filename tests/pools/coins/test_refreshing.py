"""Fetching figures of coins from the simulated services."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from hmm_project.journal.models import Alert, Event
from pools.coins import facts, odds, worth
from pools.coins.refreshing import followed, refresh, refresh_if_due
from pools.models import CoinFigure, CoinPrice, CoinService
from pools.services import update_pool
from tests.pools.coins.conftest import World
from tests.pools.made import NOW, make_pool

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def value(coin: str, quantity: str) -> Decimal | None:
    row = CoinFigure.objects.filter(coin=coin, quantity=quantity).first()
    return row.value if row else None


def test_everything_is_known_after_one_refresh(world: World) -> None:
    refresh(NOW)
    found = {coin: facts(coin, now=NOW) for coin in ("BTC", "BCH", "DGB", "BC2")}
    assert found["BTC"].difficulty.value == Decimal("1.5e14")
    assert found["BTC"].reward.value == Decimal("3.15")
    assert found["BCH"].reward.value == Decimal("3.125")
    assert found["DGB"].reward.value == Decimal("277.37625943")
    assert found["BC2"].reward.value == Decimal(50)
    assert [found[coin].price_gbp.source for coin in found] == ["mempool", "coingecko", "coingecko", "coingecko"]
    assert [found[coin].difficulty.source for coin in found] == ["mempool", "blockchair", "solopool", "bc2 explorer"]
    assert world.asked["coingecko"] == 1  # one question for three coins


def test_a_terahash_day_of_bitcoin_is_worth_three_pence(world: World) -> None:
    refresh(NOW)
    found = worth("BTC", now=NOW + 5 * MINUTE)
    assert found.pence_per_th_day == pytest.approx(3.17, abs=0.005)
    assert (found.source, found.age_s(NOW + 5 * MINUTE), found.own, found.stale) == ("mempool", 300, False, False)
    assert odds(1e12 * 86_400, "BTC", now=NOW).expected_blocks == pytest.approx(1.34e-7, rel=0.002)


def test_nothing_is_known_before_and_nothing_is_made_up() -> None:
    assert worth("BTC", now=NOW) is None
    assert odds(1e20, "BC2", now=NOW) is None
    with pytest.raises(ValueError, match="XMR"):
        worth("XMR", now=NOW)


def test_when_a_service_is_away_the_next_one_is_asked(world: World) -> None:
    world.send_away("mempool", "blockchair", "bc2_explorer", "coingecko")
    refresh(NOW)
    assert facts("BTC", now=NOW).difficulty.source == "solopool"
    assert facts("BCH", now=NOW).difficulty.source == "solopool"
    assert facts("BC2", now=NOW).difficulty.source == "solopool"
    assert facts("BTC", now=NOW).price_gbp.source == "coinpaprika"
    assert value("BC2", "price") is None  # nobody else tells it
    assert world.asked["mempool"] == 1  # away is away, for every page of it


def test_a_service_that_asks_for_rest_is_left_alone(world: World) -> None:
    make_pool()
    world.send_away("mempool")
    refresh_if_due(NOW)
    row = CoinService.objects.get(name="mempool")
    assert (row.failures, row.failure) == (1, "mempool answered HTTP 429.")
    assert row.not_before == NOW + timedelta(seconds=300)
    world.forget()
    refresh(NOW + 4 * MINUTE)
    assert "mempool" not in world.asked
    world.send_away()
    refresh(NOW + 6 * MINUTE)
    row.refresh_from_db()
    assert (row.failures, row.failure, row.not_before) == (0, "", None)
    assert facts("BTC", now=NOW + 6 * MINUTE).difficulty.source == "mempool"


def test_the_last_good_value_stays_and_its_age_is_told(world: World) -> None:
    refresh(NOW)
    world.send_away("mempool", "solopool", "coingecko", "coinpaprika")
    refresh(NOW + 20 * MINUTE)
    later = NOW + 90 * MINUTE
    found = worth("BTC", now=later)
    assert found.pence_per_th_day == pytest.approx(3.17, abs=0.005)
    assert found.as_of == NOW
    assert found.age_s(later) == 5400
    assert found.stale
    assert not worth("BTC", now=NOW + 50 * MINUTE).stale


def test_intervals_and_only_what_is_mined_by_the_block(world: World) -> None:
    pool = make_pool()
    refresh_if_due(NOW)
    assert value("DGB", "difficulty") is value("DGB", "price") is None
    assert value("BTC", "difficulty") is not None
    assert value("BCH", "difficulty") is not None
    world.forget()
    refresh_if_due(NOW + 9 * MINUTE)
    assert world.asked == {}
    refresh_if_due(NOW + 10 * MINUTE)
    assert world.asked == {"mempool": 3, "blockchair": 1, "coingecko": 1}
    update_pool(pool, coin="DGB", actor="ada", now=NOW)
    refresh_if_due(NOW + 11 * MINUTE)
    world.forget()
    refresh_if_due(NOW + 12 * MINUTE)
    assert world.asked == {"solopool": 1}
    update_pool(pool, enabled=False, actor="ada", now=NOW)
    world.forget()
    refresh_if_due(NOW + 60 * MINUTE)
    assert world.asked == {}


def test_a_house_without_miners_and_pools_asks_nobody() -> None:
    assert followed() == []


@pytest.mark.parametrize("price", [0, -1, 1e12, "nan", float("nan"), None, True, "a lot", [1], "9" * 500])
def test_an_absurd_price_is_never_taken(world: World, price: object) -> None:
    refresh(NOW)
    world.change("DGB", price=price)
    refresh(NOW + 10 * MINUTE)
    assert value("DGB", "price") == Decimal("0.00561")
    assert not Alert.objects.filter(subject__contains="DGB").exists()


def test_a_jump_is_flagged_and_believed_when_it_lasts(world: World) -> None:
    refresh(NOW)
    world.change("BC2", price=4.1)
    refresh(NOW + 10 * MINUTE)
    row = CoinFigure.objects.get(coin="BC2", quantity="price")
    assert (row.value, row.suspect, row.suspect_source) == (Decimal("0.41"), Decimal("4.1"), "coingecko")
    message = "coingecko says the price of BC2 jumped from 0.41 to 4.1: not believed yet."
    assert Alert.objects.get().message == message
    refresh(NOW + 30 * MINUTE)
    assert value("BC2", "price") == Decimal("0.41")
    refresh(NOW + 40 * MINUTE)
    row.refresh_from_db()
    assert (row.value, row.suspect) == (Decimal("4.1"), None)
    assert not Alert.objects.exists()
    assert Event.objects.filter(kind="coin-figure-jumped-over").count() == 1


def test_a_jump_that_a_second_service_tells_too_is_believed_at_once(world: World) -> None:
    refresh(NOW)
    world.change("BCH", price=1500)
    refresh(NOW + 10 * MINUTE)
    assert value("BCH", "price") == Decimal(1500)
    assert not Alert.objects.exists()


def test_the_hour_of_every_price_is_kept(world: World) -> None:
    for minutes in (0, 10, 70):
        refresh(NOW + minutes * MINUTE)
    hours: list[datetime] = list(CoinPrice.objects.filter(coin="BTC").values_list("hour", flat=True))
    assert hours == [NOW + 60 * MINUTE, NOW]

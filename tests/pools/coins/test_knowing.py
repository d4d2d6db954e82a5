"""A person's own values, worth, and the API of coins."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from pools.coins import facts, worth
from pools.coins.api import router
from pools.coins.settings import set_coin
from pools.models import CoinFigure, CoinSetting
from tests.pools.coins.conftest import World
from tests.pools.made import NOW
from tests.routers import client

pytestmark = pytest.mark.django_db
api = client(coins=router)


def told(coin: str, quantity: str, value: str, minutes_ago: int = 0) -> None:
    time = NOW - timedelta(minutes=minutes_ago)
    CoinFigure.objects.create(
        coin=coin, quantity=quantity, value=Decimal(value), source=f"of {quantity}", time=time, asked_at=time
    )


def bitcoin() -> None:
    told("BTC", "difficulty", "1.5e14", 3)
    told("BTC", "height", "925000", 2)
    told("BTC", "fees", "0.025")
    told("BTC", "price", "75000", 1)


def own(coin: str, **values: Any) -> CoinSetting:
    return set_coin(coin, actor="ada", now=NOW, **values)


def test_an_expectation_names_its_sources_and_its_oldest_figure() -> None:
    bitcoin()
    found = worth("BTC", now=NOW)
    assert found.source == "of difficulty, of height, of price"
    assert found.as_of == NOW - timedelta(minutes=3)
    assert not found.own


def test_own_values_count_before_every_source_and_go_back() -> None:
    bitcoin()
    before = worth("BTC", now=NOW).pence_per_th_day
    own("BTC", price_gbp=Decimal(150_000), difficulty=Decimal("3e14"), reward=Decimal("6.3"), fee_percent=Decimal(50))
    found = worth("BTC", now=NOW)
    assert found.pence_per_th_day == pytest.approx(before)
    assert (found.source, found.as_of, found.stale) == ("your own value", None, False)
    own("BTC", price_gbp=None, difficulty=None, reward=None, fee_percent=Decimal(0))
    assert worth("BTC", now=NOW).source == "of difficulty, of height, of price"


def test_own_values_are_enough_where_no_source_speaks() -> None:
    own("BC2", price_gbp=Decimal("0.4"), difficulty=Decimal("3e9"), reward=Decimal(50))
    assert worth("BC2", now=NOW).pence_per_th_day == pytest.approx(13.411, rel=0.001)
    assert facts("BC2", now=NOW).next_reduction is None


def test_what_a_th_day_is_worth_to_a_solo_miner_counts_before_its_expectation() -> None:
    bitcoin()
    own("BTC", worth_pence=Decimal("9.5"))
    found = worth("BTC", now=NOW)
    assert (found.pence_per_th_day, found.own, found.as_of) == (9.5, True, None)
    assert facts("BTC", now=NOW).expected.pence_per_th_day == pytest.approx(3.17, abs=0.005)
    own("BTC", worth_pence=Decimal(0))
    assert worth("BTC", now=NOW).pence_per_th_day == 0


@pytest.mark.parametrize("missing", ["difficulty", "height", "price"])
def test_a_missing_figure_leaves_the_worth_unknown(missing: str) -> None:
    bitcoin()
    CoinFigure.objects.filter(quantity=missing).delete()
    assert worth("BTC", now=NOW) is None


def test_an_old_price_is_said_to_be_old_and_an_old_height_is_not() -> None:
    bitcoin()
    CoinFigure.objects.filter(quantity="height").update(time=NOW - timedelta(days=3))
    assert not worth("BTC", now=NOW).stale
    CoinFigure.objects.filter(quantity="price").update(time=NOW - timedelta(minutes=61))
    assert worth("BTC", now=NOW).stale


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"difficulty": Decimal("0.5")}, "difficulty"),
        ({"difficulty": Decimal("NaN")}, "difficulty"),
        ({"price_gbp": Decimal(0)}, "price_gbp"),
        ({"price_gbp": Decimal("Infinity")}, "price_gbp"),
        ({"fee_percent": Decimal(101)}, "fee_percent"),
        ({"worth_pence": Decimal(-1)}, "worth_pence"),
        ({"coin": "BCH"}, "coin"),
    ],
)
def test_absurd_own_values_are_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_coin("BTC", actor="ada", now=NOW, **values) if field != "coin" else set_coin("XMR", actor="ada", now=NOW)
    assert field in refused.value.message_dict
    assert not CoinSetting.objects.exists()


def test_setting_a_value_is_one_audit_line() -> None:
    own("DGB", worth_pence=Decimal(3))
    row = LogEntry.objects.get(content_type__model="coinsetting")
    assert row.additional_data["actor"] == "ada"


def test_the_api_tells_figures_with_source_and_age_and_takes_own_values(world: World) -> None:
    empty = api.get("/coins").json()["items"]
    assert [(each["coin"], each["worth"]) for each in empty] == [(name, None) for name in ("BTC", "BCH", "DGB", "BC2")]
    fresh = {each["coin"]: each for each in api.post("/coins/refresh").json()["items"]}
    assert fresh["BTC"]["difficulty"] == {"value": 1.5e14, "source": "mempool", "age_s": 0.0, "stale": False}
    assert fresh["BTC"]["worth"]["pence_per_th_day"] == pytest.approx(3.17, abs=0.005)
    assert fresh["DGB"]["reward"]["value"] == pytest.approx(277.376, abs=0.001)
    assert (fresh["DGB"]["followed"], fresh["DGB"]["next_reduction"]) == (False, 22_804_400)
    changed = api.patch("/coins/BTC", json={"worth_pence": 5, "fee_percent": None}).json()
    assert (changed["worth"]["pence_per_th_day"], changed["worth"]["own"]) == (5, True)
    assert changed["expected"]["pence_per_th_day"] == pytest.approx(3.17, abs=0.005)
    assert api.patch("/coins/BTC", json={"worth_pence": None}).json()["worth"]["own"] is False
    assert api.patch("/coins/BTC", json={"price_gbp": 0}).status_code == 422
    assert api.patch("/coins/XMR", json={}).status_code == 404


def test_the_odds_of_nobody_are_nothing_and_not_made_up() -> None:
    told("BTC", "difficulty", "1.5e14")
    items = {each["coin"]: each for each in api.get("/coins/odds").json()["items"]}
    assert (items["BTC"]["chance_a_day"], items["BTC"]["mean_time_s"], items["BTC"]["hashes"]) == (0, None, 0)
    assert items["DGB"]["chance_a_day"] is None

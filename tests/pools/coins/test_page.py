"""The page of coins."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.admin import site
from django.test import Client
from django.utils import timezone

from pools.coins.economics import Odds, odds
from pools.coins.payouts import add_payout
from pools.coins.refreshing import refresh
from pools.models import CoinSetting, Payout
from pools.templatetags.coins import big, one_in, plain, pounds, span
from tests import factories
from tests.pools.coins.conftest import World

pytestmark = pytest.mark.django_db
TYPED = {"coin": "DGB", "amount": "277.376", "time": "2026-05-01T10:00", "pool": "solo"}


@pytest.fixture
def browser(db: None) -> Client:
    client = Client()
    client.force_login(factories.owner())
    return client


def test_an_empty_house_says_what_it_does_not_know(browser: Client) -> None:
    text = browser.get("/coins").content.decode()
    for sentence in (
        "unknown",
        "no enabled pool mines it: not followed",
        "nobody mines it now",
        "No payout is entered",
    ):
        assert sentence in text


def test_figures_stand_with_source_and_age(browser: Client, world: World) -> None:
    refresh(timezone.now())
    world.send_away("mempool")
    assert browser.post("/coins/refresh").status_code == 302
    text = browser.get("/coins").content.decode()
    for sentence in ("3.168p", "150 T", "3.15", "£75,000.00", "£0.00561", "277.37625943", "less from block 1050000"):
        assert sentence in text
    assert "mempool answered HTTP 429." in text


def test_own_values_are_set_in_a_form_and_taken_back(browser: Client) -> None:
    form = {"difficulty": "", "reward": "", "price_gbp": "", "fee_percent": "2", "worth_pence": "9.5"}
    assert browser.post("/coins/BTC", form).status_code == 302
    assert CoinSetting.objects.get().worth_pence == Decimal("9.5")
    assert "your own value" in browser.get("/coins").content.decode()
    assert 'value="9.5"' in browser.get("/coins/BTC").content.decode()
    wrong = browser.post("/coins/BTC", form | {"price_gbp": "0"})
    assert wrong.status_code == 422
    assert "greater than or equal to" in wrong.content.decode()
    browser.post("/coins/BTC", form | {"worth_pence": ""})
    assert CoinSetting.objects.get().worth_pence is None
    assert browser.get("/coins/XMR").status_code == 404


def test_a_payout_is_entered_changed_and_removed(browser: Client) -> None:
    assert browser.post("/coins/payouts/add", TYPED).status_code == 302
    kept = Payout.objects.get()
    assert kept.time == datetime(2026, 5, 1, 9, tzinfo=UTC)  # typed in summer time
    browser.post(f"/coins/payouts/{kept.pk}", TYPED | {"gbp_at_receipt": "1.56"})
    kept.refresh_from_db()
    assert (kept.gbp_at_receipt, kept.gbp_source) == (Decimal("1.56"), "entered by danvic")
    text = browser.get("/coins?tax_year=2026").content.decode()
    assert "277.376 DGB" in text
    assert "£1.56" in text
    assert browser.get("/coins/payouts.csv?tax_year=2026").getvalue().count(b"\r\n") == 2
    assert browser.post(f"/coins/payouts/{kept.pk}/remove").status_code == 302
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"), [({"time": "2199-01-01T00:00"}, "future"), ({"amount": "0"}, "greater")]
)
def test_a_wrong_payout_says_so_beside_its_field(browser: Client, wrong: dict[str, str], sentence: str) -> None:
    answer = browser.post("/coins/payouts/add", TYPED | wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("year", ["1", "abc", "99999999", "²"])
def test_a_tax_year_that_cannot_be_is_404(browser: Client, year: str) -> None:
    assert browser.get(f"/coins?tax_year={year}").status_code == 404


def test_its_fragments(browser: Client) -> None:
    for name in ("worth", "payouts"):
        text = browser.get("/coins", headers={"HX-Request": "true", "HX-Target": name}).content.decode()
        assert text.strip().startswith(f'<section id="{name}"')


def test_the_admin_lists_every_kind_of_row(browser: Client, world: World) -> None:
    now = timezone.now()
    refresh(now)
    add_payout(coin="BTC", amount=Decimal(1), time=now, actor="ada", now=now)
    for model in ("coinsetting", "payout", "coinfigure", "coinprice", "coinservice", "coinwork"):
        assert browser.get(f"/admin/pools/{model}/").status_code == 200
    assert browser.post("/admin/pools/payout/add/", TYPED).status_code == 302
    assert Payout.objects.count() == 2
    assert site.is_registered(CoinSetting)


def test_figures_in_words() -> None:
    assert (big(1.5e14), big(949_839_478), big(7), big(None)) == ("150 T", "950 M", "7.00", "–")
    assert (plain(Decimal("100.50")), pounds(Decimal("0.0056100")), pounds(Decimal(0))) == (
        "100.5",
        "£0.00561",
        "£0.00",
    )
    assert one_in(odds(1e12 * 86_400, 1.5e14)) == "1 in 7.46 million"
    assert (one_in(Odds(1, 0.632)), one_in(Odds(0, 0)), one_in(None)) == ("63%", "–", "–")
    assert (span(86_400 * 3.2), span(365.25 * 86_400 * 17_012), span(None)) == ("3.20 days", "17,012 years", "–")

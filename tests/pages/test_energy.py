"""The energy page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from energy.chart import draw
from energy.contract import Rate
from energy.models import PriceSlot, Tariff
from hmm_project.dashboard.templatetags.units import pence_figure
from tests.strategy.drawn import LONDON, NOON, rates

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("house")
def test_the_price_now_stands_large_and_the_others_in_a_table(browser_client: Client, now: datetime) -> None:
    page = browser_client.get("/energy").content.decode()
    slot = PriceSlot.objects.get(valid_from__lte=now, valid_to__gt=now)
    assert pence_figure(slot.price_pence) in page
    assert "C · London" in page
    assert "AGILE-24-10-01" in page
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shown = PriceSlot.objects.filter(valid_to__gt=midnight, valid_from__lt=now + timedelta(days=2))
    assert page.count('class="price-col') == shown.count()


def test_an_unknown_price_is_said_to_be_unknown(browser_client: Client) -> None:
    page = browser_client.get("/energy").content.decode()
    assert "Price unknown" in page
    assert "0.00" not in page


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", ["now", "prices"])
def test_its_fragments(fragment: Callable[[str, str], str], name: str) -> None:
    part = fragment("/energy", name)
    assert part.strip().startswith(f'<section id="{name}"')
    assert "<html" not in part


def test_the_tariff_is_chosen(browser_client: Client) -> None:
    response = browser_client.post("/energy", {"source": "octopus", "region": "N", "product": "", "postcode": ""})
    assert response.url == "/energy"
    assert Tariff.objects.get().region == "N"


@pytest.mark.parametrize("wrong", [{"region": "I"}, {"region": ""}, {"region": "C", "product": "FLAT-1"}])
def test_a_wrong_tariff_is_refused_beside_its_field(browser_client: Client, wrong: dict[str, str]) -> None:
    given = {"source": "octopus", "region": "C", "product": "", "postcode": ""}
    response = browser_client.post("/energy", given | wrong)
    assert response.status_code == 422
    assert not Tariff.objects.exists()


def test_without_a_region_there_is_nothing_to_fetch(browser_client: Client) -> None:
    page = browser_client.post("/energy/refresh", follow=True).content.decode()
    assert "Choose your region first." in page


def test_bars_stand_on_zero_or_hang_from_it() -> None:
    chart = draw(rates("-5 0 10 20"), NOON + timedelta(minutes=31), LONDON)
    negative, none, ten, twenty = chart.bars
    assert (negative.offset, negative.height) == (chart.zero, 20)
    assert none.height > 0
    assert round(ten.offset + ten.height, 2) == round(twenty.offset + twenty.height, 2) == chart.zero
    assert [bar.when for bar in chart.bars] == ["past", "now", "ahead", "ahead"]


def test_ticks_are_in_local_time() -> None:
    start = datetime(2026, 7, 1, 23, tzinfo=UTC)
    hour = timedelta(hours=1)
    chart = draw(
        [Rate(start, start + hour, Decimal(1)), Rate(start + 3 * hour, start + 4 * hour, Decimal(1))], NOON, LONDON
    )
    assert [bar.tick for bar in chart.bars] == ["Thu 2", "03:00"]

"""The energy page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from energy import prices
from energy.chart import draw
from energy.contract import ForecastRate, Rate
from energy.models import ForecastSlot, PriceSlot, Tariff
from energy.sources.csv_file import read_file
from energy.sources.table import SOURCES
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
@pytest.mark.parametrize("name", ["now", "prices", "tariff"])
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


@pytest.mark.parametrize("source", SOURCES)
def test_the_fields_of_every_source_are_shown(browser_client: Client, source: str) -> None:
    page = browser_client.get(f"/energy?source={source}").content.decode()
    assert SOURCES[source].about in page
    assert f'<input type="hidden" name="source" value="{source}"' in page
    for need in SOURCES[source].needs:
        assert f'name="parameter_{need.name}"' in page
    assert ('name="region"' in page) is (source == "octopus")
    assert ('type="password"' in page) is bool(SOURCES[source].secret)


def test_the_fields_of_another_source_come_alone(fragment: Callable[[str, str], str]) -> None:
    part = fragment("/energy?source=time_of_use", "tariff")
    assert part.strip().startswith('<section id="tariff"')
    assert 'name="parameter_rules"' in part


def test_a_tariff_by_time_is_saved_and_comes_back_as_it_was_written(browser_client: Client) -> None:
    rules = "mon-sun 00:00-07:00 9\nmon-sun 07:00-24:00 30"
    given = {"source": "time_of_use", "parameter_rules": rules, "currency": "GBP"}
    assert browser_client.post("/energy", given).status_code == 302
    assert Tariff.objects.get().parameters["rules"][1]["price"] == "30"
    assert rules in browser_client.get("/energy").content.decode()
    wrong = browser_client.post("/energy", given | {"parameter_rules": "07:00-24:00 30"})
    assert wrong.status_code == 422
    assert "Monday 00:00 has no price." in wrong.content.decode()
    assert Tariff.objects.get().parameters["rules"][1]["price"] == "30"


def test_a_secret_is_never_shown_and_stays_when_it_is_left_empty(browser_client: Client) -> None:
    given = {"source": "tibber", "parameter_home_id": "", "secret": "very-secret", "currency": "EUR"}
    assert browser_client.post("/energy", given).status_code == 302
    assert "very-secret" not in browser_client.get("/energy").content.decode()
    assert browser_client.post("/energy", given | {"secret": "", "currency": "SEK"}).status_code == 302
    tariff = Tariff.objects.get()
    assert (tariff.secret, tariff.currency) == ("very-secret", "SEK")


def test_a_file_is_uploaded_with_its_tariff_and_a_wrong_one_changes_nothing(browser_client: Client) -> None:
    head = "valid_from,valid_to,price\n"
    row = "2026-01-18T00:00:00Z,2026-01-18T00:30:00Z,{}\n"
    given = {"source": "csv", "currency": "GBP"}
    wrong = SimpleUploadedFile("prices.csv", (head + row.format("NaN")).encode())
    response = browser_client.post("/energy", given | {"file": wrong})
    assert response.status_code == 422
    assert "Row 2: 2026-01-18 00:00 UTC has the price" in response.content.decode()
    assert not Tariff.objects.exists()
    right = SimpleUploadedFile("prices.csv", (head + row.format("12.5")).encode())
    assert browser_client.post("/energy", given | {"file": right}).status_code == 302
    assert PriceSlot.objects.get().price_pence == Decimal("12.5")


@pytest.mark.usefixtures("house")
def test_forecasts_are_hatched_and_named_so(browser_client: Client, now: datetime) -> None:
    Tariff.objects.update(forecast=True)
    end = prices.newest_end()
    assert end is not None
    for count in range(-3, 2):
        start = end + timedelta(minutes=30 * count)
        ForecastSlot.objects.create(
            series="octopus:C", valid_from=start, valid_to=start + timedelta(minutes=30), price_pence=12, made_at=now
        )
    page = browser_client.get("/energy").content.decode()
    shown = ForecastSlot.objects.filter(valid_from__gte=end, valid_from__lt=now + timedelta(days=2)).count()
    assert page.count("price-col price-forecast") == shown
    assert page.count(", a forecast") == shown


@pytest.mark.usefixtures("house")
def test_prices_carry_the_band_they_fall_into(browser_client: Client) -> None:
    page = browser_client.get("/energy").content.decode()
    assert page.count("; --band: #") == page.count('class="price-col')


@pytest.mark.usefixtures("house")
def test_prices_are_exported_as_a_file_that_can_be_uploaded(browser_client: Client) -> None:
    response = browser_client.get("/energy/prices.csv")
    assert response["Content-Type"] == "text/csv"

    async def whole() -> bytes:
        return b"".join([part async for part in response.streaming_content])  # type: ignore[union-attr]

    rates = read_file(async_to_sync(whole)(), "GBP")
    assert len(rates) == PriceSlot.objects.count()
    assert browser_client.get("/energy/prices.csv?from=2026-01-18T00:00:00").status_code == 400
    assert browser_client.get("/energy/prices.csv?to=yesterday").status_code == 400


def test_columns_are_as_wide_as_their_slots_are_long_and_a_gap_is_a_gap() -> None:
    quarter = timedelta(minutes=15)
    known = [Rate(NOON, NOON + 4 * quarter, Decimal(1)), Rate(NOON + 6 * quarter, NOON + 7 * quarter, Decimal(2))]
    ahead = [ForecastRate(NOON + step * quarter, NOON + (step + 2) * quarter, Decimal(3)) for step in (2, 6, 7)]
    chart = draw(known, NOON, LONDON, ahead)
    assert [(bar.column, bar.span, bar.when) for bar in chart.bars] == [
        (1, 4, "now"),
        (7, 1, "ahead"),
        (8, 2, "forecast"),
    ]
    assert chart.columns == 9


def test_without_a_region_there_is_nothing_to_fetch(browser_client: Client) -> None:
    page = browser_client.post("/energy/refresh", follow=True).content.decode()
    assert "Choose where your prices come from first." in page


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

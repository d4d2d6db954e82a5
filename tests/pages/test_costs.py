"""The page of costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from energy.models import EnergySlot
from tests.energy.ledger.facts import miner

START = datetime(2024, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> None:
    made = miner("<b>Blue</b>")
    for minutes, pence, kwh in ((0, 4000, 0.05), (30, None, 0.05), (60 * 24, -40, 0.05)):
        start = START + timedelta(minutes=minutes)
        EnergySlot.objects.create(
            miner_id=made.pk, start=start, end=start + timedelta(minutes=30), kwh_device=kwh, measured_s=1800,
            price_pence=pence, mining_kwh=kwh, mining_s=1800,
        )  # fmt: skip


@pytest.mark.usefixtures("kept")
def test_a_month_has_its_total_its_days_and_its_miners(browser_client: Client) -> None:
    page = browser_client.get("/energy/costs?month=2024-11").content.decode()
    assert "November 2024" in page
    assert "£1.98" in page  # the month: 200p less the 2p that one day brought
    assert "£2.00" in page
    assert "-2.00p" in page
    assert "+ unknown" in page
    assert "&lt;b&gt;Blue" in page
    assert page.count("--color-success)") == 1


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("month", ["2024-10", "2031-01", "nonsense", ""])
def test_a_month_without_rows_says_so(browser_client: Client, month: str) -> None:
    answer = browser_client.get(f"/energy/costs?month={month}")
    assert answer.status_code == 200
    assert "Nothing was recorded in this month." in answer.content.decode()


@pytest.mark.usefixtures("kept")
def test_the_link_to_the_csv_works(browser_client: Client) -> None:
    page = browser_client.get("/energy/costs?month=2024-11").content.decode()
    link = page.split('href="/api/energy/costs.csv?by=miner&amp;', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    answer = browser_client.get(f"/api/energy/costs.csv?by=miner&{link}")
    assert answer.status_code == 200
    assert b"<b>Blue</b>" in answer.content


@pytest.mark.usefixtures("kept")
def test_more_days_take_no_more_queries(
    browser_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(60) as few:
        browser_client.get("/energy/costs?month=2024-11")
    for days in range(2, 7):
        start = START + timedelta(days=days)
        EnergySlot.objects.create(miner_id=days, start=start, end=start + timedelta(minutes=30), kwh_device=1)
    with django_assert_max_num_queries(len(few.captured_queries)):
        browser_client.get("/energy/costs?month=2024-11")

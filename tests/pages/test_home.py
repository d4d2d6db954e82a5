"""The home page and the strip, with the real engine behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from energy.models import PriceSlot, Tariff
from hmm_project.dashboard.home import Home
from hmm_project.dashboard.strip import pause_choices, read, read_fleet
from hmm_project.journal.models import Alert
from miners.models import Miner, MinerStatus
from strategy.models import Band, Decision
from tests import factories

pytestmark = pytest.mark.django_db

Fragment = Callable[[str, str], str]


def test_a_fresh_house_is_told_what_to_do_first(browser_client: Client) -> None:
    page = browser_client.get("/").content.decode()
    assert "Choose region" in page
    assert "Add a miner" in page
    assert "Price unknown" in page


@pytest.mark.usefixtures("house")
def test_every_state_is_said_in_words(browser_client: Client) -> None:
    page = browser_client.get("/").content.decode()
    for words in (
        "Mining",
        "Paused by plan",
        "Off at plug by plan",
        "Unreachable 4 min",
        "Uncontrollable",
        "Overheated",
    ):
        assert words in page


@pytest.mark.usefixtures("house")
def test_the_champion_is_named_as_such(browser_client: Client) -> None:
    assert "Champion" in browser_client.get("/").content.decode()


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", ["outlook", "ribbon", "wall"])
def test_a_fragment_is_the_part_and_nothing_else(fragment: Fragment, name: str) -> None:
    part = fragment("/", name)
    assert part.strip().startswith(f'<section id="{name}"')
    assert "<html" not in part


@pytest.mark.usefixtures("house")
def test_an_unknown_target_gets_the_whole_page(fragment: Fragment) -> None:
    assert "<html" in fragment("/", "../../etc")


@pytest.mark.usefixtures("house")
def test_the_strip_as_a_fragment(fragment: Fragment) -> None:
    strip = fragment("/strip", "strip")
    assert "<html" not in strip
    assert "2 alerts" in strip


def test_a_price_that_is_not_known_is_never_shown_as_a_number(browser_client: Client, house: dict[str, Miner]) -> None:
    PriceSlot.objects.all().delete()
    page = browser_client.get("/").content.decode()
    assert "Price unknown" in page
    assert "0.00p" not in page


def test_today_is_made_of_known_prices_only(house: dict[str, Miner], now: datetime) -> None:
    day = Home(now).today
    assert day
    assert day.complete
    assert day.lowest.price_pence < 0 < day.mean_pence < day.highest.price_pence
    PriceSlot.objects.filter(valid_from__gt=now).delete()
    assert Home(now).tomorrow is None


def test_the_cost_of_an_hour_follows_from_watts_and_price(house: dict[str, Miner], now: datetime) -> None:
    home = Home(now)
    assert home.fleet.power_w
    assert home.current
    assert home.current.price_pence is not None
    assert home.pence_per_hour is not None
    expected = home.fleet.power_w / 1000 * float(home.current.price_pence)
    assert float(home.pence_per_hour) == pytest.approx(expected)


class TestStrip:
    def test_counts_what_mines_now_and_nothing_that_did(self, house: dict[str, Miner]) -> None:
        fleet = read_fleet()
        mining = MinerStatus.objects.filter(state="mining", miner__enabled=True)
        assert (fleet.total, fleet.mining) == (12, mining.count())
        assert fleet.hashrate_ghs == pytest.approx(sum(status.hashrate_ghs or 0 for status in mining))

    def test_power_is_measured_where_it_can_be_and_estimated_where_its_owner_says(self, now: datetime) -> None:
        factories.miner("Blue", "bitaxe", now, power_w=18.0, estimated_power_w=99.0)
        factories.miner("Cube", "nmminer", now, estimated_power_w=1.5)
        factories.miner("Other cube", "nmminer", now, state="unreachable", estimated_power_w=1.5)
        assert read_fleet().power_w == 19.5

    def test_an_empty_house_has_no_figures(self) -> None:
        assert read_fleet().hashrate_ghs is None

    def test_a_pause_that_is_over_is_not_shown(self, now: datetime) -> None:
        from strategy.models import Strategy

        strategy = Strategy.load()
        strategy.state, strategy.paused_until, strategy.resumes_to = "PAUSED", now - timedelta(minutes=1), "LIVE"
        strategy.save()
        strip = read(now)
        assert (strip.state, strip.paused_until) == ("LIVE", None)

    def test_the_end_of_the_band_is_the_last_decisions_next_change(self, now: datetime) -> None:
        at = now + timedelta(hours=1)
        record = {"next_change": {"at": at.isoformat(), "band": "Peak", "because": "x"}}
        Decision.objects.create(time=now, state="LIVE", band="Cheap", because="x", record=record)
        strip = read(now)
        assert (strip.band, strip.band_until) == ("Cheap", at)
        assert strip.color == Band.objects.get(name="Cheap").color
        assert read(at).band_until is None

    def test_an_error_colours_the_alerts(self, now: datetime) -> None:
        Alert.objects.create(key="a", level="warning", message="x", opened_at=now)
        assert (read(now).alerts, read(now).error) == (1, False)
        Alert.objects.create(key="b", level="error", message="x", opened_at=now)
        assert (read(now).alerts, read(now).error) == (2, True)

    def test_pauses_end_ahead(self, now: datetime) -> None:
        assert all(choice.until is None or choice.until > now for choice in pause_choices(now))


class TestWithAHundredMiners:
    """The number of queries does not grow with the fleet."""

    @pytest.fixture(autouse=True)
    def _fleet(self, now: datetime) -> None:
        factories.ladder()
        factories.prices(now)
        factories.fleet(100, now)

    @pytest.mark.parametrize(
        ("url", "target", "most"),
        [("/", "outlook", 24), ("/", "ribbon", 24), ("/", "wall", 6), ("/strip", "strip", 9), ("/miners", "table", 6)],
    )
    def test_a_fragment(
        self,
        browser_client: Client,
        django_assert_max_num_queries: DjangoAssertNumQueries,
        url: str,
        target: str,
        most: int,
    ) -> None:
        with django_assert_max_num_queries(most):
            response = browser_client.get(url, headers={"HX-Request": "true", "HX-Target": target})
        assert response.status_code == 200

    def test_the_whole_home_page(
        self, browser_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_max_num_queries(34):
            page = browser_client.get("/").content.decode()
        assert page.count("<article") == 63
        assert "40 more</a>, none of which needs you." in page
        MinerStatus.objects.update(state="unreachable")
        assert "none of which needs you" not in browser_client.get("/").content.decode()

    def test_the_plan_counts_miners_instead_of_naming_them(self, browser_client: Client) -> None:
        page = browser_client.get("/strategy").content.decode()
        assert "Mining</th>" in page
        assert "Miner 099" not in page


def test_no_tariff_row_means_no_prices(browser_client: Client, house: dict[str, Miner]) -> None:
    Tariff.objects.all().delete()
    assert "Choose region" in browser_client.get("/").content.decode()

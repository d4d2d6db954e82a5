"""A tariff of any source: set, fetched, kept, changed, and told about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from pytest_django import Settings

from energy import prices
from energy.models import ForecastSlot, PriceSlot, Side, Tariff
from energy.services import ask_history, refresh, refresh_if_due, set_tariff
from energy.uploading import upload
from energy.watching import staleness, watch
from hmm_project.config import Endpoints
from hmm_project.journal.models import Alert, Event
from miners.models import HomeAssistant
from tests.energy.market import TOKEN, Street, street
from tests.energy.rows import at

pytestmark = pytest.mark.django_db

NOW = at("2026-01-18 14:10")
RULES = "00:00-07:00 9\n07:00-24:00 30"


@pytest.fixture
def here(settings: Settings) -> Iterator[Street]:
    with street("2026-01-18 14:10") as place:
        kinds = ("octopus", "tibber", "nord_pool", "energy_charts", "awattar", "agile_predict")
        settings.CONFIG = replace(settings.CONFIG, endpoints=Endpoints(**{kind: place.base(kind) for kind in kinds}))
        yield place


def choose(source: str, now: datetime = NOW, **chosen: Any) -> Tariff:
    return set_tariff(source=source, actor="ada", now=now, **chosen)


CHOSEN: dict[str, dict[str, Any]] = {
    "octopus": {"region": "C"},
    "fixed": {"parameters": {"price": "24.5"}},
    "time_of_use": {"parameters": {"rules": RULES}},
    "tibber": {"secret": TOKEN, "currency": "EUR"},
    "nord_pool": {"currency": "EUR", "parameters": {"area": "SE3"}},
    "energy_charts": {"parameters": {"zone": "DE-LU"}},
    "awattar": {"parameters": {"country": "at"}},
    "home_assistant": {"parameters": {"entity_id": "sensor.electricity_prices"}},
}


@pytest.mark.parametrize("source", CHOSEN)
def test_prices_of_every_source_are_known_now_and_ahead(here: Street, source: str) -> None:
    HomeAssistant.objects.create(pk=1, url=here.base("home_assistant"), token=TOKEN)
    tariff = choose(source, **CHOSEN[source])
    outcome = refresh(NOW)
    assert outcome.failure == ""
    rate = prices.rate_at(NOW)
    assert rate is not None
    assert (prices.newest_end() or NOW) > NOW + timedelta(hours=4)
    assert prices.currency() == tariff.currency
    assert staleness(NOW) is None
    assert refresh(NOW).corrected == 0


def test_another_place_is_another_series_and_coming_back_finds_the_past(here: Street) -> None:
    choose("nord_pool", currency="EUR", parameters={"area": "SE3"})
    refresh(NOW)
    before = PriceSlot.objects.count()
    choose("nord_pool", parameters={"area": "FI"})
    assert prices.rate_at(NOW) is None
    choose("nord_pool", parameters={"area": "SE3"})
    assert prices.rate_at(NOW) is None  # ahead is asked for again
    assert prices.newest_end() == at("2026-01-18 14:00")
    assert 0 < prices.slots().count() < before


def test_a_new_fixed_price_holds_from_now_on_and_the_past_stays() -> None:
    choose("fixed", parameters={"price": "20"})
    refresh(NOW)
    later = NOW + timedelta(hours=5)
    choose("fixed", now=later, parameters={"price": "30"})
    assert prices.rate_at(later) is None
    refresh(later)
    assert prices.rate_at(NOW) is not None
    assert prices.rate_at(NOW).price_pence == 20  # type: ignore[union-attr]
    assert prices.rate_at(later).price_pence == 30  # type: ignore[union-attr]
    refresh(later + timedelta(hours=1))
    assert prices.rate_at(NOW).price_pence == 20  # type: ignore[union-attr]
    assert not Event.objects.filter(kind="prices-corrected").exists()


def test_prices_that_are_worked_out_are_always_known_a_day_ahead() -> None:
    choose("time_of_use", parameters={"rules": RULES})
    for hours in range(0, 24 * 7, 4):
        now = NOW + timedelta(hours=hours)
        refresh_if_due(now)
        assert staleness(now) is None
        assert (prices.newest_end() or now) >= now + timedelta(days=1)
    rates = prices.known_rates(since=NOW, until=NOW + timedelta(days=7))
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(rates))


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("fixed", {}, "price", "Give it"),
    ("fixed", {"parameters": {"price": "dear"}}, "price", "'dear' is not a number"),
    ("fixed", {"parameters": {"price": "5"}, "currency": "XYZ"}, "currency", "XYZ"),
    ("time_of_use", {"parameters": {"rules": "07:00-23:00 5"}}, "rules", "Monday 00:00 has no price."),
    ("nord_pool", {"parameters": {"area": "../"}}, "area", "is not a delivery area"),
    ("energy_charts", {"parameters": {"zone": "DE&x=1"}}, "zone", "is not a bidding zone"),
    ("energy_charts", {"parameters": {"zone": "AT"}, "currency": "GBP"}, "currency", "has prices in EUR, not in GBP"),
    ("awattar", {"parameters": {"country": "fr"}}, "country", "'fr' is none of de, at."),
    ("awattar", {"parameters": {"vat_percent": "200"}}, "vat_percent", "is not a number from 0 to 50"),
    ("home_assistant", {"parameters": {"entity_id": "price"}}, "entity_id", "is not an entity"),
    ("tibber", {}, "secret", "needs an access token"),
    ("octopus", {"region": ""}, "region", "Choose your region"),
]


@pytest.mark.parametrize(("source", "chosen", "field", "sentence"), WRONG)
def test_what_a_source_cannot_use_is_refused_by_its_name_and_changes_nothing(
    source: str, chosen: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        choose(source, **chosen)
    assert sentence in " ".join(caught.value.message_dict[field])
    assert not Tariff.objects.exists()


def test_a_secret_is_encrypted_kept_and_in_no_audit_line(here: Street) -> None:
    choose("tibber", secret=TOKEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM energy_tariff")
        assert TOKEN not in cursor.fetchone()[0]
    choose("tibber", currency="SEK")
    assert Tariff.objects.get().secret == TOKEN
    assert all(TOKEN not in str(entry.changes) for entry in LogEntry.objects.all())
    choose("fixed", parameters={"price": 5})
    assert Tariff.objects.get().secret == ""


def test_home_assistant_that_is_not_set_up_or_rejects_the_token_is_said(here: Street) -> None:
    choose("home_assistant", **CHOSEN["home_assistant"])
    assert "Home Assistant is not set up" in refresh(NOW).failure
    HomeAssistant.objects.create(pk=1, url=here.base("home_assistant"), token="wrong")
    assert "rejects the token" in refresh(NOW).failure
    assert HomeAssistant.objects.get().rejected
    assert "rejected the token" in refresh(NOW).failure


def test_export_prices_are_a_series_of_their_own(here: Street) -> None:
    choose("octopus", region="C", export=True)
    outcome = refresh(NOW)
    assert outcome.product == "AGILE-24-10-01"
    known = prices.known_rates(since=NOW, until=NOW + timedelta(days=2))
    export = prices.export_rates(since=NOW, until=NOW + timedelta(days=2))
    assert [rate.valid_from for rate in export] == [rate.valid_from for rate in known]
    assert all(ours.price_pence != theirs.price_pence for ours, theirs in zip(known, export, strict=True))
    assert min(rate.price_pence for rate in export) >= 0
    assert Side.objects.get(name="export").resolved_product == "AGILE-OUTGOING-19-05-13"
    choose("octopus", export=False)
    assert prices.export_rates(since=NOW, until=NOW + timedelta(days=2)) == []
    assert prices.rate_at(NOW) is not None  # a switch takes no price away


def test_export_prices_that_fail_do_not_stop_the_others(here: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    choose("octopus", region="C", export=True)
    monkeypatch.setattr("energy.simulators.catalogue.OUTGOING", frozenset())
    monkeypatch.setattr("energy.simulators.catalogue.CODES", frozenset({"AGILE-24-10-01"}))
    assert refresh(NOW).failure == ""
    assert prices.rate_at(NOW) is not None
    assert Event.objects.filter(kind="export-prices-refresh-failed").count() == 1
    watch(NOW)
    alert = Alert.objects.get()
    assert alert.key == "export-prices-stale:"
    assert alert.message.startswith("Export prices: No price is known yet. Octopus does not know the tariff")


def test_forecasts_are_kept_apart_and_never_known(here: Street) -> None:
    choose("octopus", region="C", forecast=True)
    refresh(NOW)
    known, ahead = prices.newest_end(), prices.forecast(since=NOW, until=NOW + timedelta(days=9))
    assert known == at("2026-01-18 23:00")
    assert ahead[-1].valid_to > NOW + timedelta(days=6)
    assert prices.rate_at(at("2026-01-19 12:00")) is None
    assert prices.known_rates(since=NOW, until=NOW + timedelta(days=9))[-1].valid_to == known
    slots = ForecastSlot.objects.count()
    refresh(NOW + timedelta(hours=1))
    assert ForecastSlot.objects.count() == slots  # the newest forecast only
    here.break_with("agile_predict", {"kind": "http", "status": 500})
    assert refresh(NOW + timedelta(hours=2)).failure == ""
    assert ForecastSlot.objects.count() == slots
    assert Event.objects.filter(kind="forecast-refresh-failed").count() == 1
    choose("octopus", forecast=False)
    assert prices.forecast(since=NOW, until=NOW + timedelta(days=9)) == []


FILE = "valid_from,valid_to,price\n" + "".join(
    f"2026-01-18T{hour:02}:00:00Z,2026-01-18T{hour + 1:02}:00:00Z,{hour}.5\n" for hour in range(10, 20)
)


def test_a_file_is_taken_whole_and_its_end_is_told_a_day_before() -> None:
    choose("csv")
    stored = upload(FILE.encode(), actor="ada", now=NOW)
    assert (stored.added, stored.corrections) == (10, ())
    assert prices.rate_at(NOW).price_pence == Decimal("14.5")  # type: ignore[union-attr]
    assert "there is nothing to fetch" in refresh(NOW).failure
    assert staleness(at("2026-01-18 20:00")) == "No price is known since 20:00 on 18 January."
    again = upload(FILE.replace("14.5", "15.5").encode(), actor="ada", now=NOW)
    assert (again.added, len(again.corrections)) == (0, 1)
    choose("csv", currency="GBP")
    assert prices.rate_at(NOW) is not None


def test_a_correction_and_a_late_price_reach_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[datetime, datetime]] = []
    monkeypatch.setattr("energy.uploading.repricing.stale", lambda since, until: spans.append((since, until)))
    choose("csv")
    upload(FILE.encode(), actor="ada", now=NOW)
    upload(FILE.encode(), actor="ada", now=NOW)
    upload(FILE.replace("12.5", "13").encode(), actor="ada", now=NOW)
    assert spans == [
        (at("2026-01-18 10:00"), at("2026-01-18 20:00")),
        (at("2026-01-18 12:00"), at("2026-01-18 13:00")),
    ]


def test_what_octopus_corrects_reaches_the_ledger(here: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[datetime, datetime]] = []
    monkeypatch.setattr("energy.fetching.repricing.stale", lambda since, until: spans.append((since, until)))
    choose("octopus", region="C", export=True)
    refresh(NOW)
    assert len(spans) == 1  # what is paid for export costs no miner anything
    octopus, noon = here.services["octopus"], at("2026-01-18 12:00")
    here.simulation.do(lambda: octopus.force(noon, noon + timedelta(minutes=30), 45))
    assert refresh(NOW).corrected == 1
    assert spans[1:] == [(noon, noon + timedelta(minutes=30))]


def test_longer_slots_take_the_place_of_shorter_ones() -> None:
    choose("csv")
    halves = "valid_from,valid_to,price\n" + "".join(
        f"2026-01-18T{hour:02}:{start},2026-01-18T{end},1\n"
        for hour in range(10, 20)
        for start, end in (("00:00Z", f"{hour:02}:30:00Z"), ("30:00Z", f"{hour + 1:02}:00:00Z"))
    )
    upload(halves.encode(), actor="ada", now=NOW)
    assert prices.slots().count() == 20
    upload(FILE.encode(), actor="ada", now=NOW)
    assert prices.slots().count() == 10


@pytest.mark.parametrize("broken", [FILE + "nonsense", FILE.replace("14.5", "NaN"), FILE.replace("14.5", "14,5")])
def test_of_a_wrong_file_nothing_is_taken(broken: str) -> None:
    choose("csv")
    with pytest.raises(ValidationError) as caught:
        upload(broken.encode(), actor="ada", now=NOW)
    assert caught.value.message_dict["file"][0].startswith("Row ")
    assert not PriceSlot.objects.exists()


def test_a_file_for_another_source_is_refused() -> None:
    choose("fixed", parameters={"price": 5})
    with pytest.raises(ValidationError) as caught:
        upload(FILE.encode(), actor="ada", now=NOW)
    assert "choose that first" in caught.value.message_dict["source"][0]


def test_a_long_absence_is_filled_in_pages_over_several_refreshes(here: Street) -> None:
    choose("octopus", region="C")
    ended = NOW - timedelta(days=300)
    PriceSlot.objects.create(
        series="octopus:C", valid_from=ended - timedelta(minutes=30), valid_to=ended, price_pence=1
    )
    refreshes = 0
    while Tariff.objects.get().gap_until or not refreshes:
        before = prices.slots().count()
        assert refresh(NOW + timedelta(minutes=refreshes)).failure == ""
        assert prices.slots().count() - before <= 2 * 125 * 48
        refreshes += 1
        assert refreshes < 5
    rates = prices.known_rates(since=ended, until=NOW)
    assert refreshes == 3
    assert len(rates) >= 300 * 48
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(rates))


def test_while_a_gap_is_filled_the_next_page_is_due_within_a_minute(here: Street) -> None:
    choose("octopus", region="C")
    refresh(NOW)
    ask_history(at("2025-06-01 00:00"), now=NOW)
    asked = here.services["octopus"].counters.reads
    refresh_if_due(NOW + timedelta(minutes=1))
    assert here.services["octopus"].counters.reads > asked
    assert Tariff.objects.get().gap_until == NOW - timedelta(days=124)


def test_a_page_of_the_past_that_fails_is_asked_for_again_later(here: Street) -> None:
    choose("octopus", region="C")
    refresh(NOW)
    ask_history(at("2025-12-01 00:00"), now=NOW)
    here.break_with("octopus", {"kind": "http", "status": 500})
    assert refresh(NOW).failure
    assert Tariff.objects.get().gap_until == NOW
    here.break_with("octopus")
    refresh(NOW)
    assert Tariff.objects.get().gap_until is None
    assert prices.known_rates(since=at("2025-12-01 00:00"), until=NOW)[0].valid_from == at("2025-12-01 00:00")

"""Setting the tariff and refreshing its prices, against a server on a socket and a real database."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from energy import fetching, prices
from energy.contract import Rate
from energy.models import PriceSlot, Tariff
from energy.services import RefreshOutcome, refresh, region_of, set_tariff
from energy.watching import staleness, watch
from hmm_project.journal.models import Alert, Event
from hmm_project.locks import Busy, hold
from tests.energy.rows import PRODUCT, PRODUCTS, RATES, at, envelope, product, row, slots
from tests.energy.scripted import Reply, Script

pytestmark = pytest.mark.django_db

NOW = at("2026-01-18 12:10")
YESTERDAY = at("2026-01-17 00:00")
HALF_HOUR = timedelta(minutes=30)


def choose(region: str = "A", pinned: str = PRODUCT, now: Any = NOW) -> Tariff:
    return set_tariff(source="octopus", region=region, product=pinned, actor="ada", now=now)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_a_refresh_keeps_what_is_known_until_the_end_of_the_agile_day(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    outcome = refresh(NOW)
    assert outcome == RefreshOutcome(product=PRODUCT, received=94, added=94, newest_end=at("2026-01-18 23:00"))
    assert prices.newest_end() == at("2026-01-18 23:00")
    assert prices.rate_at(NOW) == Rate(at("2026-01-18 12:00"), at("2026-01-18 12:30"), Decimal("5.2500"))
    tariff = Tariff.objects.get()
    assert (tariff.resolved_product, tariff.refreshed_at, tariff.failure) == (PRODUCT, NOW, "")


def test_a_price_is_unknown_at_the_very_end_of_the_known_slots(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    assert prices.rate_at(at("2026-01-18 23:00")) is None
    assert prices.rate_at(at("2026-01-18 22:59")) is not None
    assert prices.rate_at(YESTERDAY - timedelta(seconds=1)) is None


def test_no_tariff_means_no_price_at_all() -> None:
    PriceSlot.objects.create(series="octopus:A", valid_from=NOW, valid_to=NOW + HALF_HOUR, price_pence=1)
    assert prices.rate_at(NOW) is None
    assert prices.newest_end() is None
    assert prices.known_rates(since=NOW, until=NOW + HALF_HOUR) == []
    with pytest.raises(Tariff.DoesNotExist):
        refresh(NOW)


def test_another_regions_prices_are_never_taken_for_this_ones(octopus: Script) -> None:
    choose("A")
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    choose("P")
    assert prices.rate_at(NOW) is None
    choose("A")
    assert prices.rate_at(NOW) is not None


def test_each_look_up_is_one_query(octopus: Script, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    with django_assert_num_queries(1):
        assert prices.rate_at(NOW)
    with django_assert_num_queries(1):
        assert prices.newest_end()
    with django_assert_num_queries(1):
        rates = prices.known_rates(since=NOW, until=NOW + timedelta(hours=1))
    assert [f"{rate.valid_from:%H:%M}" for rate in rates] == ["12:00", "12:30", "13:00"]


def test_a_short_answer_takes_nothing_away(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    octopus.answer(RATES, Reply(envelope(slots(at("2026-01-18 12:00"), [6.0]))))
    outcome = refresh(NOW)
    assert (outcome.received, outcome.added, outcome.corrected) == (1, 0, 1)
    assert PriceSlot.objects.count() == 94


def test_an_answer_is_written_in_one_statement(
    octopus: Script, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(at("2025-12-18 12:30"), [5.25] * 1500))))
    with django_assert_max_num_queries(20) as few:
        refresh(NOW)
    assert sum("INSERT INTO" in query["sql"] and "priceslot" in query["sql"] for query in few.captured_queries) == 1
    assert PriceSlot.objects.count() == 1500


def test_an_unchanged_answer_writes_no_slot(octopus: Script, django_assert_max_num_queries: Any) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    with django_assert_max_num_queries(20) as few:
        outcome = refresh(NOW)
    assert (outcome.added, outcome.corrected) == (0, 0)
    assert not any("INSERT INTO" in query["sql"] for query in few.captured_queries)


def test_a_published_price_that_changes_is_told(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    changed = [*slots(YESTERDAY, [5.25] * 93), row(at("2026-01-18 22:30"), -1.05)]
    octopus.answer(RATES, Reply(envelope(changed)))
    assert refresh(NOW).corrected == 1
    event = Event.objects.get(kind="prices-corrected")
    assert event.data == {"prices": ["2026-01-18 22:30 UTC: 5.2500p, now -1.0500p"]}
    assert prices.rate_at(at("2026-01-18 22:45")) == Rate(
        at("2026-01-18 22:30"), at("2026-01-18 23:00"), Decimal("-1.05")
    )


def test_unusable_prices_are_told_once_and_their_end_too(octopus: Script) -> None:
    choose()
    broken = [*slots(YESTERDAY, [5.25] * 93), row(at("2026-01-18 22:30"), 900)]
    octopus.answer(RATES, Reply(envelope(broken)))
    assert refresh(NOW).rejected == 1
    refresh(NOW)
    assert kinds().count("prices-rejected") == 1
    assert "2026-01-18 22:30 UTC has the price '900'" in Event.objects.get(kind="prices-rejected").message
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    assert kinds().count("prices-rejected-over") == 1


def test_a_failure_is_remembered_told_once_and_takes_nothing_away(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    octopus.answer(RATES, Reply({}, 500))
    later = NOW + timedelta(hours=4)
    for minute in range(3):
        outcome = refresh(later + timedelta(minutes=minute))
    assert outcome == RefreshOutcome(failure="Octopus answered HTTP 500.", newest_end=at("2026-01-18 23:00"))
    tariff = Tariff.objects.get()
    assert (tariff.failures, tariff.failure) == (3, "Octopus answered HTTP 500.")
    assert (tariff.refreshed_at, tariff.attempted_at) == (NOW, later + timedelta(minutes=2))
    assert kinds().count("prices-refresh-failed") == 1
    assert PriceSlot.objects.count() == 94


def test_a_good_answer_forgets_the_failures(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply({}, 503), Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    refresh(NOW)
    tariff = Tariff.objects.get()
    assert (tariff.failures, tariff.failure, tariff.not_before) == (0, "", None)


def test_a_source_that_asks_to_be_left_alone_is_left_alone(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply({}, 429, {"Retry-After": "600"}))
    refresh(NOW)
    assert refresh(NOW + timedelta(minutes=9)).failure == "Octopus asks for fewer requests (HTTP 429)."
    assert len(octopus.asked) == 1
    refresh(NOW + timedelta(minutes=10))
    assert len(octopus.asked) == 2


def test_two_refreshes_never_run_at_once(octopus: Script) -> None:
    choose()
    with hold("prices", ttl_s=5), pytest.raises(Busy):
        refresh(NOW)
    assert octopus.asked == []


def test_the_attempt_is_remembered_even_when_the_process_dies(octopus: Script, monkeypatch: Any) -> None:
    choose()

    def dies(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("energy.fetching._ask", dies)
    with pytest.raises(MemoryError):
        refresh(NOW)
    assert Tariff.objects.get().attempted_at == NOW


def test_the_product_is_found_kept_and_told_when_it_changes(octopus: Script) -> None:
    choose(pinned="")
    octopus.answer(PRODUCTS, Reply(envelope([product(PRODUCT)])))
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    refresh(NOW)
    assert octopus.asked.count("/v1/products/") == 1
    newer = "AGILE-26-01-01"
    octopus.answer(PRODUCTS, Reply(envelope([product(newer, available_from="2026-01-01T00:00:00Z")])))
    octopus.answer(RATES, Reply({"detail": "Not found."}, 404))
    octopus.answer(RATES.replace(PRODUCT, newer), Reply(envelope(slots(YESTERDAY, [6.0] * 94))))
    refresh(NOW)
    assert Tariff.objects.get().resolved_product == newer
    assert kinds().count("prices-product") == 2
    assert "prices-corrected" not in kinds()
    assert set(PriceSlot.objects.values_list("product", "price_pence")) == {(newer, Decimal(6))}


def test_setting_another_product_forgets_the_prices_ahead_and_keeps_those_gone_by(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    choose(pinned="AGILE-23-12-06")
    assert prices.rate_at(NOW) is None
    assert prices.newest_end() == at("2026-01-18 12:00")


def test_setting_the_same_tariff_again_changes_nothing(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    choose("a", f" {PRODUCT.lower()} ")
    assert prices.rate_at(NOW) is not None
    assert kinds().count("tariff-set") == 1


def test_a_tariff_that_was_changed_meanwhile_does_not_get_the_old_ones_prices(
    octopus: Script, monkeypatch: Any
) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    keep = fetching._keep
    monkeypatch.setattr(fetching, "_keep", lambda *arguments: (choose("P"), keep(*arguments))[1])
    outcome = refresh(NOW)
    assert "changed meanwhile" in outcome.failure
    assert PriceSlot.objects.count() == 0
    assert Tariff.objects.get().refreshed_at is None


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"region": "I"}, "region", "'I' is not a region; expected one of A, B, C, D, E, F, G, H, J, K, L, M, N, P."),
        ({"region": "O"}, "region", "'O' is not a region"),
        ({"region": ""}, "region", "Choose your region"),
        ({"region": "AB"}, "region", "'AB' is not a region"),
        ({"source": "coal"}, "source", "coal"),
        ({"product": "GO-VAR-22-10-14"}, "product", "'GO-VAR-22-10-14' is not an Agile import product"),
        ({"product": "AGILE-OUTGOING-19-05-13"}, "product", "is not an Agile import product"),
        ({"product": "AGILE-24/../../"}, "product", "is not an Agile import product"),
    ],
)
def test_a_wrong_tariff_is_refused_with_its_field_and_changes_nothing(
    wrong: dict[str, str], field: str, sentence: str
) -> None:
    choose()
    chosen = {"source": "octopus", "region": "A", "product": ""} | wrong
    with pytest.raises(ValidationError) as caught:
        set_tariff(**chosen, actor="ada", now=NOW)
    assert sentence in " ".join(caught.value.message_dict[field])
    assert Tariff.objects.get().product == PRODUCT


def test_setting_the_tariff_is_audited_and_told_with_the_actor() -> None:
    choose()
    choose("P", "")
    assert [entry.changes_dict for entry in LogEntry.objects.get_for_model(Tariff)[:1]] == [
        {"region": ["A", "P"], "product": [PRODUCT, ""]}
    ]
    message = Event.objects.filter(kind="tariff-set").latest("pk").message
    assert message == "ada set the tariff to Octopus Agile P (Northern Scotland), the current product."


def test_the_region_of_a_postcode_is_asked_of_octopus(octopus: Script) -> None:
    octopus.answer("/v1/industry/grid-supply-points/", Reply(envelope([{"group_id": "_J"}])))
    assert region_of("TN1 1AA", NOW) == "J"


def test_stale_prices_raise_one_alert_and_one_recovery(octopus: Script) -> None:
    choose()
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 94))))
    refresh(NOW)
    watch(NOW)
    assert staleness(NOW) is None
    assert not Alert.objects.exists()
    late = at("2026-01-18 20:00")
    octopus.answer(RATES, Reply({}, 500))
    refresh(late)
    for minute in range(3):
        watch(late + timedelta(minutes=minute))
    alert = Alert.objects.get()
    assert alert.key == "prices-stale:"
    assert alert.message == (
        "Prices are known only until 23:00 on 18 January: the next day's should have been published. "
        "Octopus answered HTTP 500."
    )
    octopus.answer(RATES, Reply(envelope(slots(YESTERDAY, [5.25] * 142))))
    refresh(late + timedelta(minutes=5))
    watch(late + timedelta(minutes=5))
    watch(late + timedelta(minutes=6))
    assert not Alert.objects.exists()
    assert [kind for kind in kinds() if kind.startswith("prices-stale")] == ["prices-stale", "prices-stale-over"]


def test_without_a_tariff_nothing_is_stale() -> None:
    watch(NOW)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_set_tariff_asks_for_a_refresh_once_it_is_committed(monkeypatch: Any) -> None:
    sent: list[str] = []
    arrived = threading.Event()

    def send(name: str, **_: object) -> None:
        sent.append(name)
        arrived.set()

    monkeypatch.setattr("energy.services.current_app.send_task", send)
    choose()
    assert arrived.wait(1)
    assert sent == ["energy.tasks.keep_prices"]

"""The ledger of payouts: worth at receipt, tax years, CSV, the API."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pools.coins import tax
from pools.coins.api import payouts_router
from pools.coins.payouts import add_payout, change_payout, delete_payout
from pools.models import CoinPrice, Payout
from tests.pools.made import NOW
from tests.routers import client

pytestmark = pytest.mark.django_db
api = client(payouts=payouts_router)
FIELDS: dict[str, Any] = {"coin": "BTC", "amount": Decimal("0.0042"), "time": NOW - timedelta(hours=3)}


def enter(**other: Any) -> Payout:
    return add_payout(**(FIELDS | other), actor="ada", now=NOW)


def price(gbp: str, hours_ago: float, coin: str = "BTC") -> None:
    CoinPrice.objects.create(coin=coin, hour=NOW - timedelta(hours=hours_ago), price_gbp=Decimal(gbp), source="mempool")


def test_a_payout_is_worth_the_price_nearest_to_its_receipt() -> None:
    price("75000", 3)
    price("80000", 2)
    price("1", 3, coin="BCH")
    kept = enter()
    kept.refresh_from_db()
    assert kept.gbp_at_receipt == Decimal("315.00")
    assert kept.gbp_source == "mempool, £75000 at 2026-11-22 09:00 UTC"


def test_without_a_price_near_it_is_unknown_until_it_is_entered() -> None:
    price("75000", 30)
    kept = enter()
    assert (kept.gbp_at_receipt, kept.gbp_source) == (None, "")
    change_payout(kept, gbp_at_receipt=Decimal("310.50"), actor="bob", now=NOW)
    change_payout(kept, note="from the exchange", actor="ada", now=NOW)
    kept.refresh_from_db()
    assert (kept.gbp_at_receipt, kept.gbp_source) == (Decimal("310.50"), "entered by bob")


def test_another_time_is_another_price_and_an_entered_worth_stays() -> None:
    price("75000", 3)
    price("50000", 10)
    kept = enter()
    change_payout(kept, time=NOW - timedelta(hours=10), actor="ada", now=NOW)
    assert kept.gbp_at_receipt == Decimal("210.00")
    change_payout(kept, gbp_at_receipt=Decimal(5), actor="ada", now=NOW)
    change_payout(kept, amount=Decimal(1), actor="ada", now=NOW)
    assert kept.gbp_at_receipt == Decimal(5)
    change_payout(kept, gbp_at_receipt=None, actor="ada", now=NOW)
    assert kept.gbp_at_receipt == Decimal("50000.00")


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"coin": "XMR"}, "coin", "'XMR' is not a valid choice"),
        ({"amount": Decimal(0)}, "amount", "greater than or equal to"),
        ({"amount": Decimal("1e-9")}, "amount", "8 decimal places"),
        ({"amount": Decimal("NaN")}, "amount", "“NaN” value must be a decimal number"),
        ({"time": NOW + timedelta(days=1)}, "time", "This is in the future."),
        ({"gbp_at_receipt": Decimal(-1)}, "gbp_at_receipt", "greater than or equal to 0"),
        ({"price": 1}, "price", "This cannot be changed."),
    ],
)
def test_a_wrong_payout_is_refused_whole(wrong: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        enter(**wrong)
    assert sentence in " ".join(refused.value.message_dict[field])
    assert not Payout.objects.exists()


def test_a_transaction_is_entered_once() -> None:
    enter(txid="ab" * 32)
    with pytest.raises(ValidationError, match="entered already"):
        enter(txid=f" {'ab' * 32} ")
    enter()
    enter()


def test_every_change_is_audited() -> None:
    kept = enter()
    change_payout(kept, note="x", actor="bob", now=NOW)
    delete_payout(kept, actor="eve")
    rows = LogEntry.objects.filter(content_type__model="payout").order_by("pk")
    assert [(row.action, row.additional_data["actor"]) for row in rows] == [(0, "ada"), (1, "bob"), (2, "eve")]


@pytest.mark.parametrize(
    ("time", "year"),
    [
        (datetime(2026, 4, 5, 22, 59, 59, tzinfo=UTC), 2025),  # 23:59:59 in summer time
        (datetime(2026, 4, 5, 23, 0, tzinfo=UTC), 2026),
        (datetime(2027, 1, 1, tzinfo=UTC), 2026),
        (datetime(2027, 4, 5, 12, tzinfo=UTC), 2026),
        (datetime(2027, 4, 6, 12, tzinfo=UTC), 2027),
    ],
)
def test_a_tax_year_begins_on_6_april_local_time(time: datetime, year: int) -> None:
    assert tax.year_of(time) == year


@given(st.datetimes(datetime(2010, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_is_of_exactly_one_tax_year(time: datetime) -> None:
    year = tax.year_of(time)
    since, until = tax.bounds(year)
    assert since <= time < until
    assert tax.bounds(year + 1)[0] == until


def test_the_file_of_a_tax_year_holds_its_payouts_and_runs_nothing() -> None:
    enter(time=datetime(2026, 4, 5, 12, tzinfo=UTC))
    enter(time=datetime(2026, 4, 6, 12, tzinfo=UTC), note='=HYPERLINK("x")', gbp_at_receipt=Decimal("1.5"))
    enter(coin="DGB", amount=Decimal("277.37625943"), pool="solo, kitchen")
    answer = api.get("/payouts/export.csv?tax_year=2026")
    assert answer["Content-Disposition"] == 'attachment; filename="payouts-2026-2027.csv"'
    text = answer.content.decode()
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["received_local"], row["coin"], row["amount"]) for row in rows] == [
        ("2026-04-06 13:00:00", "BTC", "0.00420000"),
        ("2026-11-22 09:00:00", "DGB", "277.37625943"),
    ]
    assert [(row["gbp_at_receipt"], row["gbp_source"]) for row in rows] == [("1.50", "entered by ada"), ("", "")]
    assert [row["note"] for row in rows] == ['\'=HYPERLINK("x")', ""]
    assert rows[1]["pool"] == "solo, kitchen"
    whole = api.get("/payouts/export.csv").content.decode()
    assert len(whole.splitlines()) == 4


def test_totals_by_coin_say_what_is_unknown() -> None:
    enter(gbp_at_receipt=Decimal("2.50"))
    enter(gbp_at_receipt=Decimal("1.25"))
    enter()
    enter(coin="DGB", amount=Decimal(277))
    items = api.get("/payouts/totals?tax_year=2026").json()["items"]
    assert items == [
        {"coin": "BTC", "amount": "0.01260000", "gbp": "3.75", "payouts": 3, "unknown": 1},
        {"coin": "DGB", "amount": "277.00000000", "gbp": "0", "payouts": 1, "unknown": 1},
    ]
    assert api.get("/payouts/totals?tax_year=2024").json()["items"] == []
    assert api.get("/payouts/totals?tax_year=1").status_code == 422


def test_a_payout_is_added_read_changed_and_removed_through_the_api() -> None:
    body = {"coin": "BTC", "amount": "0.0042", "time": "2026-11-20T10:00:00Z", "pool": "Braiins"}
    made = api.post("/payouts", json=body)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert (made.json()["gbp_at_receipt"], made.json()["gbp_source"]) == (None, "")
    changed = api.patch(f"/payouts/{pk}", json={"gbp_at_receipt": "315"})
    assert (changed.json()["gbp_source"], changed.json()["pool"]) == ("entered by ada", "Braiins")
    assert api.get(f"/payouts/{pk}").json() == changed.json()
    assert api.get("/payouts?tax_year=2026").json()["count"] == 1
    assert api.get("/payouts?tax_year=2025").json()["count"] == 0
    assert api.post("/payouts", json=body | {"amount": "-1"}).status_code == 422
    assert api.post("/payouts", json=body | {"amount": "NaN"}).status_code == 422
    assert api.post("/payouts", json=body | {"time": "2026-11-20T10:00:00"}).status_code == 422
    assert api.delete(f"/payouts/{pk}").status_code == 204
    assert api.get(f"/payouts/{pk}").status_code == 404

"""Adding, changing and removing pools."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection

from hmm_project.journal.models import Alert, Event
from hmm_project.journal.services import open_alert
from pools.contract import Address, PoolState
from pools.models import Pool
from pools.services import UNREACHABLE, create_pool, delete_pool, update_pool, users_of
from strategy.models import Band
from tests.pools.made import FIELDS, NOW, make_pool

pytestmark = pytest.mark.django_db


def test_a_pool_is_kept_as_it_was_typed() -> None:
    pool = Pool.objects.get(pk=make_pool(password="secret").pk)
    assert (pool.host, pool.port, pool.tls, pool.coin, pool.password) == ("pool.example", 3333, False, "BTC", "secret")
    assert pool.state == PoolState.UNKNOWN


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ({"host": "stratum+tcp://Pool.Example:3333", "port": None}, Address("pool.example", 3333)),
        ({"host": "stratum+ssl://pool.example:443", "port": None}, Address("pool.example", 443, tls=True)),
        ({"host": "pool.example:4444", "port": 4444}, Address("pool.example", 4444)),
        ({"host": "stratum+tls://pool.example", "port": 443}, Address("pool.example", 443, tls=True)),
        ({"host": "192.168.1.5"}, Address("192.168.1.5", 3333)),
    ],
)
def test_a_pasted_address_is_taken_apart(pasted: dict[str, Any], address: Address) -> None:
    assert make_pool(**pasted).listens_at == address


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"name": " "}, "name", "blank"),
    ({"host": ""}, "host", "blank"),
    ({"host": "pool example"}, "host", "'pool example' is not a host name such as pool.example"),
    ({"host": "-pool.example"}, "host", "is not a host name"),
    ({"host": "pool..example"}, "host", "is not a host name"),
    ({"host": "user@pool.example"}, "host", "is not a host name"),
    ({"host": "192.168.1.300"}, "host", "is not a host name"),
    ({"host": "::1"}, "host", "is not a host name"),
    ({"host": "a" * 254}, "host", "is not a host name"),
    ({"host": "stratum2+tcp://pool.example:3333"}, "host", "stratum2+tcp:// is not a stratum version 1 address"),
    ({"host": "pool.example:4444"}, "port", "The address says 4444, this says 3333: keep one of them."),
    ({"port": None}, "port", "Give the port, such as 3333."),
    ({"port": 0}, "port", "greater than or equal to 1"),
    ({"port": 65_536}, "port", "less than or equal to 65535"),
    ({"user": ""}, "user", "blank"),
    ({"user": "bc1q,x"}, "user", "No spaces, commas or control characters."),
    ({"user": "bc1q x"}, "user", "No spaces, commas or control characters."),
    ({"user": "bc1q\x00"}, "user", "ontrol characters"),
    ({"user": "bc1q.{worker}"}, "user", "Only {miner} is replaced"),
    ({"user": "b" * 301}, "user", "300"),
    ({"password": "x,y"}, "password", "No spaces, commas or control characters."),
    ({"coin": "DOGE"}, "coin", "DOGE"),
    ({"misses": 3}, "misses", "cannot be changed"),
]


@pytest.mark.parametrize(("other", "field", "sentence"), WRONG)
def test_a_wrong_pool_is_refused_with_its_field(other: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        create_pool(**(FIELDS | other), actor="ada", now=NOW)
    assert sentence in " ".join(caught.value.message_dict[field])
    assert not Pool.objects.exists()


def test_a_name_is_taken_once() -> None:
    make_pool()
    with pytest.raises(ValidationError, match="already exists"):
        make_pool(host="other.example")


def test_a_change_that_is_refused_changes_nothing() -> None:
    pool = make_pool()
    with pytest.raises(ValidationError):
        update_pool(pool, port=4444, user="", actor="ada", now=NOW)
    assert Pool.objects.get().port == 3333


def test_secrets_are_encrypted_and_not_in_the_audit() -> None:
    update_pool(make_pool(password="hunter2"), password="hunter3", port=4444, actor="ada", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM pools_pool")
        assert "hunter" not in cursor.fetchone()[0]
    entries = LogEntry.objects.get_for_model(Pool)
    assert [entry.changes_dict.get("port") for entry in entries] == [["3333", "4444"], ["None", "3333"]]
    assert {entry.additional_data["actor"] for entry in entries} == {"ada"}
    assert not any("password" in entry.changes_dict for entry in entries)


def test_another_address_is_another_pool_to_be_checked_anew() -> None:
    pool = make_pool()
    Pool.objects.update(state=PoolState.DOWN, misses=4, failure="away")
    open_alert(now=NOW, kind=UNREACHABLE, subject=pool.subject, message="away")
    pool.refresh_from_db()
    update_pool(pool, name="Solo 2", actor="ada", now=NOW)
    assert Pool.objects.get().state == PoolState.DOWN
    assert Alert.objects.exists()
    update_pool(pool, host="other.example", actor="ada", now=NOW)
    kept = Pool.objects.get()
    assert (kept.state, kept.misses, kept.failure) == (PoolState.UNKNOWN, 0, "")
    assert not Alert.objects.exists()


def test_a_pool_that_is_switched_off_alerts_nobody() -> None:
    pool = make_pool()
    Pool.objects.update(state=PoolState.DOWN, misses=4)
    open_alert(now=NOW, kind=UNREACHABLE, subject=pool.subject, message="away")
    pool.refresh_from_db()
    update_pool(pool, enabled=False, actor="ada", now=NOW)
    assert not Alert.objects.exists()


def test_removing_a_pool_says_which_bands_lose_it() -> None:
    pool, other = make_pool(), make_pool(name="Other")
    open_alert(now=NOW, kind=UNREACHABLE, subject=pool.subject, message="away")
    band = Band.objects.create(lower_pence=90, name="Dear", pool=pool)
    Band.objects.create(lower_pence=95, name="Dearer", pool=other)
    assert users_of(pool) == ["band Dear"]
    delete_pool(pool, actor="ada", now=NOW)
    band.refresh_from_db()
    assert band.pool is None
    message = "ada removed the pool Solo: no pool is chosen any longer by band Dear."
    assert Event.objects.get(kind="pool-removed").message == message
    assert not Alert.objects.exists()
    assert [pool.name for pool in Pool.objects.all()] == ["Other"]


def test_the_workers_name_is_made_safe() -> None:
    endpoint = make_pool(host="Pool.Example").endpoint("Küche, oben 1")
    assert endpoint.user == "bc1qexample.K-che--oben-1"
    assert endpoint.url == "stratum+tcp://pool.example:3333"

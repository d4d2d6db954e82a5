"""Whether the house runs: asked of real servers, some of them gone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.test import AsyncClient, Client

from energy.models import TARIFF, PriceSlot, Tariff
from hmm_project import health, heartbeat
from hmm_project.redis_server import connection

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def signs() -> Iterator[None]:
    for role in heartbeat.ROLES:
        heartbeat.leave(role)
    yield
    connection().delete(*map(heartbeat.key, heartbeat.ROLES))


@pytest.fixture
def mute(tmp_path: Path) -> Iterator[Path]:
    """A socket that accepts and never says a word, under the names PostgreSQL and Redis are looked for."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / ".s.PGSQL.5432"))
        listener.listen()
        yield tmp_path


def checks() -> dict[str, str]:
    return dict(asyncio.run(health.check(NOW)).checks)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("signs")
def test_all_is_well() -> None:
    answer = Client().get("/api/health")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert list(body) == ["status", "version", "checks"]
    assert list(body["checks"]) == ["database", "redis", "worker", "beat", "prices"]
    assert body["status"] == "ok"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("signs")
@pytest.mark.parametrize("role", heartbeat.ROLES)
def test_a_silent_process_is_told_apart_and_fails_the_house(role: str) -> None:
    connection().delete(heartbeat.key(role))
    answer = Client().get("/api/health")
    assert answer.status_code == 503
    assert {name for name, said in answer.json()["checks"].items() if said == "no sign of life"} == {role}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("signs")
@pytest.mark.parametrize(("ends", "said"), [(timedelta(hours=1), "ok"), (-timedelta(minutes=1), "stale")])
def test_prices_inform_and_do_not_fail_the_house(ends: timedelta, said: str) -> None:
    assert checks()["prices"] == "unknown"
    tariff = Tariff.objects.create(pk=TARIFF, region="C")
    slot = {"valid_from": NOW - timedelta(hours=1), "valid_to": NOW + ends}
    PriceSlot.objects.create(series=tariff.key, price_pence=Decimal(12), **slot)
    result = asyncio.run(health.check(NOW))
    assert (result.checks["prices"], result.ok) == (said, True)


@pytest.mark.usefixtures("signs")
def test_a_database_that_is_gone_is_told_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", str(tmp_path))
    assert checks() == {"database": "unreachable", "redis": "ok", "worker": "ok", "beat": "ok", "prices": "unknown"}


@pytest.mark.usefixtures("signs")
def test_a_database_that_hangs_is_told_in_time(monkeypatch: pytest.MonkeyPatch, mute: Path) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", str(mute))
    started = asyncio.new_event_loop().time()
    assert checks()["database"] == "no answer"
    assert asyncio.new_event_loop().time() - started < 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "said"), [(".s.PGSQL.5432", "no answer"), ("nothing", "unreachable")])
def test_a_redis_that_is_gone_or_hangs_is_told_in_time(
    monkeypatch: pytest.MonkeyPatch, mute: Path, name: str, said: str
) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", f"unix://{mute / name}")
    silent = {"worker": "no sign of life", "beat": "no sign of life"}
    assert checks() == {"database": "ok", "redis": said, **silent, "prices": "unknown"}


@pytest.mark.usefixtures("signs")
def test_a_logged_in_browser_gets_the_answer_without_the_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", str(tmp_path))
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "some-session"
    answer = client.get("/api/health", headers={"Authorization": "Bearer some-token"})
    assert answer.status_code == 503


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(method: str) -> None:
    assert getattr(Client(), method)("/api/health").status_code == 405


@pytest.mark.django_db(transaction=True)
async def test_it_answers_where_it_is_served_too() -> None:
    assert (await AsyncClient().get("/api/health")).status_code in {200, 503}

"""Whether the house runs: one answer within two seconds, whatever is down or hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.decorators import async_only_middleware
from redis.exceptions import RedisError

from energy import prices
from hmm_project import connections, heartbeat
from hmm_project.version import VERSION

PATH = "/api/health"
PATIENCE_S = 0.9  # twice at most: the prices are asked for after the database has answered
OK = "ok"
INFORMING = {"prices"}  # a silent tariff is the strategy's to handle; the house still runs


@dataclass(frozen=True, slots=True)
class Health:
    """`checks`: database, redis, worker, beat and prices, each "ok" or a short reason."""

    checks: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return all(answer == OK for name, answer in self.checks.items() if name not in INFORMING)


async def check(now: datetime) -> Health:
    """Ask on connections of its own: a pool that waits for a dead server would not tell in time."""
    (database, prices_known), signs = await asyncio.gather(_database_and_prices(now), _redis_and_roles())
    return Health({"database": database, **signs, "prices": prices_known})


async def view(request: HttpRequest) -> HttpResponse:
    """`GET /api/health`, for everybody: 200 when all runs, else 503."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    health = await check(timezone.now())
    body = {"status": OK if health.ok else "failing", "version": VERSION, "checks": health.checks}
    response = JsonResponse(body, status=200 if health.ok else 503, headers={"Cache-Control": "no-store"})
    response._has_been_logged = True  # type: ignore[attr-defined]  # the answer is the report; a log line a probe is noise
    return response


@async_only_middleware
def answer_first(
    get_response: Callable[[HttpRequest], Awaitable[HttpResponse]],
) -> Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """Middleware before all others: sessions and log-ins need the database that health reports on."""

    async def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == PATH:
            return await view(request)
        return await get_response(request)

    return middleware


async def _database_and_prices(now: datetime) -> tuple[str, str]:
    database = await _asked(_query_database())
    return database, await _asked(_ask_prices(now)) if database == OK else "unknown"


async def _query_database() -> str:
    if connection.vendor == "sqlite":
        await sync_to_async(connection.ensure_connection, thread_sensitive=False)()
        return OK
    parameters = connections.psycopg_parameters(settings.DATABASES["default"])
    async with await psycopg.AsyncConnection.connect(**parameters) as own:
        await own.execute("SELECT 1")
    return OK


@sync_to_async(thread_sensitive=False)
def _ask_prices(now: datetime) -> str:
    try:
        end = prices.newest_end()
    finally:
        connection.close()
    if end is None:
        return "unknown"
    return OK if end > now else "stale"


async def _redis_and_roles() -> dict[str, str]:
    answers: dict[str, str] = {}
    redis_answer = await _asked(_look_for_signs(answers))
    return {"redis": redis_answer} | {role: answers.get(role, "no sign of life") for role in heartbeat.ROLES}


async def _look_for_signs(answers: dict[str, str]) -> str:
    async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as own:
        found = await own.mget([heartbeat.key(role) for role in heartbeat.ROLES])
    answers.update({role: OK for role, sign in zip(heartbeat.ROLES, found, strict=True) if sign})
    return OK


async def _asked(question: Awaitable[str]) -> str:
    try:
        return await asyncio.wait_for(question, PATIENCE_S)
    except TimeoutError:
        return "no answer"
    except (DatabaseError, psycopg.Error, RedisError, OSError):
        return "unreachable"

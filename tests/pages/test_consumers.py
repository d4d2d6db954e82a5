"""The WebSocket: who may listen, what is said, how often."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hmm_project.consumers import Coalescer, _merged
from hmm_project.live import GROUP
from tests import factories
from tests.pages.ears import Ear

HOST = b"hmm.local:8080"
ORIGIN = b"http://" + HOST


def knock(cookie: str = "", *, path: str = "/ws/updates", host: bytes = HOST, origin: bytes = ORIGIN) -> Ear:
    headers = [(b"host", host), (b"origin", origin), (b"cookie", cookie.encode())]
    return Ear(path, [header for header in headers if header[1]])


@pytest.fixture
def cookie(transactional_db: None) -> str:
    client = Client()
    client.force_login(get_user_model().objects.filter(username="danvic").first() or factories.owner())
    return f"hmm_session={client.cookies['hmm_session'].value}"


async def say(kind: str, *ids: int) -> None:
    layer = get_channel_layer()
    assert layer
    await layer.group_send(GROUP, {"type": "announcement", "kind": kind, "ids": list(ids)})


async def test_a_person_hears_what_is_announced(cookie: str) -> None:
    ear = knock(cookie)
    assert await ear.connect()
    await say("miners-changed", 7, 3)
    assert await ear.hears() == {"type": "miners-changed", "ids": [3, 7]}
    await ear.leave()


async def test_at_most_one_of_a_kind_in_a_second_and_no_id_is_lost(cookie: str) -> None:
    ear = knock(cookie)
    await ear.connect()
    for number in range(5):
        await say("miners-changed", number)
    await say("prices-changed")
    heard = [await ear.hears() for _ in range(3)]
    assert {"type": "prices-changed", "ids": []} in heard
    miners = [message["ids"] for message in heard if message["type"] == "miners-changed"]
    assert miners == [[0], [1, 2, 3, 4]]
    await ear.leave()


async def test_what_a_page_says_is_not_listened_to(cookie: str) -> None:
    ear = knock(cookie)
    await ear.connect()
    await ear.says("{nonsense")
    await ear.says(content=b"\x00" * 1000)
    await say("events-changed")
    assert (await ear.hears())["type"] == "events-changed"
    await ear.leave()


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": b"http://evil.example"},
        {"origin": b""},
        {"origin": b"http://hmm.local:9999"},
        {"path": "/ws/other"},
        {"cookie": "hmm_session=forged"},
        {"cookie": ""},
    ],
)
async def test_nobody_else_hears_anything(cookie: str, wrong: dict[str, Any]) -> None:
    ear = knock(**({"cookie": cookie} | wrong))
    assert not await ear.connect()


@pytest.mark.usefixtures("transactional_db", "nobody_logs_in")
async def test_without_a_login_the_household_hears() -> None:
    ear = knock()
    assert await ear.connect()
    await ear.leave()


@pytest.mark.usefixtures("transactional_db", "nobody_logs_in")
async def test_without_a_login_a_public_name_that_leads_here_hears_nothing() -> None:
    ear = knock(host=b"rebound.example", origin=b"http://rebound.example")
    assert not await ear.connect()


async def test_a_stopped_coalescer_leaves_no_task() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    coalescer = Coalescer(send, window_s=60)
    await coalescer.add("a", [1])
    coalescer.stop()
    await asyncio.gather(*coalescer.windows, return_exceptions=True)
    assert sent == [{"type": "a", "ids": [1]}]
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


@given(st.lists(st.sets(st.integers(1, 9), max_size=3), min_size=1, max_size=8))
def test_no_ids_means_any_of_them(parts: list[set[int]]) -> None:
    merged: set[int] | None = None
    for ids in parts:
        merged = _merged(merged, ids)
    assert merged == (set().union(*parts) if all(parts) else set())

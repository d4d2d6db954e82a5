"""The one-time code from its API and its form, and the poll that asks for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from hmm_project.journal.models import Alert, Event
from miners import codes
from miners.api import router
from miners.models import Miner, MinerStatus
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.simulation import Simulation
from tests import factories
from tests.miners.conftest import House
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CODE = "123456"
ALERT = "miner-needs-code"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live")]


@pytest.fixture
def simulation(house: House) -> Simulation:
    return house({"kind": "nerdqaxe", "name": "nerd", "firmware": "v1.0.36", "otp": CODE})


@pytest.fixture
def miner(simulation: Simulation) -> Miner:
    device = simulation.device("nerd")
    return create_miner(actor="test", now=NOW, name="nerd", kind="nerdqaxe", host=device.host, port=device.port)


@pytest.fixture
def api() -> Client:
    return client(miners=router)


@pytest.fixture
def browser(db: None) -> Browser:
    browser = Browser()
    browser.force_login(factories.owner())
    return browser


def toast_of(response: Any) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["toast"]


# --- polling


def test_a_poll_tells_once_that_a_code_is_needed_and_that_it_is_no_more(miner: Miner, simulation: Simulation) -> None:
    for polls in (0, 30):
        poll_shard([miner.pk], now=NOW + timedelta(seconds=polls))
    assert MinerStatus.objects.get(miner=miner).needs_code
    [alert] = Alert.objects.filter(key__startswith=ALERT)
    assert alert.message == "nerd takes no settings until its one-time code is entered on its page"
    assert Event.objects.filter(kind=ALERT).count() == 1
    miner.refresh_from_db()
    codes.enter(miner, CODE, actor="ada", now=NOW + timedelta(seconds=40))
    poll_shard([miner.pk], now=NOW + timedelta(seconds=60))
    status = MinerStatus.objects.get(miner=miner)
    assert not status.needs_code
    assert "mode" in status.capabilities
    assert not Alert.objects.filter(key__startswith=ALERT).exists()
    assert Event.objects.get(kind=f"{ALERT}-over").message == "nerd takes settings again"


def test_after_the_session_has_ended_a_poll_asks_for_a_code_again(miner: Miner) -> None:
    poll_shard([miner.pk], now=NOW)
    miner.refresh_from_db()
    codes.enter(miner, CODE, actor="ada", now=NOW)
    poll_shard([miner.pk], now=NOW + timedelta(hours=25))
    status = MinerStatus.objects.get(miner=miner)
    assert status.needs_code
    assert "mode" not in status.capabilities


def test_a_poll_with_a_session_sends_no_more_than_one_without(miner: Miner, simulation: Simulation) -> None:
    poll_shard([miner.pk], now=NOW)
    miner.refresh_from_db()
    codes.enter(miner, CODE, actor="ada", now=NOW)
    before = simulation.device("nerd").counters
    reads, writes = before.reads, before.writes
    poll_shard([miner.pk], now=NOW + timedelta(seconds=30))
    assert (before.reads - reads, before.writes - writes) == (1, 0)


# --- API


def test_the_api_answers_until_when(api: Client, miner: Miner) -> None:
    answer = api.post(f"/miners/{miner.pk}/code", json={"code": CODE})
    assert answer.status_code == 200
    assert list(answer.json()) == ["until"]
    miner.refresh_from_db()
    until = datetime.fromisoformat(answer.json()["until"])
    assert abs(until - miner.code_session_until) < timedelta(seconds=1)
    assert Event.objects.get(kind="miner-code").data == {"actor": "ada"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"code": "000000"}, 409, "five wrong ones within a minute"),
        ({"code": "12345"}, 422, "six digits"),
        ({"code": "1" * 21}, 422, "at most 20"),
        ({"code": 123456}, 422, "string"),
        ({}, 422, "required"),
    ],
)
def test_the_api_says_why_not(api: Client, miner: Miner, body: dict[str, Any], status: int, words: str) -> None:
    answer = api.post(f"/miners/{miner.pk}/code", json=body)
    assert answer.status_code == status
    assert words in json.dumps(answer.json()["detail"])


def test_the_api_in_shadow_sends_nothing(
    api: Client, miner: Miner, simulation: Simulation, gated: Callable[[str], None]
) -> None:
    gated("SHADOW")
    answer = api.post(f"/miners/{miner.pk}/code", json={"code": CODE})
    assert answer.status_code == 409
    assert "SHADOW" in answer.json()["detail"]
    assert simulation.device("nerd").counters.connections == 0


def test_the_api_of_a_silent_device_and_of_none(api: Client, miner: Miner, simulation: Simulation) -> None:
    simulation.do(simulation.device("nerd").power, on=False)
    assert api.post(f"/miners/{miner.pk}/code", json={"code": CODE}).status_code == 503
    assert api.post("/miners/9999/code", json={"code": CODE}).status_code == 404


def test_no_answer_of_the_api_holds_code_or_session(api: Client, miner: Miner) -> None:
    api.post(f"/miners/{miner.pk}/code", json={"code": CODE})
    miner.refresh_from_db()
    told = json.dumps(api.get(f"/miners/{miner.pk}").json())
    assert miner.code_session
    assert miner.code_session not in told
    assert CODE not in told


# --- the form


def test_the_form_opens_the_settings_and_says_so(browser: Browser, miner: Miner) -> None:
    poll_shard([miner.pk], now=NOW)
    assert "Its settings are locked" in browser.get(f"/miners/{miner.pk}").content.decode()
    answer = browser.post(f"/miners/{miner.pk}/code", {"code": CODE}, headers={"HX-Request": "true"})
    assert toast_of(answer) == {"level": "ok", "message": "nerd takes settings again."}
    shown = answer.content.decode()
    assert "Its settings are open until" in shown
    assert CODE not in shown


def test_the_form_says_what_is_wrong_and_never_shows_the_code(browser: Browser, miner: Miner) -> None:
    poll_shard([miner.pk], now=NOW)
    for code, words in [("000000", "five wrong ones within a minute"), ("12", "six digits")]:
        answer = browser.post(f"/miners/{miner.pk}/code", {"code": code}, headers={"HX-Request": "true"})
        assert toast_of(answer)["level"] == "bad"
        assert words in toast_of(answer)["message"]
        assert f'value="{code}"' not in answer.content.decode()


def test_the_form_works_without_javascript(browser: Browser, miner: Miner) -> None:
    answer = browser.post(f"/miners/{miner.pk}/code", {"code": CODE}, follow=True)
    assert answer.redirect_chain == [(f"/miners/{miner.pk}", 302)]
    assert "nerd takes settings again." in answer.content.decode()


def test_a_miner_without_a_lock_has_no_form(browser: Browser, house: House) -> None:
    device = house({"kind": "bitaxe", "name": "gamma"}).device("gamma")
    gamma = create_miner(actor="test", now=NOW, name="gamma", kind="bitaxe", host=device.host, port=device.port)
    poll_shard([gamma.pk], now=NOW)
    assert "One-time code" not in browser.get(f"/miners/{gamma.pk}").content.decode()

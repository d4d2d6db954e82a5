"""The page that finds miners: suggestions, a search that is watched, ticking and adding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from hmm_project.redis_server import connection
from miners import listener
from miners.contract import Found, Way
from miners.discovery import runs, views
from miners.discovery.runs import Run, State
from miners.models import Miner
from miners.services import create_miner

pytestmark = pytest.mark.django_db

URL = "/miners/discover"
GAMMA = Found(kind="bitaxe", host="192.168.1.9", port=80, mac="02:00:00:00:a3:f2", model="Gamma 601", hostname="bitaxe")
NANO = Found(kind="avalon_nano", host="192.168.1.10", port=4028, model="Avalon Nano 3S", way=Way.SCAN)
SAID = {"HashRate": "1.0154MH/s", "Share": "1/40/97.5%", "Version": "v1.8.10", "Hostname": "lottery"}


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    connection().flushdb()
    yield
    connection().flushdb()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(views, "send", found.append)
    return found


@pytest.fixture
def searched(now: datetime) -> Callable[..., Run]:
    """A search as a worker left it."""

    def make(*found: Found, **changes: Any) -> Run:
        run, _ = runs.begin("192.168.1.0/24", 254, now=now)
        values = {"state": State.DONE, "done": 254, "finished_at": now, "found": found, **changes}
        runs.keep(replace(run, **values))
        return replace(run, **values)

    return make


def say(host: str) -> None:
    connection().set(listener.STATUS + host, listener.pack(orjson.dumps(SAID), timezone.now().timestamp()))


def test_suggests_the_networks_of_known_miners(browser_client: Client, now: datetime) -> None:
    create_miner(actor="x", now=now, name="Blue", kind="bitaxe", host="192.168.77.9")
    page = browser_client.get(URL).content.decode()
    assert 'value="192.168.77.0/24"' in page
    assert "Nothing has been searched" in page


def test_a_search_is_started_and_watched(browser_client: Client, sent: list[int]) -> None:
    response = browser_client.post(URL, {"network": "192.168.1.0/24"})
    assert response.url == f"{URL}?run={sent[0]}"  # type: ignore[attr-defined]
    page = browser_client.get(response.url).content.decode()  # type: ignore[attr-defined]
    assert "0 of 254 addresses" in page
    assert "<progress" in page


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ("8.8.8.0/24", "not a private network"),
        ("10.0.0.0/8", "at most a /22"),
        ("fd00::/64", "IPv6"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_what_is_not_searched_comes_back_with_the_reason(
    browser_client: Client, sent: list[int], network: str, words: str
) -> None:
    response = browser_client.post(URL, {"network": network})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert sent == []


def test_results_stream_in_as_fragments(fragment: Callable[[str, str], str], searched: Callable[..., Run]) -> None:
    run = searched(GAMMA, state=State.RUNNING, done=90, finished_at=None)
    part = fragment(f"{URL}?run={run.id}", "run")
    assert "<html" not in part
    assert "90 of 254 addresses" in part
    assert 'hx-trigger="discovery-changed from:body' in part
    assert 'value="Gamma 601 a3f2"' in part
    assert "02:00:00:00:a3:f2" in part


def test_a_failed_search_says_why(browser_client: Client, searched: Callable[..., Run]) -> None:
    searched(state=State.FAILED, why="The worker that searched is gone; start the search again.")
    assert "start the search again" in browser_client.get(URL).content.decode()


def test_who_is_in_the_list_is_shown_as_such_and_not_offered(
    fragment: Callable[[str, str], str], searched: Callable[..., Run], now: datetime
) -> None:
    create_miner(actor="x", now=now, name="Blue", kind="bitaxe", host="192.168.1.9", mac=GAMMA.mac)
    part = fragment(f"{URL}?run={searched(GAMMA, NANO, moved=(GAMMA.mac,)).id}", "run")
    assert "in the list" in part
    assert "moved here" in part
    assert part.count('name="pick"') == 1


def test_who_broadcasts_appears_without_any_search_unless_it_is_in_the_list(
    fragment: Callable[[str, str], str], now: datetime
) -> None:
    say("192.168.1.31")
    say("192.168.1.32")
    create_miner(actor="x", now=now, name="Tiny", kind="nmminer", host="192.168.1.32")
    part = fragment(URL, "heard")
    assert "192.168.1.31:12345" in part
    assert "192.168.1.32" not in part
    assert " checked" not in part


def test_a_device_may_say_anything_but_no_markup(browser_client: Client, searched: Callable[..., Run]) -> None:
    searched(replace(GAMMA, hostname="<script>alert(1)</script>", model='"><img src=x>'))
    page = browser_client.get(URL).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


class TestAdding:
    def test_all_that_is_ticked_by_the_names_that_were_typed(
        self, browser_client: Client, searched: Callable[..., Run]
    ) -> None:
        say("192.168.1.31")
        run = searched(GAMMA, NANO)
        response = browser_client.post(
            f"{URL}/add",
            {
                "run": run.id,
                "pick": ["192.168.1.9:80", "192.168.1.31:12345"],
                "name-192.168.1.9:80": "Attic",
                "name-192.168.1.10:4028": "Not wanted",
            },
        )
        assert response.url == "/miners"  # type: ignore[attr-defined]
        made = {(miner.name, miner.kind, miner.host, miner.port, miner.mac) for miner in Miner.objects.all()}
        assert made == {
            ("Attic", "bitaxe", "192.168.1.9", 80, GAMMA.mac),
            ("lottery", "nmminer", "192.168.1.31", 12_345, None),
        }

    def test_one_that_cannot_be_added_stops_all_and_says_why_at_its_row(
        self, browser_client: Client, searched: Callable[..., Run], now: datetime
    ) -> None:
        create_miner(actor="x", now=now, name="Taken", kind="bitaxe", host="192.168.1.200")
        run = searched(GAMMA, NANO)
        picks = {"run": run.id, "pick": ["192.168.1.9:80", "192.168.1.10:4028"]}
        names = {"name-192.168.1.9:80": "Fine", "name-192.168.1.10:4028": "Taken"}
        response = browser_client.post(f"{URL}/add", picks | names)
        page = response.content.decode()
        assert response.status_code == 422
        assert Miner.objects.count() == 1
        assert "Nothing was added" in page
        assert 'id="error-192.168.1.10:4028"' in page
        assert 'id="error-192.168.1.9:80"' not in page
        assert 'value="Fine"' in page
        assert page.count(" checked") == 2

    @pytest.mark.parametrize(
        ("picks", "words"), [([], "Tick what is to be added"), (["10.0.0.1:80"], "no longer among what was found")]
    )
    def test_nothing_else_can_be_added(
        self, browser_client: Client, searched: Callable[..., Run], picks: list[str], words: str
    ) -> None:
        response = browser_client.post(f"{URL}/add", {"run": searched(GAMMA).id, "pick": picks})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Miner.objects.exists()

    def test_two_of_one_name_are_refused(self, browser_client: Client, searched: Callable[..., Run]) -> None:
        names = {"name-192.168.1.9:80": "Same", "name-192.168.1.10:4028": "Same"}
        picks = {"run": searched(GAMMA, NANO).id, "pick": ["192.168.1.9:80", "192.168.1.10:4028"]}
        assert browser_client.post(f"{URL}/add", picks | names).status_code == 422
        assert not Miner.objects.exists()

    @pytest.mark.parametrize("run", ["", "x", "-1", "9" * 40, "4711"])
    def test_a_number_that_is_no_search_is_no_error(self, browser_client: Client, run: str) -> None:
        assert browser_client.get(f"{URL}?run={run}").status_code == 200


def test_many_found_devices_cost_a_fixed_number_of_queries(
    browser_client: Client, searched: Callable[..., Run], django_assert_max_num_queries: Any
) -> None:
    found = [replace(GAMMA, host=f"192.168.1.{n}", mac=f"02:00:00:00:00:{n:02x}") for n in range(1, 250)]
    searched(*found)
    with django_assert_max_num_queries(25):
        page = browser_client.get(URL).content.decode()
    assert page.count('name="pick"') == 249

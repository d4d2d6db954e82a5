from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from miners.discovery import api as discovery
from miners.discovery import running, runs
from miners.discovery.api import miners_router, router
from miners.models import Miner
from miners.services import create_miner
from miners.simulators.faults import Fault, FaultKind
from tests.miners.conftest import House
from tests.routers import Client, client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("silence")]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The searches that a worker was given."""
    found: list[int] = []
    monkeypatch.setattr(discovery, "send", found.append)
    return found


@pytest.fixture(scope="module")
def made() -> Client:
    return client(discovery=router, miners=miners_router)


@pytest.fixture
def api(made: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(running, "ANNOUNCED_S", 0.01)
    return made


class TestSearch:
    def test_is_accepted_watched_and_done(self, api: Client, sent: list[int], house: House) -> None:
        house({"kind": "bitaxe", "name": "gamma", "host": "127.77.1.3", "port": 8080})
        accepted = api.post("/discovery", json={"network": "127.77.1.5/29"})
        assert accepted.status_code == 202
        run = accepted.json()
        assert (run["state"], run["network"], run["hosts"], run["done"]) == ("running", "127.77.1.0/29", 6, 0)
        assert run["found"] == []
        assert run["finished_at"] is None
        running.discover(sent[0], clock=timezone.now)
        done = api.get(f"/discovery/{run['id']}").json()
        assert (done["state"], done["done"]) == ("done", 6)
        assert done["finished_at"]
        (found,) = done["found"]
        assert (found["kind"], found["host"], found["port"], found["way"]) == ("bitaxe", "127.77.1.3", 8080, "scan")
        assert found["mac"]
        assert (found["known_as"], found["moved"]) == (None, False)

    def test_says_which_are_in_the_list_also_when_they_are_added_later(
        self, api: Client, sent: list[int], house: House
    ) -> None:
        house({"kind": "bitaxe", "name": "gamma", "host": "127.77.1.3", "port": 8080})
        run = api.post("/discovery", json={"network": "127.77.1.0/29"}).json()
        running.discover(sent[0], clock=timezone.now)
        miner = create_miner(actor="x", now=timezone.now(), name="Blue", kind="bitaxe", host="127.77.1.3", port=8080)
        (found,) = api.get(f"/discovery/{run['id']}").json()["found"]
        assert found["known_as"] == {"id": miner.pk, "name": "Blue"}

    def test_a_second_request_joins_the_first(self, api: Client, sent: list[int]) -> None:
        first, second = (api.post("/discovery", json={"network": "192.168.1.0/24"}).json() for _ in range(2))
        assert first["id"] == second["id"]
        assert len(sent) == 1

    @pytest.mark.parametrize("network", ["10.0.0.0/21", "8.8.8.0/24", "fd00::/120", "x", "", "192.168.1.0/40"])
    def test_what_is_not_searched_is_422_with_the_way_out(self, api: Client, sent: list[int], network: str) -> None:
        answer = api.post("/discovery", json={"network": network})
        assert answer.status_code == 422
        (detail,) = answer.json()["detail"]
        assert detail["loc"] == ["body", "network"]
        assert len(detail["msg"]) > 20
        assert sent == []

    def test_too_many_at_once_is_409(self, api: Client, sent: list[int]) -> None:
        answers = [api.post("/discovery", json={"network": f"192.168.{number}.0/24"}) for number in range(4)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 409]
        assert "wait" in answers[-1].json()["detail"]

    def test_an_unknown_one_is_404(self, api: Client) -> None:
        assert api.get("/discovery/4711").status_code == 404

    def test_one_without_a_worker_has_failed_in_the_end(self, api: Client, sent: list[int]) -> None:
        run = api.post("/discovery", json={"network": "192.168.1.0/24"}).json()
        kept = runs.get(run["id"], now=timezone.now())
        assert kept
        runs.keep(replace(kept, alive_at=kept.alive_at - 2 * running.timedelta(seconds=runs.SILENT_S)))
        failed = api.get(f"/discovery/{run['id']}").json()
        assert (failed["state"], failed["why"]) == ("failed", runs.GONE)

    def test_who_broadcasts_is_listed_without_any_search(self, api: Client, say: Callable[..., None]) -> None:
        say("127.77.0.101", at=timezone.now())
        listed = api.get("/discovery/heard").json()
        assert listed["count"] == 1
        assert (listed["items"][0]["kind"], listed["items"][0]["way"]) == ("nmminer", "broadcast")


class TestConnectionTest:
    @staticmethod
    def ask(api: Client, **body: Any) -> dict[str, Any]:
        answer = api.post("/miners/test", json=body)
        assert answer.status_code == 200
        return dict(answer.json())

    @pytest.mark.parametrize(
        ("entry", "kind"),
        [
            ({"kind": "bitaxe", "firmware": "v2.12.2"}, "bitaxe"),
            ({"kind": "nerdqaxe"}, "nerdqaxe"),
            ({"kind": "avalon_nano", "model": "nano3"}, "avalon_nano"),
            ({"kind": "nmminer"}, "nmminer"),
        ],
    )
    def test_tells_what_answers_at_a_port(self, api: Client, house: House, entry: dict[str, Any], kind: str) -> None:
        (device,) = house({"name": "it", **entry}).devices
        answer = self.ask(api, host=device.host, port=device.port)
        assert (answer["found"]["kind"], answer["found"]["port"]) == (kind, device.port)
        assert answer["reading"]["hashrate_ghs"] > 0
        assert answer["reading"]["state"] == "mining"
        assert (answer["why"], answer["warnings"]) == ("", [])
        assert answer["name"]
        assert device.counters.writes == 0
        assert not Miner.objects.exists()

    def test_finds_the_port_by_itself(self, api: Client, house: House) -> None:
        house({"kind": "avalon_nano", "name": "it", "host": "127.77.1.9", "port": 4028})
        assert self.ask(api, host="127.77.1.9")["found"]["port"] == 4028

    def test_reads_who_only_broadcasts(self, api: Client, say: Callable[..., None]) -> None:
        say("127.77.0.101", at=timezone.now())
        answer = self.ask(api, host="127.77.0.101")
        assert (answer["found"]["kind"], answer["found"]["port"]) == ("nmminer", 12_345)
        assert answer["reading"]["accepted"] == 40

    def test_warns_of_another_family(self, api: Client, house: House) -> None:
        (device,) = house({"kind": "nerdqaxe", "name": "it"}).devices
        answer = self.ask(api, host=device.host, port=device.port, kind="bitaxe")
        assert answer["found"]["kind"] == "nerdqaxe"
        assert answer["warnings"] == ["It is of the family NerdQAxe++, not Bitaxe."]

    def test_warns_of_a_device_that_is_in_the_list(self, api: Client, house: House) -> None:
        (device,) = house({"kind": "bitaxe", "name": "it"}).devices
        host = "192.168.1.9"
        create_miner(actor="x", now=timezone.now(), name="Blue", kind="bitaxe", host=host, mac=device.spec.mac)
        answer = self.ask(api, host=device.host, port=device.port)
        assert "Blue" in answer["warnings"][0]
        assert answer["found"]["known_as"]["name"] == "Blue"

    @pytest.mark.parametrize("fault", [FaultKind.HTML, FaultKind.GARBAGE, FaultKind.TIMEOUT, FaultKind.REDIRECT])
    def test_says_why_there_is_no_reading(
        self, api: Client, house: House, fault: FaultKind, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("miners.discovery.trial.ANSWER_S", 0.5)
        simulation = house({"kind": "bitaxe", "name": "it"})
        (device,) = simulation.devices
        simulation.do(device.break_with, Fault(kind=fault))
        answer = self.ask(api, host=device.host, port=device.port, kind="bitaxe")
        assert (answer["found"], answer["reading"]) == (None, None)
        assert answer["why"]

    def test_nobody_there(self, api: Client) -> None:
        answer = self.ask(api, host="127.77.200.1", port=9)
        assert answer["found"] is None
        assert answer["why"] == "Nothing that this program knows answers at 127.77.200.1 on port 9."

    def test_takes_no_longer_than_the_longest_time(
        self, api: Client, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("miners.discovery.trial.LONGEST_S", 0.3)
        simulation = house({"kind": "bitaxe", "name": "it"})
        (device,) = simulation.devices
        simulation.do(device.break_with, Fault(kind=FaultKind.TIMEOUT))
        assert self.ask(api, host=device.host, port=device.port)["why"] == "No whole answer within 0.3 s."

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"host": "8.8.8.8"}, "host"), ({"host": "http://x"}, "host"), ({"host": "10.0.0.1", "kind": "x"}, "kind")],
    )
    def test_a_wrong_field_is_named(self, api: Client, body: dict[str, str], field: str) -> None:
        answer = api.post("/miners/test", json=body)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", field]

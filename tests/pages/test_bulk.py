"""One thing done to many miners: what it would do, what came of it, and who is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from miners.models import Command, Miner, TuningProfile
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from pools.models import Pool
from strategy.models import Strategy
from tests import factories

pytestmark = pytest.mark.django_db


def strategy_is(state: str) -> None:
    Strategy.objects.update_or_create(pk=1, defaults={"state": state})


def ids(*miners: Miner) -> list[int]:
    return [miner.pk for miner in miners]


def lines(response: Any) -> dict[str, str]:
    return {line.miner.name: line.look.words for line in response.context["lines"]}


class TestList:
    @pytest.mark.parametrize(
        ("query", "there", "missing"),
        [
            ("q=blu", "Blue", "Green"),
            ("q=192.168.1.11", "Green", "Blue"),
            ("kind=avalon_nano", "Nano heater", "Blue"),
            ("state=unreachable", "Shed", "Blue"),
            ("q=nano&kind=avalon_nano&state=mining", "Old Nano", "Garage"),
            ("q=%00blue%0A", "Blue", "Green"),
        ],
    )
    def test_shows_what_is_looked_for(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str], query: str, there: str, missing: str
    ) -> None:
        part = fragment(f"/miners?{query}", "table")
        assert f'id="row-{house[there].pk}"' in part
        assert f'id="row-{house[missing].pk}"' not in part

    def test_says_when_nothing_matches(self, house: dict[str, Miner], browser_client: Client) -> None:
        assert "No miner matches." in browser_client.get("/miners?state=nonsense").content.decode()

    def test_the_next_page_keeps_what_is_looked_for(self, browser_client: Client, now: datetime) -> None:
        factories.fleet(404, now)
        page = browser_client.get("/miners?kind=bitaxe&q=Miner").content.decode()
        assert "?q=Miner&amp;kind=bitaxe&amp;page=2" in page

    @pytest.mark.usefixtures("house")
    def test_offers_what_can_be_done_to_many(self, browser_client: Client) -> None:
        TuningProfile.objects.create(
            name="Quiet", kind="bitaxe", model="Gamma 601", frequency_mhz=490, core_voltage_mv=1060
        )
        page = browser_client.get("/miners").content.decode()
        pool = Pool.objects.get(name="Solo")
        for value in ("pause", "resume", "shutdown", "restart", "identify", "tune", "mode:eco", "mode:low"):
            assert f'<option value="{value}">' in page
        assert f'<option value="pool:{pool.pk}">' in page
        assert f'<option value="profile:{TuningProfile.objects.get().pk}">Quiet (Gamma 601)' in page

    def test_its_number_of_queries_does_not_grow(
        self, browser_client: Client, now: datetime, django_assert_max_num_queries: Any
    ) -> None:
        factories.fleet(60, now)
        with django_assert_max_num_queries(25):
            browser_client.get("/miners")


class TestPreview:
    def test_tells_each_miner_its_effect_and_sends_nothing(
        self, browser_client: Client, house: dict[str, Miner]
    ) -> None:
        strategy_is("LIVE")
        before = Command.objects.count()
        chosen = ids(house["Blue"], house["Lottery cube"], house["Hot one"])
        response = browser_client.get("/miners/bulk", {"ids": chosen, "do": "mode:standard"})
        assert response.status_code == 200
        assert lines(response) == {"Blue": "already so", "Hot one": "already so", "Lottery cube": "not possible"}
        assert Command.objects.count() == before

    def test_a_family_is_everyone_of_it_and_each_is_meant_once(
        self, browser_client: Client, house: dict[str, Miner]
    ) -> None:
        response = browser_client.get(
            "/miners/bulk", {"ids": ids(house["Blue"], house["Shed"]), "kinds": "nerdqaxe", "do": "pause"}
        )
        assert list(lines(response)) == ["Blue", "Q Bert", "Shed"]

    def test_shadow_is_said_before(self, browser_client: Client, house: dict[str, Miner]) -> None:
        strategy_is("SHADOW")
        response = browser_client.get("/miners/bulk", {"ids": ids(house["Blue"]), "do": "mode:eco"})
        assert lines(response) == {"Blue": "SHADOW: not sent"}

    def test_a_profile_of_another_model_is_refused_with_the_reason(
        self, browser_client: Client, house: dict[str, Miner]
    ) -> None:
        strategy_is("LIVE")
        quiet = TuningProfile.objects.create(
            name="Quiet", kind="bitaxe", model="Gamma 601", frequency_mhz=490, core_voltage_mv=1060
        )
        response = browser_client.get(
            "/miners/bulk", {"ids": ids(house["Blue"], house["Q Bert"]), "do": f"profile:{quiet.pk}"}
        )
        assert lines(response) == {"Blue": "will be sent", "Q Bert": "not possible"}
        assert "Quiet is for Bitaxe Gamma 601; Q Bert is NerdQAxe++." in response.content.decode()

    def test_a_tuning_asks_for_its_two_numbers(self, browser_client: Client, house: dict[str, Miner]) -> None:
        strategy_is("LIVE")
        chosen = {"ids": ids(house["Blue"]), "do": "tune"}
        asked = browser_client.get("/miners/bulk", chosen)
        assert asked.status_code == 200
        assert 'name="frequency_mhz"' in asked.content.decode()
        assert "lines" not in asked.context
        wrong = browser_client.get("/miners/bulk", chosen | {"frequency_mhz": "fast", "core_voltage_mv": "1150"})
        assert wrong.status_code == 422
        assert wrong.context["choice"].setting.errors["frequency_mhz"]
        told = browser_client.get("/miners/bulk", chosen | {"frequency_mhz": "490", "core_voltage_mv": "1100"})
        assert lines(told) == {"Blue": "will be sent"}

    @pytest.mark.parametrize("data", [{}, {"ids": ["x", "-1", "9" * 40], "kinds": ["toaster", "\x00"], "do": "pause"}])
    def test_nobody_ticked_leads_back_to_the_list(
        self, browser_client: Client, data: dict[str, Any], house: dict[str, Miner]
    ) -> None:
        response = browser_client.get("/miners/bulk", data, follow=True)
        assert response.redirect_chain == [("/miners", 302)]
        assert "Tick at least one miner first." in response.content.decode()

    @pytest.mark.parametrize("do", ["explode", "mode:warp", "pool:4711", "profile:x", "mode", "plug-off", "pause:x"])
    def test_what_is_not_on_offer_is_refused(self, browser_client: Client, house: dict[str, Miner], do: str) -> None:
        for method in (browser_client.get, browser_client.post):
            response = method("/miners/bulk", {"ids": ids(house["Blue"]), "do": do})
            assert response.status_code == 422
            assert "Choose what to do." in response.content.decode()

    def test_without_a_choice_it_asks_for_one(self, browser_client: Client, house: dict[str, Miner]) -> None:
        response = browser_client.get("/miners/bulk", {"ids": ids(house["Blue"]), "do": ""})
        assert response.status_code == 200
        assert "lines" not in response.context

    def test_many_miners_take_few_queries(
        self, browser_client: Client, now: datetime, django_assert_max_num_queries: Any
    ) -> None:
        factories.fleet(60, now)
        with django_assert_max_num_queries(25):
            response = browser_client.get("/miners/bulk", {"kinds": ["bitaxe", "nerdqaxe"], "do": "mode:eco"})
        assert len(response.context["lines"]) == 30


@pytest.mark.django_db(transaction=True)
class TestDoing:
    @pytest.fixture
    def simulation(self) -> Iterator[Simulation]:
        devices = [
            {"kind": "bitaxe", "name": "Blue", "firmware": "v2.14.0"},
            {"kind": "nerdqaxe", "name": "Bert"},
            {"kind": "avalon_nano", "name": "Nano"},
        ]
        fleet = parse({"speed": 20, "seed": 7, "miners": [{"host": "127.0.0.1", "port": 0, **one} for one in devices]})
        with running(fleet) as found:
            yield found

    @pytest.fixture
    def miners(self, simulation: Simulation, now: datetime) -> list[Miner]:
        made = [
            create_miner(
                actor="x", now=now, name=device.spec.name, kind=device.spec.kind, host=device.host, port=device.port
            )
            for device in simulation.devices
        ]
        poll_shard(ids(*made), now=timezone.now())
        return made

    def test_each_miner_has_its_outcome_and_its_line_in_the_ledger(
        self, browser_client: Client, miners: list[Miner], simulation: Simulation
    ) -> None:
        strategy_is("PAUSED")
        response = browser_client.post("/miners/bulk", {"ids": ids(*miners), "do": "mode:eco"})
        assert response.status_code == 200
        assert lines(response) == {"Bert": "done, and read back", "Blue": "done, and read back", "Nano": "refused"}
        assert set(Command.objects.values_list("name", "outcome", "actor")) == {
            ("Blue", "verified", "danvic"), ("Bert", "verified", "danvic"), ("Nano", "refused", "danvic"),
        }  # fmt: skip
        assert simulation.device("Blue").truth()["frequency_mhz"] == 400

    def test_a_tuning_goes_to_the_boards_that_support_it(
        self, browser_client: Client, miners: list[Miner], simulation: Simulation
    ) -> None:
        strategy_is("PAUSED")
        chosen = {"ids": ids(*miners), "do": "tune", "frequency_mhz": "490", "core_voltage_mv": "1150"}
        response = browser_client.post("/miners/bulk", chosen)
        assert lines(response) == {"Bert": "refused", "Blue": "done, and read back", "Nano": "refused"}
        assert "490 is outside what its board supports: 500 to 600 MHz." in response.content.decode()
        assert simulation.device("Blue").truth()["frequency_mhz"] == 490

    def test_shadow_writes_nothing_to_anybody(
        self, browser_client: Client, miners: list[Miner], simulation: Simulation
    ) -> None:
        strategy_is("SHADOW")
        before = [device.truth() for device in simulation.devices]
        response = browser_client.post("/miners/bulk", {"ids": ids(*miners), "do": "mode:eco"})
        assert set(lines(response).values()) == {"SHADOW: not sent"}
        assert [device.truth() for device in simulation.devices] == before

    def test_htmx_gets_the_outcomes_alone(self, browser_client: Client, miners: list[Miner]) -> None:
        strategy_is("SHADOW")
        response = browser_client.post(
            "/miners/bulk", {"ids": ids(*miners), "do": "pause"}, headers={"HX-Request": "true", "HX-Target": "bulk"}
        )
        text = response.content.decode()
        assert text.strip().startswith('<div id="bulk"')
        assert "What came of it" in text

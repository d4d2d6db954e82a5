"""Tuning a miner from its page, and the profiles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from miners.models import Command, Miner, MinerStatus, TuningProfile
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from strategy.models import Strategy

pytestmark = pytest.mark.django_db
FASTER = {"frequency_mhz": "600", "core_voltage_mv": "1200"}
HTMX = {"HX-Request": "true"}


def profile(name: str = "Quiet", **changes: Any) -> TuningProfile:
    values: dict[str, Any] = {
        "kind": "bitaxe", "model": "Gamma 601", "frequency_mhz": 400, "core_voltage_mv": 1000,
    }  # fmt: skip
    return TuningProfile.objects.create(name=name, **(values | changes))


def toast_of(response: Any) -> dict[str, str]:
    return json.loads(response.headers["HX-Trigger"])["toast"]


def strategy_is(state: str) -> None:
    Strategy.objects.update_or_create(pk=1, defaults={"state": state})


class TestPanel:
    @pytest.mark.parametrize(
        ("name", "offered"),
        [("Blue", True), ("Q Bert", True), ("Nano heater", False), ("Lottery cube", False), ("Newcomer", False)],
    )
    def test_is_there_for_boards_that_offer_it(
        self, browser_client: Client, house: dict[str, Miner], name: str, offered: bool
    ) -> None:
        page = browser_client.get(f"/miners/{house[name].pk}").content.decode()
        assert ('id="tune-title"' in page) is offered

    def test_offers_the_boards_own_options_and_tells_stock_and_present(
        self, browser_client: Client, house: dict[str, Miner]
    ) -> None:
        MinerStatus.objects.filter(miner=house["Blue"]).update(frequency_mhz=537.5)
        page = browser_client.get(f"/miners/{house['Blue'].pk}").content.decode()
        for words in ("400 MHz<", "525 MHz, stock<", "600 MHz, above stock<", "1150 mV, now, stock<"):
            assert words in page
        assert '<option value="537.5" selected>537.5 MHz, now, above stock' in page
        assert "Set to" in page
        assert "above stock</span>" in page

    def test_a_choice_is_estimated_and_warned_of_before_it_is_sent(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str]
    ) -> None:
        path = f"/miners/{house['Blue'].pk}/tune"
        hot = fragment(f"{path}?frequency_mhz=625&core_voltage_mv=1250", "tune-estimate")
        assert "≈ 1.27 TH/s" in hot or "≈ 1.28 TH/s" in hot
        assert "≈ 26.4 W" in hot
        assert "Above its stock setting" in hot
        cool = fragment(f"{path}?frequency_mhz=400&core_voltage_mv=1000", "tune-estimate")
        assert "816 GH/s" in cool
        assert "Above its stock setting" not in cool

    @pytest.mark.parametrize(
        "query", ["", "frequency_mhz=x&core_voltage_mv=1150", "frequency_mhz=9999&core_voltage_mv=1"]
    )
    def test_nonsense_is_estimated_as_what_is_set(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str], query: str
    ) -> None:
        part = fragment(f"/miners/{house['Blue'].pk}/tune?{query}", "tune-estimate")
        assert "525 MHz at 1150 mV" in part

    def test_names_the_profiles_that_fit_and_the_one_it_runs(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str], browser_client: Client
    ) -> None:
        profile("Stock", frequency_mhz=525, core_voltage_mv=1150)
        profile("Wild", frequency_mhz=900)
        profile("Supra's", model="Supra 401")
        part = fragment(f"/miners/{house['Blue'].pk}/tune", "tune-now")
        assert "Stock</a>" in part
        page = browser_client.get(f"/miners/{house['Blue'].pk}").content.decode()
        assert "Stock: 525 MHz, 1150 mV" in page
        assert "Wild" not in page
        assert "Supra&#x27;s" not in page

    def test_shadow_and_live_are_said_in_words(self, browser_client: Client, house: dict[str, Miner]) -> None:
        strategy_is("SHADOW")
        assert "noted in the ledger and not sent" in browser_client.get(f"/miners/{house['Blue'].pk}").content.decode()
        strategy_is("LIVE")
        assert "PAUSE it to keep a tuning" in browser_client.get(f"/miners/{house['Blue'].pk}").content.decode()


class TestWhatAMinerCannotDo:
    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("Nano heater", "An Avalon Nano cannot be switched off over the network: give it a plug."),
            ("Garage", "An Avalon Nano cannot be switched off over the network: its plug Garage plug does it."),
            ("Lottery cube", "It cannot be restarted over the network."),
            ("Lottery cube", "It has neither modes nor frequencies to choose."),
        ],
    )
    def test_is_said_in_words(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str], name: str, sentence: str
    ) -> None:
        assert sentence in fragment(f"/miners/{house[name].pk}", "controls")

    @pytest.mark.parametrize("name", ["Blue", "Q Bert", "Newcomer"])
    def test_nothing_is_said_of_those_that_can_or_are_not_known(
        self, house: dict[str, Miner], fragment: Callable[[str, str], str], name: str
    ) -> None:
        assert "over the network:" not in fragment(f"/miners/{house[name].pk}", "controls")


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            ({"frequency_mhz": "700", "core_voltage_mv": "1150"}, "400 to 625 MHz"),
            ({"frequency_mhz": "525", "core_voltage_mv": "900"}, "1000 to 1250 mV"),
            ({"frequency_mhz": "525"}, "Core voltage in mV"),
            ({}, "Frequency in MHz"),
            ({"frequency_mhz": "nan", "core_voltage_mv": "1150"}, "Frequency in MHz"),
        ],
    )
    def test_of_a_tuning_name_the_allowed_range(
        self, browser_client: Client, house: dict[str, Miner], data: dict[str, str], reason: str
    ) -> None:
        before = Command.objects.count()
        path = f"/miners/{house['Blue'].pk}/tune"
        by_htmx = browser_client.post(path, data, headers=HTMX)
        assert by_htmx.status_code == 422
        assert by_htmx.headers["Content-Type"].startswith("text/plain")
        assert reason in by_htmx.content.decode()
        by_form = browser_client.post(path, data)
        assert by_form.status_code == 422
        assert reason in by_form.content.decode()
        assert "Nothing was sent." in by_form.content.decode()
        assert Command.objects.count() == before

    @pytest.mark.parametrize("chosen", ["", "x", "4711", "9" * 40, "other"])
    def test_of_a_profile_give_the_reason(self, browser_client: Client, house: dict[str, Miner], chosen: str) -> None:
        other = profile("Supra's", model="Supra 401")
        before = Command.objects.count()
        data = {"profile": str(other.pk) if chosen == "other" else chosen}
        response = browser_client.post(f"/miners/{house['Blue'].pk}/profile", data, headers=HTMX)
        expected = (
            "Supra's is for Bitaxe Supra 401; Blue is Bitaxe Gamma 601." if chosen == "other" else "Choose a profile."
        )
        assert (response.status_code, response.content.decode()) == (422, expected)
        assert Command.objects.count() == before


class TestProfiles:
    def test_are_listed_with_who_runs_them(self, browser_client: Client, house: dict[str, Miner]) -> None:
        assert "No profile yet." in browser_client.get("/miners/profiles").content.decode()
        profile("Stock", frequency_mhz=525, core_voltage_mv=1150, note="<b>")
        page = browser_client.get("/miners/profiles").content.decode()
        assert "Stock</a>" in page
        assert "&lt;b&gt;" in page
        assert f'href="/miners/{house["Green"].pk}">Green</a>' in page

    def test_are_saved_from_a_miner_and_from_its_page(self, browser_client: Client, house: dict[str, Miner]) -> None:
        blue = house["Blue"]
        assert (
            browser_client.post("/miners/profiles", {"from_miner_id": blue.pk, "name": "One"}).url == "/miners/profiles"
        )
        assert (
            browser_client.post(f"/miners/{blue.pk}/profiles", {"name": "Two", "note": "x"}).url == "/miners/profiles"
        )
        assert list(TuningProfile.objects.values_list("name", "frequency_mhz", "note")) == [
            ("One", 525, ""),
            ("Two", 525, "x"),
        ]

    def test_that_cannot_be_saved_come_back_with_the_reason(
        self, browser_client: Client, house: dict[str, Miner]
    ) -> None:
        profile("Taken")
        for path, data in (
            ("/miners/profiles", {"from_miner_id": house["Blue"].pk, "name": "Taken"}),
            (f"/miners/{house['Blue'].pk}/profiles", {"name": "Taken"}),
            ("/miners/profiles", {"from_miner_id": house["Lottery cube"].pk, "name": "x"}),
            ("/miners/profiles", {"from_miner_id": "x", "name": ""}),
        ):
            assert browser_client.post(path, data).status_code == 422
        silent = browser_client.post(f"/miners/{house['Shed'].pk}/profiles", {"name": "x"})
        assert silent.status_code == 422
        assert "does not answer" in silent.content.decode()
        assert TuningProfile.objects.count() == 1

    def test_are_changed_and_removed(self, browser_client: Client, house: dict[str, Miner]) -> None:
        kept = profile()
        path = f"/miners/profiles/{kept.pk}"
        page = browser_client.get(path).content.decode()
        assert "Blue" in page
        assert "Q Bert" not in page
        wrong = browser_client.post(path, {"name": "Quiet", "frequency_mhz": "900", "core_voltage_mv": "1000"})
        assert wrong.status_code == 422
        assert "400 to 625 MHz" in wrong.content.decode()
        assert "<h1>Quiet</h1>" in wrong.content.decode()
        browser_client.post(path, {"name": "Night", "frequency_mhz": "525", "core_voltage_mv": "1000"})
        kept.refresh_from_db()
        assert (kept.name, kept.frequency_mhz) == ("Night", 525)
        assert browser_client.get(f"{path}/remove").status_code == 405
        assert browser_client.post(f"{path}/remove").url == "/miners/profiles"
        assert not TuningProfile.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestOrders:
    @pytest.fixture
    def simulation(self) -> Iterator[Simulation]:
        fleet = parse(
            {"speed": 20, "seed": 7, "miners": [{"kind": "bitaxe", "name": "Blue", "host": "127.0.0.1", "port": 0}]}
        )
        with running(fleet) as found:
            yield found

    @pytest.fixture
    def blue(self, simulation: Simulation, now: datetime) -> Miner:
        device = simulation.device("Blue")
        made = create_miner(actor="x", now=now, name="Blue", kind="bitaxe", host=device.host, port=device.port)
        poll_shard([made.pk], now=timezone.now())
        return made

    def test_a_tuning_reaches_the_device_and_is_read_back(
        self, browser_client: Client, blue: Miner, simulation: Simulation
    ) -> None:
        strategy_is("PAUSED")
        response = browser_client.post(f"/miners/{blue.pk}/tune", FASTER, headers=HTMX)
        assert (response.status_code, toast_of(response)["level"]) == (204, "ok")
        assert "600 MHz at 1200 mV" in toast_of(response)["message"]
        truth = simulation.device("Blue").truth()
        assert (truth["frequency_mhz"], truth["core_voltage_mv"]) == (600, 1200)
        ledger = browser_client.get(f"/miners/{blue.pk}").content.decode()
        assert "600 MHz at 1200 mV</b>" in ledger

    def test_a_profile_is_applied_and_then_runs(self, browser_client: Client, blue: Miner) -> None:
        strategy_is("PAUSED")
        model = MinerStatus.objects.get(miner=blue).model
        quick = profile("Quick", model=model, frequency_mhz=600, core_voltage_mv=1200)
        response = browser_client.post(f"/miners/{blue.pk}/profile", {"profile": quick.pk}, headers=HTMX)
        assert toast_of(response)["level"] == "ok"
        assert Command.objects.get().because == "danvic applied the profile Quick."
        assert "Blue</a>" in browser_client.get("/miners/profiles").content.decode()

    def test_shadow_sends_nothing_and_says_so(
        self, browser_client: Client, blue: Miner, simulation: Simulation
    ) -> None:
        strategy_is("SHADOW")
        response = browser_client.post(f"/miners/{blue.pk}/tune", FASTER, follow=True)
        assert "SHADOW: nothing was sent" in response.content.decode()
        assert simulation.device("Blue").truth()["frequency_mhz"] == 525
        assert Command.objects.get().outcome == "shadowed"

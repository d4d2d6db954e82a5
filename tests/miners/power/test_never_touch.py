"""A plug marked never touch: whoever asks, by whichever way, it is not switched."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser

from miners.bulk import prepared
from miners.commands import Order, execute, plug
from miners.models import Action, Command, HomeAssistant, Outcome, Switch
from miners.power.api import router
from miners.power.services import update_switch
from miners.services import Invalid
from miners.simulators import home_assistant
from strategy.services import tick
from tests.routers import client
from tests.strategy.rows import NOW as DEAR
from tests.strategy.rows import live as strategy_live
from tests.strategy.rows import owned, priced

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(home: HomeAssistant) -> Switch:
    return Switch.objects.create(name="blue", entity_id="switch.blue", locked=True, state="on", seen_at=NOW)


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("actor", ["ada", "strategy", "home-assistant", "ada (token script)"])
def test_an_order_of_anybody_is_refused_and_home_assistant_is_not_asked(
    actor: str, switch: Switch, plugs: home_assistant.HomeAssistant
):
    [command] = execute([Order(Action.PLUG_OFF, actor, "", switch_id=switch.pk)], now=NOW)

    assert (command.outcome, command.detail) == (Outcome.REFUSED, "blue is marked never touch.")
    assert plugs.counters.connections == 0


@pytest.mark.usefixtures("live")
def test_the_api_answers_409(switch: Switch, plugs: home_assistant.HomeAssistant):
    answers = [client(power=router).post(f"/power/switches/{switch.pk}/{way}") for way in ("on", "off")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert plugs.counters.connections == 0


@pytest.mark.usefixtures("live")
def test_the_page_offers_no_button_and_refuses_a_forged_one(switch: Switch, plugs: home_assistant.HomeAssistant):
    browser = Browser()
    browser.force_login(User.objects.create_user("ada"))
    path = f"/plugs/{switch.pk}/turn"

    assert path not in browser.get("/plugs").content.decode()
    answer = browser.post(path, {"action": "plug-off"}, headers={"HX-Request": "true"})

    assert "marked never touch" in json.loads(answer.headers["HX-Trigger"])["toast"]["message"]
    assert plugs.counters.connections == 0


def test_the_strategy_leaves_it_on_a_dear_evening(switch: Switch, plugs: home_assistant.HomeAssistant):
    owned("blue", kind="avalon_nano", switch=switch, capabilities=[])
    Switch.objects.update(seen_at=DEAR)
    priced("40 40 40")
    strategy_live()

    tick(DEAR)

    assert not Command.objects.filter(switch=switch).exists()
    assert plugs.counters.connections == 0


@pytest.mark.parametrize("action", ["plug-on", "plug-off"])
def test_no_bulk_action_switches_plugs_at_all(action: str):
    with pytest.raises(Invalid, match="is not an action"):
        prepared(action, {}, "ada")


@pytest.mark.usefixtures("live")
def test_a_lock_set_while_an_order_waited_for_its_turn_counts(
    switch: Switch, plugs: home_assistant.HomeAssistant, monkeypatch: pytest.MonkeyPatch
):
    """The order was read from the database before the lock of its plug was free."""
    update_switch(switch, actor="ada", now=NOW, locked=False)
    carry_out = plug.carry_out

    async def locked_meanwhile(*arguments: object) -> object:
        await Switch.objects.aupdate(locked=True)
        return await carry_out(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(plug, "carry_out", locked_meanwhile)
    [command] = execute([Order(Action.PLUG_OFF, "ada", "", switch_id=switch.pk)], now=NOW)

    assert (command.outcome, plugs.counters.connections) == (Outcome.REFUSED, 0)

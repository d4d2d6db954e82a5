"""What orders would do, told from what was last seen: no device is touched, and execution agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from miners.adapters.options import to_json
from miners.api import router
from miners.commands import Order, execute, preview
from miners.commands.guards import FLASH_BUDGET
from miners.contract import Options, PoolEndpoint, Preset
from miners.models import Action, Command, Miner, MinerStatus, Switch
from miners.polling import poll_shard
from miners.services import create_miner
from tests.miners.commands.conftest import NOW
from tests.miners.conftest import House
from tests.routers import client

pytestmark = pytest.mark.django_db
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}
ECO, STANDARD = Preset(frequency_mhz=400, core_voltage_mv=1000), Preset(frequency_mhz=525, core_voltage_mv=1150)
OPTIONS = Options(
    firmware="v2.14.0",
    modes={"eco": ECO, "standard": STANDARD, "turbo": STANDARD},
    frequencies_mhz=(400, 525, 625),
    core_voltages_mv=(1000, 1150, 1250),
)
POOL = PoolEndpoint(host="other.pool", port=3334, user="bc1qother")


def seen(name: str = "gamma", number: int = 1, **status: Any) -> Miner:
    """A miner as the poller left it."""
    host = f"10.1.{number // 250}.{number % 250 + 1}"
    miner = create_miner(actor="test", now=NOW, name=name, kind="bitaxe", host=host)
    common = {
        "state": "mining", "mode": "standard", "frequency_mhz": 525, "core_voltage_mv": 1150, "seen_at": NOW,
        "polled_at": NOW, "firmware": "v2.14.0", "pool_url": "pool.example:3333", "pool_user": "me",
        "capabilities": ["mode", "tune", "pool", "pause", "restart"], "options": to_json(OPTIONS),
    }  # fmt: skip
    MinerStatus.objects.filter(miner=miner).update(**(common | status))
    return miner


def told(order: Order, at: float = 0) -> tuple[str, str]:
    [effect] = preview([order], now=NOW + timedelta(seconds=at))
    return effect.what, effect.detail


def to(miner: Miner, action: Action = Action.MODE, actor: str = "ada", **argument: Any) -> Order:
    return Order(action, actor, "", miner.pk, **(argument or ({"mode": "eco"} if action is Action.MODE else {})))


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("action", "argument", "what", "why"),
    [
        (Action.MODE, {"mode": "eco"}, "send", ""),
        (Action.MODE, {"mode": "turbo"}, "unchanged", "mode standard"),
        (Action.MODE, {"mode": "ludicrous"}, "refused", "eco, standard, turbo"),
        (Action.TUNE, {"frequency_mhz": 500.0, "core_voltage_mv": 1100.0}, "send", ""),
        (Action.TUNE, {"frequency_mhz": 700.0, "core_voltage_mv": 1100.0}, "refused", "400 to 625 MHz"),
        (Action.POOL, {"pool": POOL}, "send", ""),
        (Action.POOL, {"pool": PoolEndpoint(host="Pool.example", port=3333, user="me")}, "unchanged", "pool.example"),
        (Action.PAUSE, {}, "send", ""),
        (Action.RESUME, {}, "unchanged", "mining"),
        (Action.SHUTDOWN, {}, "refused", "offers no shutdown"),
        (Action.RESTART, {}, "send", ""),
        (Action.IDENTIFY, {}, "refused", "offers no identify"),
    ],
)
def test_what_would_be_sent_and_why_not(action: Action, argument: dict[str, Any], what: str, why: str):
    effect, detail = told(to(seen(), action, **argument))

    assert effect == what
    assert why in detail


@pytest.mark.usefixtures("live")
def test_the_ledger_has_its_say():
    fresh, worn, tried = seen("fresh", 1), seen("worn", 2), seen("tried", 3)
    common = {"action": "mode", "argument": {"mode": "eco"}, "sent": True}
    Command.objects.create(time=NOW, miner=fresh, name="", outcome="verified", **{**common, "restarts": True})
    Command.objects.bulk_create(
        Command(time=NOW - timedelta(hours=2), miner=worn, name="", outcome="verified", **common)
        for _ in range(FLASH_BUDGET)
    )
    Command.objects.create(time=NOW, miner=tried, name="", outcome="unverified", **common)

    assert told(to(fresh), 5)[0] == "later"
    assert told(to(worn), 5)[0] == "refused"
    assert (told(to(tried, actor="strategy"), 5)[0], told(to(tried), 5)[0]) == ("later", "send")


@pytest.mark.usefixtures("live")
def test_what_was_not_read_or_does_not_answer_is_said():
    unread = create_miner(actor="test", now=NOW, name="new", kind="bitaxe", host="10.9.9.9")
    silent = seen("silent", 2, state="unreachable", mode="eco")
    stale = seen("stale", 3, polled_at=NOW - timedelta(hours=1))

    assert told(to(unread))[0] == "later"
    assert told(to(silent)) == ("send", "It is unreachable now, so it will hardly arrive.")
    assert told(to(stale)) == ("send", "Nobody has read it lately, so it may differ.")


@pytest.mark.usefixtures("live")
def test_a_locked_device_waits_for_its_code():
    locked = seen(needs_code=True, capabilities=["code"])

    assert told(to(locked))[0] == "refused"
    assert "one-time code" in told(to(locked))[1]
    assert told(to(locked, actor="strategy"))[0] == "later"


@pytest.mark.usefixtures("live")
def test_plugs_and_what_is_gone():
    on = Switch.objects.create(name="desk", entity_id="switch.desk", state="on")
    locked = Switch.objects.create(name="fridge", entity_id="switch.fridge", state="on", locked=True)
    orders = [Order(Action.PLUG_OFF, "ada", "", switch_id=pk) for pk in (on.pk, locked.pk, 4711)]
    orders.append(Order(Action.PLUG_ON, "ada", "", switch_id=on.pk))

    effects = preview(orders, now=NOW)

    assert [effect.what for effect in effects] == ["send", "refused", "refused", "unchanged"]
    assert [effect.order for effect in effects] == orders


@pytest.mark.parametrize(
    ("state", "person", "strategy"), [("SHADOW", "shadowed", "shadowed"), ("PAUSED", "send", "shadowed")]
)
def test_shadow_and_paused_are_previewed_too(state: str, person: str, strategy: str, gated: Callable[[str], None]):
    gated(state)
    miner = seen()

    assert (told(to(miner))[0], told(to(miner, actor="strategy"))[0]) == (person, strategy)


@pytest.mark.usefixtures("live")
def test_a_thousand_orders_cost_a_fixed_number_of_queries(django_assert_num_queries: DjangoAssertNumQueries):
    orders = [to(seen(f"m{number}", number)) for number in range(40)]

    with django_assert_num_queries(2):
        effects = preview(orders, now=NOW)

    assert {effect.what for effect in effects} == {"send"}


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    "entry",
    [
        GAMMA,
        {"kind": "nerdqaxe", "name": "gamma", "otp": "123456"},
        {"kind": "avalon_nano", "name": "gamma", "model": "nano3s"},
        {"kind": "nmminer", "name": "gamma"},
    ],
    ids=lambda entry: entry["kind"],
)
def test_what_was_previewed_is_what_comes_and_the_preview_touches_nothing(
    entry: dict[str, Any], house: House, owned: Callable[..., Miner]
):
    simulation = house(entry)
    device = simulation.device("gamma")
    miner = owned(simulation, "gamma")
    poll_shard([miner.pk], now=NOW)
    orders = [
        to(miner, Action.MODE, mode="med" if "avalon" in entry["kind"] else "standard"),
        to(miner, Action.MODE, mode="none such"),
        to(miner, Action.TUNE, frequency_mhz=5000.0, core_voltage_mv=1100.0),
        to(miner, Action.IDENTIFY),
    ]
    before = device.counters.connections

    effects = [effect.what for effect in preview(orders, now=NOW)]
    assert device.counters.connections == before
    came = [command.outcome for command in execute(orders, now=NOW)]

    matches = {"unchanged": {"unchanged"}, "refused": {"refused"}, "send": {"verified", "unverified"}}
    assert all(outcome in matches[what] for what, outcome in zip(effects, came, strict=True)), (effects, came)


def test_the_api_previews_the_body_of_a_bulk_request(gated: Callable[[str], None]):
    gated("LIVE")
    api = client(miners=router)
    awake, resting = seen("awake", 1), seen("resting", 2, mode="eco")

    answer = api.post(
        "/miners/bulk/preview", json={"ids": [resting.pk, awake.pk, 4711], "action": "mode", "mode": "eco"}
    ).json()

    assert answer == {
        "items": [
            {
                "id": resting.pk,
                "name": "resting",
                "action": "mode",
                "what": "unchanged",
                "detail": "Already so: mode eco.",
            },
            {"id": awake.pk, "name": "awake", "action": "mode", "what": "send", "detail": answer["items"][1]["detail"]},
            {"id": 4711, "name": "", "action": "", "what": "refused", "detail": "There is no such miner."},
        ],
        "count": 3,
    }
    assert not Command.objects.exists()
    assert api.post("/miners/bulk/preview", json={"ids": [awake.pk], "action": "explode"}).status_code == 422

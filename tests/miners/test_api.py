from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest

from miners import bulk
from miners.api import router
from miners.commands import Order
from miners.models import Action, Command, DesiredState, Miner, MinerStatus, Outcome, Switch
from miners.services import create_miner
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.conftest import House
from tests.routers import Client, client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}
NEW = {"name": "gamma", "kind": "bitaxe", "host": "192.168.1.20"}
OPTIONS = {
    "firmware": "v2.14.0",
    "model": "Bitaxe Gamma",
    "modes": [{"name": "eco"}, {"name": "standard"}],
    "frequencies_mhz": [400.0, 625.0],
    "core_voltages_mv": [1000.0, 1250.0],
}


@pytest.fixture
def api() -> Client:
    return client(miners=router)


def add(name: str = "gamma", number: int = 20, **fields: Any) -> Miner:
    host = f"10.0.{number // 250}.{number % 250 + 1}"
    return create_miner(actor="test", now=NOW, name=name, kind="bitaxe", host=host, **fields)


def field_of(answer: Any) -> str:
    return str(answer.json()["detail"][0]["loc"][-1])


def test_a_miner_answers_all_it_is(api: Client):
    miner = add(mac="AA:BB:CC:DD:EE:01")
    MinerStatus.objects.update(
        state="mining",
        mode="eco",
        hashrate_ghs=1200.0,
        power_w=18.0,
        temperature_c=55.5,
        accepted=10,
        rejected=1,
        pool_url="solo.example:3333",
        pool_user="bc1q",
        firmware="v2.14.0",
        capabilities=["mode", "pause"],
        seen_at=NOW,
        options=OPTIONS,
    )
    DesiredState.objects.update(power="on", mode="eco", pool_id=3, because="cheap")

    answer = api.get(f"/miners/{miner.pk}").json()

    assert answer == {
        "id": miner.pk,
        "name": "gamma",
        "kind": "bitaxe",
        "host": "10.0.0.21",
        "port": 80,
        "mac": "aa:bb:cc:dd:ee:01",
        "enabled": True,
        "switch_id": None,
        "estimated_power_w": None,
        "state": "mining",
        "mode": "eco",
        "modes": ["eco", "standard"],
        "hashrate_ghs": 1200.0,
        "power_w": 18.0,
        "power_estimated": False,
        "temperature_c": 55.5,
        "efficiency_j_th": pytest.approx(15.0),
        "accepted": 10,
        "rejected": 1,
        "pool_url": "solo.example:3333",
        "pool_user": "bc1q",
        "firmware": "v2.14.0",
        "model": None,
        "capabilities": ["mode", "pause"],
        "last_seen": "2026-11-22T12:00:00Z",
        "failure": "",
        "desired": {
            "power": "on",
            "mode": "eco",
            "pool_id": 3,
            "because": "cheap",
            "champion": False,
            "in_force": False,
            "uncontrollable": False,
        },
    }


@pytest.mark.parametrize(
    ("power_w", "hashrate_ghs", "efficiency"),
    [(18.0, 1200.0, 15.0), (None, 1200.0, None), (18.0, None, None), (1, 0, None)],
)
def test_efficiency_is_unknown_rather_than_absurd(
    power_w: float | None, hashrate_ghs: float | None, efficiency: float | None, api: Client
):
    miner = add()
    MinerStatus.objects.update(state="mining", power_w=power_w, hashrate_ghs=hashrate_ghs)

    told = api.get(f"/miners/{miner.pk}").json()["efficiency_j_th"]

    assert told == (None if efficiency is None else pytest.approx(efficiency))


def test_the_list_is_paged_and_filtered_in_two_queries(api: Client, django_assert_num_queries: Any):
    for number in range(25):
        add(f"miner-{number:02}", number)
    MinerStatus.objects.filter(miner__name__in=["miner-03", "miner-04"]).update(state="mining")

    with django_assert_num_queries(2):
        page = api.get("/miners?limit=10&offset=20").json()
    assert ([each["name"] for each in page["items"]], page["count"]) == ([f"miner-{n}" for n in range(20, 25)], 25)

    mining = api.get("/miners?state=mining&kind=bitaxe&enabled=true").json()
    assert [each["name"] for each in mining["items"]] == ["miner-03", "miner-04"]


def test_a_thousand_miners_are_listed_quickly(api: Client, django_assert_num_queries: Any):
    Miner.objects.bulk_create(
        Miner(name=f"m{n}", kind="bitaxe", host=f"10.0.{n // 250}.{n % 250 + 1}", port=80) for n in range(1000)
    )
    miners = list(Miner.objects.all())
    MinerStatus.objects.bulk_create(
        MinerStatus(miner=miner, state="mining", hashrate_ghs=1200, power_w=18, options=OPTIONS, seen_at=NOW)
        for miner in miners
    )
    DesiredState.objects.bulk_create(DesiredState(miner=miner) for miner in miners)

    took = []
    for _ in range(3):
        with django_assert_num_queries(2):
            began = perf_counter()
            answer = api.get("/miners?limit=1000")
            took.append(perf_counter() - began)

    assert len(answer.json()["items"]) == 1000
    assert min(took) < 1, f"{min(took):.2f} s on a machine that may be busy; alone it is about 0.1 s"


def test_a_miner_is_added_changed_and_removed(api: Client):
    plug = Switch.objects.create(name="desk", entity_id="switch.desk")

    made = api.post("/miners", json={**NEW, "web_password": "hunter2", "switch_id": plug.pk})
    assert (made.status_code, made.json()["port"], made.json()["switch_id"]) == (201, 80, plug.pk)
    assert "hunter2" not in made.content.decode()
    path = f"/miners/{made.json()['id']}"

    changed = api.patch(path, json={"host": "192.168.1.21", "switch_id": None}).json()
    assert (changed["host"], changed["switch_id"], changed["name"]) == ("192.168.1.21", None, "gamma")
    assert Miner.objects.get().web_password == "hunter2"

    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "8.8.8.8"),
        ("host", None),
        ("kind", "toaster"),
        ("port", 0),
        ("port", 65_536),
        ("name", ""),
        ("name", None),
        ("name", "a\x00b"),
        ("switch_id", 4711),
        ("estimated_power_w", -1),
        ("enabled", "perhaps"),
    ],
)
def test_a_bad_value_is_a_422_that_names_the_field(field: str, value: Any, api: Client):
    miner = add()

    created = api.post("/miners", json={**NEW, "name": "other", "port": 80, field: value})
    changed = api.patch(f"/miners/{miner.pk}", json={field: value})

    assert (created.status_code, field_of(created)) == (422, field)
    assert (changed.status_code, field_of(changed)) == (422, field)


def test_an_address_or_name_twice_is_a_422(api: Client):
    add()

    assert field_of(api.post("/miners", json={**NEW, "host": "10.9.9.9"})) == "name"
    assert api.post("/miners", json={"name": "b", "kind": "bitaxe", "host": "10.0.0.21"}).status_code == 422


@pytest.mark.parametrize("path", ["/miners/4711", "/miners/4711/commands", "/miners/99999999999999999999"])
def test_a_miner_that_is_not_there_is_a_404(path: str, api: Client):
    assert api.get(path).status_code == 404


def own(simulation: Simulation, name: str = "gamma", **status: Any) -> Miner:
    device = simulation.device(name)
    miner = create_miner(actor="test", now=NOW, name=name, kind=device.spec.kind, host=device.host, port=device.port)
    MinerStatus.objects.filter(miner=miner).update(**status)
    return miner


@pytest.mark.usefixtures("live")
def test_a_person_steers_a_miner_and_the_ledger_tells_it(house: House, api: Client):
    simulation = house(GAMMA)
    path = f"/miners/{own(simulation).pk}"

    answers = [
        api.post(f"{path}/mode", json={"mode": "eco"}),
        api.post(f"{path}/mode", json={"mode": "eco"}),
        api.post(f"{path}/tune", json={"frequency_mhz": 490, "core_voltage_mv": 1100}),
        api.post(f"{path}/pause"),
        api.post(f"{path}/resume"),
        api.post(f"{path}/identify"),
        api.post(f"{path}/restart"),
    ]

    outcomes = ["verified", "unchanged", "verified", "verified", "verified", "unverified", "verified"]
    assert [answer.status_code for answer in answers] == [200] * 7
    assert [answer.json()["outcome"] for answer in answers] == outcomes
    ledger = api.get(f"{path}/commands").json()
    assert [row["outcome"] for row in ledger["items"]] == outcomes[::-1]
    assert {row["actor"] for row in ledger["items"]} == {"ada"}
    assert api.get(path).json()["mode"] == "custom"


@pytest.mark.usefixtures("live")
def test_a_mode_or_setting_the_board_lacks_is_a_422_with_what_it_has(house: House, api: Client):
    simulation = house(GAMMA)
    path = f"/miners/{own(simulation, options=OPTIONS).pk}"

    mode = api.post(f"{path}/mode", json={"mode": "ludicrous"})
    fast = api.post(f"{path}/tune", json={"frequency_mhz": 700, "core_voltage_mv": 1100})
    hot = api.post(f"{path}/tune", json={"frequency_mhz": 490, "core_voltage_mv": 1500})

    assert (mode.status_code, field_of(mode), "eco, standard" in mode.content.decode()) == (422, "mode", True)
    assert (fast.status_code, field_of(fast), "400 to 625 MHz" in fast.content.decode()) == (422, "frequency_mhz", True)
    assert (hot.status_code, field_of(hot), "1000 to 1250 mV" in hot.content.decode()) == (422, "core_voltage_mv", True)
    assert simulation.device("gamma").counters.connections == 0
    assert api.post(f"{path}/tune", json={"frequency_mhz": "NaN", "core_voltage_mv": 1100}).status_code == 422


@pytest.mark.usefixtures("live")
def test_refused_is_409_and_away_is_503(house: House, api: Client):
    simulation = house({**GAMMA, "firmware": "v2.9.0"})
    path = f"/miners/{own(simulation).pk}"

    refused = api.post(f"{path}/pause")
    simulation.do(simulation.device("gamma").break_with, Fault(kind=FaultKind.REFUSE))
    away = api.post(f"{path}/mode", json={"mode": "eco"})

    assert (refused.status_code, "v2.9.0" in refused.json()["detail"]) == (409, True)
    assert away.status_code == 503


def test_shadow_is_409_and_says_so(house: House, api: Client, gated: Callable[[str], None]):
    gated("SHADOW")
    answer = api.post(f"/miners/{own(house(GAMMA)).pk}/mode", json={"mode": "eco"})

    assert (answer.status_code, answer.json()["detail"][:26]) == (409, "SHADOW: nothing was sent; ")


@pytest.mark.usefixtures("live")
def test_pausing_a_nerdqaxe_shuts_it_down(house: House, api: Client):
    miner = own(house({"kind": "nerdqaxe", "name": "nerd"}), "nerd", capabilities=["shutdown", "restart"])

    assert api.post(f"/miners/{miner.pk}/pause").json()["outcome"] == "verified"
    assert Command.objects.get().action == Action.SHUTDOWN


@pytest.mark.usefixtures("live")
def test_bulk_answers_an_outcome_for_each_miner(house: House, api: Client):
    simulation = house(GAMMA, {**GAMMA, "name": "dead"})
    good, dead = own(simulation), own(simulation, "dead")
    simulation.do(simulation.device("dead").break_with, Fault(kind=FaultKind.REFUSE))

    answer = api.post("/miners/bulk", json={"ids": [dead.pk, 4711, good.pk], "action": "mode", "mode": "eco"}).json()

    assert [(item["id"], item["outcome"]) for item in answer["items"]] == [
        (dead.pk, "unreachable"),
        (4711, "refused"),
        (good.pk, "verified"),
    ]
    assert answer["count"] == 3


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("action", {"action": "explode"}),
        ("mode", {"action": "mode"}),
        ("core_voltage_mv", {"action": "tune", "frequency_mhz": 400}),
        ("ids", {"ids": []}),
        ("ids", {"ids": list(range(1, 1002))}),
    ],
)
def test_a_bulk_request_that_cannot_be_done_does_nothing(field: str, body: dict[str, Any], api: Client):
    miner = add()

    answer = api.post("/miners/bulk", json={"ids": [miner.pk], "action": "restart", **body})

    assert answer.status_code == 422
    assert field in str(answer.json()["detail"][0]["loc"])
    assert not Command.objects.exists()


def test_other_apps_add_bulk_actions(api: Client, gated: Callable[[str], None], monkeypatch: pytest.MonkeyPatch):
    gated("SHADOW")
    monkeypatch.setattr(bulk, "_actions", dict(bulk._actions))
    bulk.register("blink", lambda values, actor: lambda miner: Order(Action.IDENTIFY, actor, "blink", miner.pk))

    answer = api.post("/miners/bulk", json={"ids": [add().pk], "action": "blink"}).json()

    assert answer["items"][0]["outcome"] == Outcome.SHADOWED
    assert Command.objects.get().because == "blink"

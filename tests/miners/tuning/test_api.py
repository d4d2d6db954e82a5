from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from miners.api import router as miners_router
from miners.models import Command, Miner, TuningProfile
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.simulation import Simulation
from miners.tuning.api import router
from miners.wall import miners_with_status
from tests.miners.conftest import House
from tests.miners.tuning.made import board, profile
from tests.routers import Client, client

pytestmark = pytest.mark.django_db
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"}


@pytest.fixture
def api() -> Client:
    return client(miners=router)


def reason(answer: Any) -> tuple[str, str]:
    (error,) = answer.json()["detail"]
    return error["loc"][-1], error["msg"]


def test_a_profile_lives_through_the_api(api: Client):
    blue = board(now=timezone.now())

    made = api.post("/miners/profiles", json={"from_miner_id": blue.pk, "name": "Evening", "note": "quiet"})
    assert made.status_code == 201
    answer = made.json()
    assert answer | {"created_at": ""} == {
        "id": answer["id"], "name": "Evening", "kind": "bitaxe", "model": "Gamma 601", "frequency_mhz": 550.0,
        "core_voltage_mv": 1200.0, "note": "quiet", "created_at": "", "running": [blue.pk],
    }  # fmt: skip

    path = f"/miners/profiles/{answer['id']}"
    changed = api.patch(path, json={"frequency_mhz": 525})
    assert (changed.json()["frequency_mhz"], changed.json()["name"], changed.json()["running"]) == (525, "Evening", [])
    assert api.get(path).json() == changed.json()
    assert api.get("/miners/profiles").json() == {"items": [changed.json()], "count": 1}
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_the_list_takes_as_many_queries_for_many_profiles(api: Client, django_assert_num_queries: Any):
    board()
    for number in range(5):
        profile(f"P{number}")

    with django_assert_num_queries(3):
        assert api.get("/miners/profiles").json()["count"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from_miner_id": 4711, "name": "x"}, "from_miner_id"),
        ({"from_miner_id": 0, "name": "x"}, "from_miner_id"),
        ({"name": "x"}, "from_miner_id"),
        ({"from_miner_id": 1}, "name"),
    ],
)
def test_what_is_missing_is_named(api: Client, body: dict[str, Any], field: str):
    answer = api.post("/miners/profiles", json=body)
    assert (answer.status_code, reason(answer)[0]) == (422, field)


@pytest.mark.parametrize("body", [{"frequency_mhz": -1}, {"core_voltage_mv": None}, {"frequency_mhz": 1e12}])
def test_a_setting_that_is_none_is_refused(api: Client, body: dict[str, Any]):
    kept = profile()
    assert api.patch(f"/miners/profiles/{kept.pk}", json=body).status_code == 422
    kept.refresh_from_db()
    assert (kept.frequency_mhz, kept.core_voltage_mv) == (490, 1060)


def test_another_model_and_a_range_are_a_422_with_the_reason(api: Client):
    blue, supra = board(), board("Attic", model="Supra 401")
    hot = profile("Hot", frequency_mhz=700)

    answer = api.post(f"/miners/{supra.pk}/profile", json={"profile_id": hot.pk})
    assert (answer.status_code, reason(answer)) == (
        422,
        ("profile_id", "Hot is for Bitaxe Gamma 601; Attic is Bitaxe Supra 401."),
    )
    answer = api.post(f"/miners/{blue.pk}/profile", json={"profile_id": hot.pk})
    assert (answer.status_code, "400 to 625 MHz" in reason(answer)[1]) == (422, True)
    assert api.post(f"/miners/{blue.pk}/profile", json={"profile_id": 4711}).status_code == 422
    assert api.post("/miners/4711/profile", json={"profile_id": hot.pk}).status_code == 404
    assert not Command.objects.exists()


def setting_of(simulation: Simulation) -> tuple[float, float]:
    truth = simulation.device("gamma").truth()
    return truth["frequency_mhz"], truth["core_voltage_mv"]


@pytest.mark.django_db(transaction=True)
class TestDevice:
    """Against a simulated Gamma."""

    @pytest.fixture
    def simulation(self, house: House) -> Simulation:
        return house(GAMMA)

    @pytest.fixture
    def gamma(self, simulation: Simulation) -> Miner:
        device = simulation.device("gamma")
        made = create_miner(
            actor="x", now=timezone.now(), name="gamma", kind="bitaxe", host=device.host, port=device.port
        )
        poll_shard([made.pk], now=timezone.now())
        return miners_with_status().get(pk=made.pk)

    @pytest.mark.usefixtures("live")
    def test_a_saved_profile_is_applied_read_back_and_shown_as_running(
        self, api: Client, simulation: Simulation, gamma: Miner
    ):
        stock = api.post("/miners/profiles", json={"from_miner_id": gamma.pk, "name": "Stock"}).json()
        quick = TuningProfile.objects.create(
            name="Quick", kind="bitaxe", model=stock["model"], frequency_mhz=600, core_voltage_mv=1200
        )

        answer = api.post(f"/miners/{gamma.pk}/profile", json={"profile_id": quick.pk})

        assert (answer.status_code, answer.json()["outcome"]) == (200, "verified")
        assert setting_of(simulation) == (600, 1200)
        assert [(each["name"], each["running"]) for each in api.get("/miners/profiles").json()["items"]] == [
            ("Quick", [gamma.pk]),
            ("Stock", []),
        ]

    @pytest.mark.usefixtures("live")
    def test_in_bulk_those_it_fits_have_it_and_the_others_a_reason(self, simulation: Simulation, gamma: Miner):
        other = board("Attic", model="Supra 401")
        quick = profile("Quick", model=gamma.status.model, frequency_mhz=600, core_voltage_mv=1200)

        body = {"ids": [gamma.pk, other.pk], "action": "profile", "profile_id": quick.pk}
        answer = client(miners=miners_router).post("/miners/bulk", json=body)

        assert [(each["name"], each["outcome"]) for each in answer.json()["items"]] == [
            ("gamma", "verified"),
            ("Attic", "refused"),
        ]
        assert "Attic is Bitaxe Supra 401" in answer.json()["items"][1]["detail"]
        assert setting_of(simulation) == (600, 1200)

    def test_shadow_writes_nothing(
        self, api: Client, simulation: Simulation, gamma: Miner, gated: Callable[[str], None]
    ):
        gated("SHADOW")
        before = setting_of(simulation)
        quick = profile("Quick", model=gamma.status.model, frequency_mhz=600, core_voltage_mv=1200)

        answer = api.post(f"/miners/{gamma.pk}/profile", json={"profile_id": quick.pk})

        assert (answer.status_code, Command.objects.get().outcome) == (409, "shadowed")
        assert setting_of(simulation) == before

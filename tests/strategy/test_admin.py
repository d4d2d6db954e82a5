"""The admin changes what the services allow, and says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from hmm_project.journal.models import Event
from strategy.admin import BandAdmin, BandForm, DecisionAdmin, StrategyAdmin, StrategyForm
from strategy.models import Band, Decision, Strategy

pytestmark = pytest.mark.django_db
STATE = {
    "state": "LIVE",
    "gain_pence": "2",
    "dwell_minutes": "30",
    "hold_minutes": "30",
    "missing_price_action": "off",
    "champion_mode_enabled": "on",
}
BAND = {"lower_pence": "15", "name": "Dearish", "color": "#123456", "action": "mine", "modes": '{"bitaxe": "eco"}'}


@pytest.fixture
def request_of_ada(rf: RequestFactory) -> Any:
    request = rf.post("/admin/")
    request.user = User(username="ada", is_superuser=True, is_staff=True, is_active=True)
    return request


def test_the_state_is_saved_through_the_service(request_of_ada: Any) -> None:
    strategy = Strategy.objects.get()
    form = StrategyForm(STATE, instance=strategy)
    assert form.is_valid(), form.errors
    StrategyAdmin(Strategy, site).save_model(request_of_ada, form.instance, form, change=True)
    saved = Strategy.objects.get()
    assert (saved.state, saved.gain_pence) == ("LIVE", 2)
    assert Event.objects.filter(message="ada set the strategy to LIVE.").exists()


def test_a_pause_that_is_over_is_refused() -> None:
    form = StrategyForm(STATE | {"state": "PAUSED", "paused_until": "2020-01-01 10:00"})
    assert form.errors == {"paused_until": ["This time is over; choose one ahead."]}


@pytest.mark.parametrize("model", ["strategy", "band", "decision", "memory"])
def test_every_list_is_a_page(model: str, admin_client: Client) -> None:
    assert admin_client.get(f"/admin/strategy/{model}/").status_code == 200


def test_the_pages_save(admin_client: Client) -> None:
    band = Band.objects.get(name="Cheap")
    for page, body in [("strategy/1", STATE), (f"band/{band.pk}", BAND | {"lower_pence": "5", "name": "Cheaper"})]:
        url = f"/admin/strategy/{page}/change/"
        assert admin_client.get(url).status_code == 200
        assert admin_client.post(url, body).status_code == 302
    assert Strategy.objects.get().state == "LIVE"
    assert Band.objects.get(pk=band.pk).name == "Cheaper"


def test_there_is_one_strategy(request_of_ada: Any) -> None:
    admin = StrategyAdmin(Strategy, site)
    assert not admin.has_add_permission(request_of_ada)
    assert not admin.has_delete_permission(request_of_ada)


def test_a_band_is_checked_as_the_ladder_it_would_make(request_of_ada: Any) -> None:
    form = BandForm(BAND)
    assert form.is_valid(), form.errors
    BandAdmin(Band, site).save_model(request_of_ada, form.instance, form, change=False)
    assert Band.objects.get(name="Dearish").modes == {"bitaxe": "eco"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"modes": '{"bitaxe": "warp"}'}, "has no mode"),
        ({"modes": "[1]"}, "modes are given by family"),
        ({"name": "Peak"}, "2 bands are called"),
        ({"lower_pence": ""}, "both begin without a lower edge"),
        ({"lower_pence": "10"}, "already exists"),
        ({"color": "red"}, "#22c55e"),
    ],
)
def test_a_band_that_would_break_the_ladder_is_refused(change: dict[str, str], words: str) -> None:
    form = BandForm(BAND | change)
    assert words in str(form.errors)


def test_the_lowest_band_cannot_be_removed_and_another_can(request_of_ada: Any) -> None:
    admin = BandAdmin(Band, site)
    assert not admin.has_delete_permission(request_of_ada, Band.objects.get(lower_pence=None))
    admin.delete_queryset(request_of_ada, Band.objects.filter(lower_pence=None) | Band.objects.filter(name="Peak"))
    assert [band.name for band in Band.objects.all()] == ["Paid to mine", "Very cheap", "Cheap", "Normal", "Champion"]


def test_decisions_are_only_read(request_of_ada: Any) -> None:
    assert not DecisionAdmin(Decision, site).has_change_permission(request_of_ada)

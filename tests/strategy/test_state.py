"""A person sets the state and the settings; a pause ends by itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from hmm_project.journal.models import Event
from hmm_project.locks import Busy, hold
from miners.commands import gate
from strategy import services, tasks
from strategy.gate import state_now
from strategy.models import Decision, Strategy
from strategy.state import end_pause
from tests.strategy.rows import NOW, owned, priced

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def ticked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr("strategy.changing.current_app.send_task", lambda name, **_: sent.append(name))
    return sent


def test_a_state_is_set_told_audited_and_acted_on_at_once(
    ticked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.set_state("LIVE", actor="ada", now=NOW)
    assert Strategy.objects.get().state == "LIVE"
    assert Event.objects.get().message == "ada set the strategy to LIVE."
    assert ticked == ["strategy.tasks.tick"]
    entry = LogEntry.objects.get_for_model(Strategy).filter(action=LogEntry.Action.UPDATE).get()
    assert entry.changes == {"state": ["SHADOW", "LIVE"]}
    assert entry.additional_data == {"actor": "ada"}


def test_the_same_state_again_is_no_news() -> None:
    services.set_state("SHADOW", actor="ada", now=NOW)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("state", "until", "field"),
    [("OFF", None, "state"), ("LIVE", LATER, "paused_until"), ("PAUSED", NOW, "paused_until")],
)
def test_a_state_that_cannot_be_is_refused(state: str, until: Any, field: str) -> None:
    with pytest.raises(ValidationError) as raised:
        services.set_state(state, until, actor="ada", now=NOW)
    assert list(raised.value.message_dict) == [field]
    assert Strategy.objects.get().state == "SHADOW"


@pytest.mark.parametrize("before", ["LIVE", "SHADOW"])
def test_a_pause_ends_by_itself_in_what_was_before_it(before: str) -> None:
    services.set_state(before, actor="ada", now=NOW)
    services.set_state("PAUSED", LATER, actor="ada", now=NOW)
    services.set_state("PAUSED", LATER + timedelta(minutes=5), actor="ada", now=NOW)
    services.tick(LATER)
    assert Strategy.objects.get().state == "PAUSED"
    services.tick(LATER + timedelta(minutes=5))
    strategy = Strategy.objects.get()
    assert (strategy.state, strategy.paused_until) == (before, None)
    assert Decision.objects.latest("time").state == before
    assert Event.objects.filter(kind="strategy-state").latest("pk").message == f"strategy set the strategy to {before}."


def test_a_pause_without_an_end_lasts() -> None:
    services.set_state("PAUSED", actor="ada", now=NOW)
    end_pause(NOW + timedelta(days=400))
    assert Strategy.objects.get().state == "PAUSED"


def test_the_door_is_told_the_state_of_this_moment() -> None:
    assert gate.state() == state_now() == "SHADOW"
    services.set_state("LIVE", actor="ada", now=NOW)
    assert gate.state() == "LIVE"
    Strategy.objects.update(state="PAUSED", paused_until=NOW)  # long over, and nobody has noticed
    assert gate.state() == "LIVE"


def test_settings_are_changed_together_and_told() -> None:
    services.change_settings(gain_pence=Decimal("1.5"), champion_mode_enabled=False, actor="ada", now=NOW)
    assert Event.objects.get().message == "ada set gain_pence 1.5, champion_mode_enabled False."
    assert not Strategy.objects.get().champion_mode_enabled


@pytest.mark.parametrize(
    "changes",
    [{"gain_pence": Decimal(-1)}, {"dwell_minutes": 5000}, {"missing_price_action": "mine"}, {"state": "LIVE"}],
)
def test_settings_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        services.change_settings(**changes, actor="ada", now=NOW)
    assert list(raised.value.message_dict) == list(changes)
    assert not Event.objects.exists()


def test_two_workers_never_tick_at_once() -> None:
    priced("8")
    with hold("strategy", ttl_s=10):
        with pytest.raises(Busy):
            services.tick(NOW)
        tasks.tick()  # the next minute's is soon enough
    assert not Decision.objects.exists()
    services.tick(NOW)
    assert Decision.objects.count() == 1


def test_a_lost_row_is_shadow() -> None:
    Strategy.objects.all().delete()
    priced("31")
    owned("Blue")
    services.tick(NOW)
    assert Decision.objects.get().state == "SHADOW"

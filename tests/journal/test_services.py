"""Writing to the journal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hmm_project.journal.models import Alert, Event
from hmm_project.journal.services import close_alert, open_alert

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_condition_is_said_once_and_its_end_once() -> None:
    answers = [open_alert(now=NOW, kind="hot", subject="miner:7", message="hot.") for _ in range(3)]
    assert answers == [True, False, False]
    answers = [close_alert(now=NOW, kind="hot", subject="miner:7", message="cool.") for _ in range(3)]
    assert answers == [True, False, False]
    assert list(Event.objects.order_by("pk").values_list("kind", "message")) == [("hot", "hot."), ("hot-over", "cool.")]
    assert not Alert.objects.exists()


def test_two_subjects_have_an_alert_each() -> None:
    for number in (7, 8):
        open_alert(now=NOW, kind="hot", subject=f"miner:{number}", message="hot.")
    close_alert(now=NOW, kind="hot", subject="miner:7", message="cool.")
    assert Alert.objects.get().subject == "miner:8"

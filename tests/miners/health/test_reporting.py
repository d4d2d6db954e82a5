"""Health from the roll-ups as they are stored, over the API, on the page, and as alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hmm_project.config import Config, Retention
from hmm_project.journal import services as journal
from hmm_project.journal.models import Alert, Event
from hmm_project.schedule import HOUR_S, jobs
from miners.health import leaderboard, report, reports, watch
from miners.health.api import router
from miners.health.contract import Course, PartName
from miners.models import FiveMinutes, Hour, Miner
from miners.services import create_miner
from miners.tasks import watch_health
from miners.telemetry import Row, append, roll_up
from tests.miners import sqlite
from tests.miners.health.made import day, fortnight, keep
from tests.routers import client

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def made(name: str = "blue", port: int = 80) -> Miner:
    return create_miner(name=name, kind="bitaxe", host="10.0.0.5", port=port, actor="ada", now=NOW)


def test_readings_become_a_score() -> None:
    """From telemetry through the roll-ups: six hours of mining, one paused by plan."""
    miner = made()
    append(
        [
            Row(
                NOW - timedelta(hours=7) + timedelta(seconds=30 * number),
                miner.pk,
                hashrate_ghs=0.0 if 240 <= number < 360 else 990.0,
                expected_hashrate_ghs=1000.0,
                temperature_c=30.0 if 240 <= number < 360 else 70.0,
                accepted=number,
                rejected=0,
                uptime_s=30 * number,
                state="paused" if 240 <= number < 360 else "mining",
                mode="standard",
            )
            for number in range(840)
        ]
    )
    roll_up(now=NOW + timedelta(minutes=6), keep=Retention())
    found = {part.name: part for part in report(miner, now=NOW).parts}
    assert {name: part.score for name, part in found.items()} == {
        PartName.UPTIME: 100,
        PartName.TEMPERATURE: pytest.approx(50),
        PartName.HASHRATE: 100,
        PartName.REJECTS: 100,
    }
    assert found[PartName.UPTIME].because == "It hashed 100.0 % of the 6.0 h it was wanted."


def test_only_silence_that_was_an_alert_costs_uptime() -> None:
    miner = made()
    keep(FiveMinutes, miner, day(NOW)[:132])  # eleven hours, then nothing
    assert report(miner, now=NOW).score == 100
    told: dict[str, Any] = {"kind": "miner-unreachable", "message": "it is away", "subject": miner.subject}
    journal.open_alert(now=NOW - timedelta(hours=12), **told)
    away = report(miner, now=NOW).parts[0]
    assert away.because == "It hashed 47.8 % of the 23.0 h it was wanted."
    journal.close_alert(now=NOW - timedelta(hours=11), **told)
    back = report(miner, now=NOW).parts[0]
    assert back.because == "It hashed 91.7 % of the 12.0 h it was wanted."


def test_silence_that_began_before_the_day_counts_from_its_first_moment() -> None:
    miner = made()
    told: dict[str, Any] = {"kind": "miner-unreachable", "message": "it is away", "subject": miner.subject}
    journal.open_alert(now=NOW - timedelta(hours=50), **told)
    assert report(miner, now=NOW).parts[0].because == "It hashed 0.0 % of the 24.0 h it was wanted."
    journal.close_alert(now=NOW - timedelta(hours=20), **told)
    assert report(miner, now=NOW).parts[0].because == "It hashed 0.0 % of the 4.0 h it was wanted."


def test_another_miner_s_silence_is_not_its_own() -> None:
    blue, red = made(), made("red", 81)
    keep(FiveMinutes, blue, day(NOW))
    journal.open_alert(now=NOW - timedelta(hours=9), kind="miner-unreachable", message="away", subject=red.subject)
    found = reports(NOW)
    assert (found[blue.pk].score, found[red.pk].score) == (100, 0)
    assert found[blue.pk] == report(blue, now=NOW)


def test_a_fleet_is_reported_in_as_many_queries_as_one() -> None:
    for number in range(12):
        miner = made(f"m{number}", 80 + number)
        keep(FiveMinutes, miner, day(NOW))
        keep(Hour, miner, fortnight(NOW))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = reports(NOW)
    assert len(found) == 12
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) <= 5


def test_a_miner_nobody_read_has_no_score_and_no_trends() -> None:
    found = report(made(), now=NOW)
    assert (found.score, found.trends, found.warnings, found.told) == (None, (), (), False)


def test_a_limit_that_is_near_is_an_alert_until_it_is_not() -> None:
    miner = made()
    keep(FiveMinutes, miner, day(NOW))
    keep(Hour, miner, fortnight(NOW))
    watch(NOW)
    watch(NOW)
    alert = Alert.objects.get()
    assert alert.key == f"miner-health:{miner.subject}"
    assert alert.message.startswith("blue: Chip temperature in standard (525 MHz, 1150 mV) rises by 0.50 °C a day")
    assert Event.objects.filter(kind="miner-health").count() == 1

    Hour.objects.update(temperature_c=60)
    watch(NOW)
    assert not Alert.objects.exists()
    assert Event.objects.get(kind="miner-health-over").message == "blue is well again."


def test_a_low_part_is_an_alert_too() -> None:
    keep(FiveMinutes, made(), day(NOW, accepted=9, rejected=1))
    watch(NOW)
    assert "shares were rejected, 10.0 %" in Alert.objects.get().message


def test_a_miner_that_is_switched_off_by_plan_keeps_its_warning() -> None:
    """Nothing is known of it, so nothing is better."""
    miner = made()
    keep(Hour, miner, fortnight(NOW))
    watch(NOW)
    Hour.objects.all().delete()
    watch(NOW + timedelta(hours=1))
    assert Alert.objects.filter(key=f"miner-health:{miner.subject}").exists()


def test_it_is_watched_every_hour() -> None:
    (job,) = [job for job in jobs(Config()) if job.task == "miners.tasks.watch_health"]
    assert job.interval_s == HOUR_S
    miner, now = made(), timezone.now()
    keep(FiveMinutes, miner, day(now, temperature_c=75.0))
    watch_health()
    assert Alert.objects.filter(subject=miner.subject).count() == 1


def test_the_api_tells_score_parts_trends_and_warnings() -> None:
    miner, now = made(), timezone.now()
    keep(FiveMinutes, miner, day(now, expected_hashrate_ghs=None))
    keep(Hour, miner, fortnight(now))
    api = client(miners=router)
    answer = api.get(f"/miners/{miner.pk}/health").json()
    assert (answer["miner_id"], answer["score"]) == (miner.pk, 100)
    assert {part["name"]: (part["score"], round(part["share"], 3)) for part in answer["parts"]} == {
        "uptime": (100, 0.4),
        "temperature": (100, 0.333),
        "hashrate": (None, 0),
        "rejects": (100, 0.267),
    }
    (heat,) = [trend for trend in answer["trends"] if trend["measure"] == "temperature"]
    assert (heat["course"], heat["limit"], round(heat["days_to_limit"])) == ("worse", 75, 17)
    assert answer["warnings"] == [heat["because"]]
    assert api.get("/miners/999999/health").status_code == 404


def test_the_page_shows_the_parts_in_words(admin_client: Browser) -> None:
    miner, now = made(), timezone.now()
    empty = admin_client.get(f"/miners/{miner.pk}").content.decode()
    assert "No score" in empty
    keep(FiveMinutes, miner, day(now, temperature_c=70.0, expected_hashrate_ghs=None))
    keep(Hour, miner, fortnight(now))
    shown = admin_client.get(f"/miners/{miner.pk}").content.decode()
    assert "The chip was at most 70 °C; the limit is 75 °C." in shown
    assert "left out, and the others weigh more" in shown
    assert "75 °C in 17 days." in shown
    head = {"HX-Request": "true", "HX-Target": "health"}
    fragment = admin_client.get(f"/miners/{miner.pk}", headers=head).content.decode()
    assert 'id="health"' in fragment
    assert 'id="ledger"' not in fragment


def test_the_thriftiest_leads_by_what_was_measured_while_mining() -> None:
    blue, red, dark = made(), made("red", 81), made("dark", 82)
    keep(FiveMinutes, blue, day(NOW), power_w=20.0)
    keep(FiveMinutes, red, day(NOW), power_w=10.0, wall_power_w=15.0)
    keep(FiveMinutes, dark, day(NOW), power_w=None)
    idle = [bucket._replace(mining=0) for bucket in day(NOW - timedelta(days=1))]
    keep(FiveMinutes, red, idle, power_w=900.0)
    ranks = leaderboard(NOW, 3)
    assert [(rank.miner, rank.efficiency_j_th, rank.meter) for rank in ranks] == [
        (red, pytest.approx(15), "plug"),
        (blue, pytest.approx(20), "device"),
    ]
    keep(Hour, blue, fortnight(NOW), power_w=25.0)
    assert [(rank.miner, rank.efficiency_j_th) for rank in leaderboard(NOW, 30)] == [(blue, pytest.approx(25))]


def test_the_course_of_a_stored_fortnight_is_told() -> None:
    miner = made()
    keep(Hour, miner, fortnight(NOW, per_day=0))
    assert {trend.course for trend in report(miner, now=NOW).trends} == {Course.STEADY}


SCRIPT = """
call_command("migrate", verbosity=0)
from datetime import UTC, datetime, timedelta
from hmm_project.config import Retention
from miners.health import leaderboard, reports, watch
from miners.services import create_miner
from miners.telemetry import Row, append, roll_up

now = datetime(2026, 11, 22, 12, tzinfo=UTC)
miner = create_miner(name="blue", kind="bitaxe", host="10.0.0.5", port=80, actor="ada", now=now)
append([
    Row(now - timedelta(minutes=at), miner.pk, hashrate_ghs=1000, expected_hashrate_ghs=1000, power_w=15,
        temperature_c=70, accepted=1000 - at, rejected=0, state="mining")
    for at in range(300)
])
roll_up(now=now + timedelta(minutes=7), keep=Retention())
health = reports(now)[miner.pk]
assert [part.score for part in health.parts] == [100, 50, 100, 100], health
assert [rank.efficiency_j_th for rank in leaderboard(now, 1)] == [15]
watch(now)
print("good")
"""


def test_health_is_the_same_on_sqlite(tmp_path: Path) -> None:
    assert sqlite.run(tmp_path, SCRIPT) == "good\n"

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from miners.models import Miner, MinerStatus
from miners.mqtt.shown import Shown, gather, shown

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEEN: dict[str, Any] = {
    "state": "mining",
    "polled_at": NOW,
    "hashrate_ghs": 1210.0,
    "power_w": 17.91,
    "temperature_c": 58.25,
    "mode": "eco",
    "best_difficulty": 4.2e9,
    "pool_url": "pool.example:3333",
    "pool_user": "bc1qsecretwallet.blue",
    "firmware": "v2.12.2",
    "capabilities": ["mode", "pause"],
    "options": {"modes": [{"name": "eco"}, {"name": "oc"}]},
}


def look(now: datetime = NOW, miner: dict[str, Any] | None = None, **seen: Any) -> Shown:
    made = Miner(pk=7, name="Blue", kind="bitaxe", host="10.0.0.1", port=80, **(miner or {}))
    made.status = MinerStatus(miner=made, **{**SEEN, **seen})
    return shown(made, now)


def test_what_is_known_is_shown_in_home_assistants_units():
    assert look().values == {
        "mining": "ON",
        "hashrate_ths": 1.21,
        "power_w": 17.9,
        "j_per_th": 14.8,
        "temp_c": 58.2,
        "mode": "eco",
        "pool": "pool.example:3333",
        "best_difficulty": 4.2e9,
        "firmware": "v2.12.2",
        "problem": "OFF",
    }


def test_what_is_not_known_has_no_key_and_is_no_zero():
    values = look(power_w=None, temperature_c=None, hashrate_ghs=None, mode=None, best_difficulty=None).values

    assert not {"power_w", "temp_c", "hashrate_ths", "j_per_th", "mode", "best_difficulty"} & set(values)


def test_an_estimate_is_no_measurement():
    assert "power_w" not in look(power_w=None, miner={"estimated_power_w": 18.0}).values


def test_a_miner_whose_plug_is_off_is_there_and_off_and_nothing_else_is_known_of_it():
    off = look(state="off")

    assert (off.available, off.values) == (True, {"mining": "OFF", "firmware": "v2.12.2"})


@pytest.mark.parametrize(
    "silent",
    [{"state": "unreachable"}, {"state": "unknown"}, {"polled_at": None}, {"miner": {"enabled": False}}],
)
def test_of_a_silent_miner_nothing_is_said(silent: dict[str, Any]):
    assert (look(**silent).available, look(**silent).values) == (False, {})


def test_what_nobody_has_looked_at_lately_is_silent_too():
    assert look(NOW + timedelta(minutes=3)).available is False


@pytest.mark.parametrize("problem", [{"overheated": True}, {"fault": "fan stuck"}])
def test_a_hot_or_faulty_miner_has_a_problem(problem: dict[str, Any]):
    assert look(**problem).values["problem"] == "ON"


def test_no_wallet_no_address_and_no_secret_is_shown():
    told = repr(look(miner={"web_password": "hunter2", "code_session": "otp-secret", "web_user": "root"}))

    assert not [secret for secret in ("bc1q", "hunter2", "otp-secret", "10.0.0.1") if secret in told]


@pytest.mark.django_db
def test_a_thousand_miners_are_gathered_with_one_query(django_assert_num_queries: Any):
    made = [Miner(name=f"m{n}", kind="bitaxe", host=f"h{n}", port=80) for n in range(1000)]
    Miner.objects.bulk_create(made)
    MinerStatus.objects.bulk_create([MinerStatus(miner=each, **SEEN) for each in made])

    with django_assert_num_queries(1):
        found = gather(None, now=NOW)

    assert len(found) == 1000
    assert [each.id for each in gather([made[3].pk, 10**9], now=NOW)] == [made[3].pk]

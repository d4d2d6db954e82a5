"""Whatever a driver makes of a hostile answer, the database can hold it."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miners.contract import Reading, State
from miners.models import Miner, MinerStatus, Telemetry
from miners.polling import status
from miners.polling.candidates import Candidate
from miners.polling.cleaning import BOUNDS, LONGEST, cleaned, printable
from miners.polling.judging import judge
from miners.polling.observation import Observation
from miners.polling.storing import row
from miners.telemetry import append
from tests.miners.polling.conftest import NOW
from tests.miners.polling.drawn import TARGET

numbers = st.none() | st.floats() | st.integers(-(2**80), 2**80)
counts = st.none() | st.integers(-(2**80), 2**80)
texts = st.none() | st.text(st.characters(codec=None), max_size=600)
WHOLE = {"accepted", "rejected", "uptime_s", "rssi_dbm"}
hostile = st.builds(
    Reading,
    state=st.sampled_from(State),
    overheated=st.booleans(),
    **{name: counts if name in WHOLE else numbers for name in BOUNDS},
    **dict.fromkeys(LONGEST, texts),
)


def test_a_fit_reading_is_passed_on_as_it_is() -> None:
    reading = Reading(state=State.MINING, hashrate_ghs=1200.5, accepted=3, rssi_dbm=-60, pool_url="solo.example:3333")
    assert cleaned(reading) is reading


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), -float("inf"), 1e200])
def test_an_absurd_number_is_unknown_and_not_zero(absurd: float) -> None:
    assert cleaned(Reading(power_w=absurd, temperature_c=50)) == Reading(temperature_c=50)


@pytest.mark.parametrize("state", [State.OFF, State.UNREACHABLE, "dancing"])
def test_what_answers_is_neither_off_nor_unreachable(state: State) -> None:
    assert cleaned(Reading(state=state)).state == State.UNKNOWN


def test_text_loses_what_a_terminal_or_postgresql_chokes_on() -> None:
    assert cleaned(Reading(firmware="v2\0.1\x1b[31m", fault="\0")) == Reading(firmware="v2 .1 [31m", fault=None)
    assert printable("first\r\nsecond", 100) == "first  second"


def test_every_field_of_a_reading_is_looked_at() -> None:
    others = {"state", "overheated", "needs_code", "capabilities", "options"}
    assert {field.name for field in fields(Reading)} == {*BOUNDS, *LONGEST, *others}


@settings(max_examples=60, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reading=hostile)
def test_the_database_holds_any_cleaned_reading(db: None, reading: Reading) -> None:
    miner, _ = Miner.objects.get_or_create(name="Blue", kind="bitaxe", host="10.0.0.7", port=80)
    MinerStatus.objects.all().delete()
    MinerStatus.objects.create(miner=miner)
    Telemetry.objects.all().delete()
    candidate = Candidate(miner_id=miner.pk, name="Blue", target=TARGET)
    seen = Observation(candidate=candidate, time=NOW, reading=cleaned(reading))
    assert seen.reading is not None
    append([row(seen, seen.reading)])
    status.store([(seen, judge(seen))])
    assert MinerStatus.objects.get(miner=miner).firmware == seen.reading.firmware

"""A shard that waits for silent devices costs the worker no thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Semaphore
from time import monotonic

import pytest
from django.conf import settings

from hmm_project import locks, redis_server
from hmm_project.runtime.waiting import until
from miners.models import Miner, MinerStatus
from miners.polling import apart, harvest, poll
from miners.simulators.faults import Fault, FaultKind
from miners.simulators.simulation import Simulation
from tests.miners.polling.conftest import NOW

Fleet = dict[str, Miner]
TIMEOUT_S = 3.0
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    devices = replace(settings.CONFIG.devices, timeout=TIMEOUT_S)
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, devices=devices))
    monkeypatch.setattr(apart, "STORE_EVERY_S", 0.1)
    redis_server.connection().flushdb()
    yield
    assert until(is_over, seconds=15)


def is_over() -> bool:
    return not redis_server.connection().keys("hmm:lock:*")


def ids(fleet: Fleet) -> list[int]:
    return [miner.pk for miner in fleet.values()]


def test_it_comes_back_when_those_that_answer_are_stored_and_goes_on_with_the_silent(
    healthy: Simulation, fleet: Fleet
) -> None:
    silent = fleet["gamma-1"]
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.TIMEOUT))
    others = MinerStatus.objects.exclude(miner=silent)

    started = monotonic()
    poll("well-0", ids(fleet), now=NOW)
    took_s = monotonic() - started

    assert took_s < TIMEOUT_S - 0.5
    assert others.filter(polled_at__isnull=False).exists()
    with pytest.raises(locks.Busy):
        poll("well-0", ids(fleet), now=NOW)
    assert until(lambda: MinerStatus.objects.get(miner=silent).failures == 1, seconds=10)
    assert others.filter(state="mining").count() == len(fleet) - 1


def test_a_shard_in_which_nobody_answers_is_not_waited_for(
    healthy: Simulation, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PATIENCE_S", 0.2)
    for device in healthy.devices:
        healthy.do(device.break_with, Fault(kind=FaultKind.TIMEOUT))
    started = monotonic()
    poll("well-0", ids(fleet), now=NOW)
    assert monotonic() - started < TIMEOUT_S - 0.5
    assert until(lambda: MinerStatus.objects.filter(failures=1).count() == len(fleet), seconds=10)


def test_when_all_threads_are_taken_it_is_read_in_the_workers_own(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_free", Semaphore(0))
    poll("well-0", ids(fleet), now=NOW)
    assert MinerStatus.objects.filter(state="mining").count() == len(fleet)


def test_an_error_is_the_callers_while_it_waits_and_is_logged_later(
    healthy: Simulation, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(harvest, "store", fails)
    with pytest.raises(ZeroDivisionError):
        poll("well-0", ids(fleet)[1:2], now=NOW)
    monkeypatch.setattr(apart, "PATIENCE_S", 0.2)
    monkeypatch.setattr(apart, "STORE_EVERY_S", 10)
    healthy.do(healthy.device("gamma-1").break_with, Fault(kind=FaultKind.TIMEOUT))
    poll("well-0", ids(fleet), now=NOW)
    assert until(lambda: "a shard could not be read to its end" in caplog.text, seconds=10)

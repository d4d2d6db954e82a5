"""A Bitaxe that overheated goes down by itself, and the strategy leaves it there for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hmm_project.journal.models import Alert, Event
from miners import telemetry
from miners.commands import Order, deeds, execute, preview, resting, review
from miners.commands.resting import KIND
from miners.models import Action, Command, Miner, Outcome
from miners.simulators.simulation import Simulation
from tests.miners.commands.conftest import NOW, wait_until
from tests.miners.conftest import House

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live")]
Own = Callable[..., Miner]
GAMMA = {"kind": "bitaxe", "name": "gamma", "firmware": "v2.12.2"}
HOUR = 3600.0


class Bench:
    """One simulated Bitaxe, its miner, and orders to it at chosen times."""

    def __init__(self, simulation: Simulation, miner: Miner) -> None:
        self.simulation, self.miner = simulation, miner
        self.device = simulation.device("gamma")

    def order(self, mode: str, actor: str = "strategy") -> Order:
        return Order(Action.MODE, actor, "", self.miner.pk, mode=mode)

    def set(self, mode: str, *, at: float = 0, actor: str = "strategy") -> Command:
        return execute([self.order(mode, actor)], now=NOW + timedelta(seconds=at))[0]

    def overheat(self) -> None:
        self.simulation.do(self.device.overheat)
        wait_until(lambda: not self.device.cooling)

    @property
    def setting(self) -> tuple[float, float]:
        truth = self.device.describe()
        return truth["frequency_mhz"], truth["core_voltage_mv"]

    def telemetry(self, mhz: float, mv: float, *, at: float) -> None:
        time = NOW + timedelta(seconds=at)
        telemetry.append(
            [telemetry.Row(time=time, miner_id=self.miner.pk, frequency_mhz=mhz, core_voltage_mv=mv, state="mining")]
        )


@pytest.fixture
def bench(house: House, owned: Own) -> Bench:
    simulation = house(GAMMA)
    return Bench(simulation, owned(simulation, "gamma"))


def alerts() -> list[str]:
    return list(Alert.objects.filter(key__startswith=KIND).values_list("message", flat=True))


def test_the_old_setting_waits_six_hours_and_a_person_is_told_both(bench: Bench):
    assert bench.set("oc").outcome == Outcome.VERIFIED
    bench.overheat()
    assert bench.setting == (525, 1150), "which is this board's standard: only the ledger tells that it is no wish"

    soon = bench.set("oc", at=60)
    later = bench.set("oc", at=5.9 * HOUR)
    at_last = bench.set("oc", at=6.1 * HOUR)

    assert [soon.outcome, later.outcome, at_last.outcome] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.VERIFIED]
    assert (soon.pk, soon.sent, "before 2026-11-22 18:01 UTC" in soon.detail) == (None, False, True)
    told = Event.objects.get(kind=KIND)
    assert told.message.startswith("gamma overheated at 625 MHz and 1250 mV and goes down to 525 MHz and 1150 mV")
    assert not alerts()
    assert not Event.objects.filter(kind="command-failed").exists()


def test_what_raises_nothing_goes_through_and_the_rest_stays(bench: Bench):
    bench.set("oc")
    bench.overheat()
    bench.set("oc", at=60)

    eco = bench.set("eco", at=120)
    up_to_it = bench.set("standard", at=180)
    above = bench.set("turbo", at=240)

    assert [eco.outcome, up_to_it.outcome, above.outcome] == [Outcome.VERIFIED, Outcome.VERIFIED, Outcome.REFUSED]
    assert len(alerts()) == 1


def test_a_person_is_obeyed_and_ends_the_rest(bench: Bench):
    bench.set("oc")
    bench.overheat()
    bench.set("oc", at=60)

    by_hand = bench.set("turbo", at=120, actor="ada")
    strategy = bench.set("oc", at=180)

    assert [by_hand.outcome, strategy.outcome] == [Outcome.VERIFIED, Outcome.VERIFIED]
    assert not alerts()
    assert "given a setting again by ada" in Event.objects.get(kind=f"{KIND}-over").message


def test_each_further_overheat_of_a_week_doubles_the_rest_up_to_two_days(bench: Bench):
    at, rests = 0.0, []
    for _ in range(5):
        assert bench.set("oc", at=at).outcome == Outcome.VERIFIED
        bench.overheat()
        bench.set("oc", at=at + 600)
        rest = resting.current(bench.miner, NOW + timedelta(seconds=at + 600))
        assert rest is not None
        rests.append((rest.until - rest.since) / timedelta(hours=1))
        at = (rest.until - NOW).total_seconds() + 60

    assert rests == [6, 12, 24, 48, 48]


def test_lower_again_while_it_rests_is_noticed_anew(bench: Bench):
    bench.set("oc")
    bench.overheat()
    bench.set("oc", at=60)
    bench.telemetry(525, 1150, at=600)
    bench.overheat()
    assert bench.setting == (425, 1050)

    standard = bench.set("standard", at=660)

    assert standard.outcome == Outcome.REFUSED
    assert Event.objects.filter(kind=KIND).count() == 2
    [alert] = alerts()
    assert "425 MHz and 1050 mV" in alert
    assert "before 2026-11-23 00:11 UTC" in alert


def test_a_setting_nobody_ordered_is_known_from_the_telemetry(bench: Bench):
    """The board ran at its own oc before we came; the ledger is empty."""
    bench.simulation.do(bench.device.settings.update, {"frequency": 525, "coreVoltage": 1150})
    bench.telemetry(625, 1250, at=-3600)
    bench.telemetry(525, 1150, at=-60)

    assert bench.set("oc").outcome == Outcome.REFUSED
    assert len(alerts()) == 1


def test_a_wish_for_less_is_no_overheat(bench: Bench):
    """oc is exactly one step above standard on this board."""
    for at, mode in enumerate(("oc", "standard", "oc")):
        bench.telemetry(*bench.setting, at=at * 600 - 30)
        assert bench.set(mode, at=at * 600).outcome == Outcome.VERIFIED
    assert not alerts()


def test_an_order_that_was_ignored_is_no_overheat(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.device._patch_keys = {}
    monkeypatch.setattr("miners.commands.device.READ_AGAIN_S", 0.1)
    monkeypatch.setitem(deeds.DEEDS, Action.MODE, replace(deeds.DEEDS[Action.MODE], verify_s=0.2))

    outcomes = [bench.set("oc", at=at).outcome for at in (0, 61)]

    assert outcomes == [Outcome.UNVERIFIED, Outcome.UNVERIFIED]
    assert not alerts()


def test_the_latch_of_older_firmware_is_not_released_into_the_old_setting(house: House, owned: Own):
    simulation = house({**GAMMA, "firmware": "v2.9.0"})
    bench = Bench(simulation, owned(simulation, "gamma"))
    bench.set("oc")
    simulation.do(bench.device.overheat)
    simulation.do(cool_down, bench.device)

    waiting = bench.set("oc", at=60)
    lower = bench.set("eco", at=120)

    assert waiting.outcome == Outcome.REFUSED
    assert "goes down to 525 MHz and 1150 mV" in alerts()[0]
    assert (lower.outcome, bench.setting[0]) == (Outcome.VERIFIED, 400)


def cool_down(device: Any) -> None:
    device.machine._temperature_c = 40.0


def test_other_families_do_not_lower_themselves(house: House, owned: Own):
    simulation = house({"kind": "nerdqaxe", "name": "gamma"})
    bench = Bench(simulation, owned(simulation, "gamma"))
    bench.telemetry(700, 1250, at=-60)

    assert bench.set("eco").outcome == Outcome.VERIFIED
    assert not alerts()


def test_the_alert_closes_when_the_rest_is_over_and_the_rest_does_not_begin_again(bench: Bench):
    bench.set("oc")
    bench.overheat()
    bench.set("oc", at=60)

    review.review(NOW + timedelta(hours=5))
    assert len(alerts()) == 1
    review.review(NOW + timedelta(hours=6, minutes=2))
    assert not alerts()
    assert bench.set("oc", at=6.1 * HOUR).outcome == Outcome.VERIFIED


def test_a_preview_tells_the_rest_and_notices_nothing_itself(bench: Bench):
    bench.set("oc")
    bench.overheat()
    before: datetime = NOW + timedelta(seconds=30)
    assert not Event.objects.filter(kind=KIND).exists()
    preview([bench.order("oc")], now=before)
    assert not Event.objects.filter(kind=KIND).exists()
    bench.set("oc", at=60)

    [strategy, person] = preview([bench.order("turbo"), bench.order("turbo", "ada")], now=NOW + timedelta(seconds=90))

    assert (strategy.what, person.what) == ("later", "send")
    assert "not raised before" in strategy.detail

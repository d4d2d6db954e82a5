"""A plug-in's family is one like all others: offered, added, read, steered and decided for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hmm_project.dashboard.templatetags.looks import kind as shown
from miners.adapters import registry
from miners.adapters.family import Family
from miners.adapters.plugins import Plugin
from miners.admin import MinerAdminForm
from miners.commands import Order, execute
from miners.forms import MinerForm
from miners.kinds_api import router
from miners.models import Action, Command, Miner, MinerStatus, Outcome
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.simulation import Simulation
from strategy import services as strategy
from strategy.contract import BandAction, BandRule
from strategy.models import Band
from tests.miners.conftest import House
from tests.miners.plugins.avalon_q import MAC, AvalonQ
from tests.routers import client
from tests.strategy import rows

NOW = datetime(2026, 1, 14, 12, 10, tzinfo=UTC)
POLL = timedelta(seconds=30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def miner(family: Family, device: AvalonQ) -> Miner:
    host, port = device.address
    return create_miner(actor="test", now=NOW, name="Heater", kind=family.kind, host=host, port=port)


def status(miner: Miner) -> MinerStatus:
    return MinerStatus.objects.get(miner=miner)


def do(miner: Miner, action: Action, **argument: Any) -> Command:
    """A minute after the one before."""
    now = NOW + timedelta(minutes=Command.objects.count())
    (command,) = execute([Order(action, "ada", "A test.", miner_id=miner.pk, **argument)], now=now)
    return command


def test_pages_admin_and_api_offer_it(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = Plugin(package="hmm-avalon-q 1.0", name="avalon_q", family=family)
    monkeypatch.setattr("miners.kinds_api.PLUGINS", (plugin,))
    for form in (MinerForm(), MinerAdminForm()):
        assert ("avalon_q", "Avalon Q") in form.fields["kind"].choices
    items = client(miners=router).get("/miners/kinds").json()["items"]
    assert [item["kind"] for item in items] == ["avalon_nano", "bitaxe", "nerdqaxe", "nmminer", "avalon_q"]
    assert items[-1] == {
        "kind": "avalon_q",
        "label": "Avalon Q",
        "default_port": 4028,
        "modes": ["eco", "standard", "super"],
        "package": "hmm-avalon-q 1.0",
    }
    assert items[0]["package"] == ""
    assert shown("avalon_q") == "Avalon Q"


def test_without_a_port_it_gets_the_familys_own(family: Family) -> None:
    made = create_miner(actor="test", now=NOW, name="Heater", kind="avalon_q", host="10.0.0.7")
    assert made.port == family.default_port


def test_the_poller_reads_it(miner: Miner) -> None:
    poll_shard([miner.pk], now=NOW)
    seen = status(miner)
    assert (seen.state, seen.mode, seen.failure) == ("mining", "eco", "")
    assert seen.hashrate_ghs == pytest.approx(51_234.56)
    assert sorted(seen.capabilities) == ["mode", "pause"]
    assert [mode["name"] for mode in (seen.options or {})["modes"]] == ["eco", "standard", "super"]
    assert Miner.objects.get().mac == MAC


@pytest.mark.usefixtures("live")
def test_orders_reach_it_and_are_proved(miner: Miner, device: AvalonQ) -> None:
    assert do(miner, Action.MODE, mode="super").outcome == Outcome.VERIFIED
    assert do(miner, Action.MODE, mode="super").outcome == Outcome.UNCHANGED
    assert do(miner, Action.PAUSE).outcome == Outcome.VERIFIED
    assert status(miner).state == "paused"
    assert do(miner, Action.RESUME).outcome == Outcome.VERIFIED
    assert do(miner, Action.RESTART).outcome == Outcome.REFUSED
    assert [written.split(",")[1] for written in device.written] == ["workmode", "softoff", "softon"]


def test_in_shadow_nothing_is_written_to_it(miner: Miner, device: AvalonQ, gated: Callable[[str], None]) -> None:
    gated("SHADOW")
    assert do(miner, Action.PAUSE).outcome == Outcome.SHADOWED
    assert device.written == []


def test_the_ladder_takes_its_modes_and_no_others(family: Family) -> None:
    def band(mode: str) -> BandRule:
        return BandRule(lower_pence=None, name="Always", color="#123456", modes={family.kind: mode})

    strategy.replace_bands([band("super")], actor="ada", now=NOW)
    assert Band.objects.get().modes == {"avalon_q": "super"}
    with pytest.raises(ValidationError, match=r"Avalon Q has no mode 'oc'; there are: eco, standard, super"):
        strategy.replace_bands([band("oc")], actor="ada", now=NOW)


@pytest.mark.usefixtures("live")
def test_the_strategy_runs_it_in_its_band_and_stops_it_when_dear(miner: Miner, device: AvalonQ) -> None:
    modes = {"avalon_q": "standard", "bitaxe": "eco"}
    cheap = BandRule(lower_pence=None, name="Cheap", color="#123456", modes=modes)
    dear = BandRule(lower_pence=Decimal(30), name="Dear", color="#654321", action=BandAction.OFF)
    strategy.replace_bands([cheap, dear], actor="ada", now=NOW)
    rows.live()
    rows.priced("8 31 31")
    poll_shard([miner.pk], now=NOW)
    strategy.tick(NOW)
    assert device.level == 1
    later = NOW + timedelta(minutes=30)
    poll_shard([miner.pk], now=later)
    strategy.tick(later)
    assert device.idle
    assert list(Command.objects.order_by("pk").values_list("action", "outcome")) == [
        ("mode", "verified"),
        ("pause", "verified"),
    ]


@pytest.mark.parametrize("where", ["open", "read", "answer"])
def test_a_driver_that_fails_costs_its_own_miner_one_poll(
    miner: Miner, family: Family, device: AvalonQ, house: House, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    simulation: Simulation = house({"kind": "bitaxe", "name": "gamma"})
    gamma = simulation.device("gamma")
    well = create_miner(actor="test", now=NOW, name="Gamma", kind="bitaxe", host=gamma.host, port=gamma.port)

    class Faulty:
        async def read(self) -> Any:
            if where == "answer":
                return {"hashrate": 1}
            raise RecursionError("far too deep")

    def broken(*_: Any) -> Any:
        if where == "open":
            raise KeyError("nothing there")
        return Faulty()

    wrong = Family(kind=family.kind, label=family.label, default_port=4028, open=broken)
    monkeypatch.setitem(registry.KINDS, family.kind, wrong)  # type: ignore[misc]
    poll_shard([miner.pk, well.pk], now=NOW)
    assert (status(well).state, status(well).failures) == ("mining", 0)
    assert status(miner).failure.startswith("the driver failed (")
    monkeypatch.setitem(registry.KINDS, family.kind, family)  # type: ignore[misc]
    device.garbles = True
    poll_shard([miner.pk, well.pk], now=NOW + POLL)
    assert "web page" in status(miner).failure
    device.garbles = False
    poll_shard([miner.pk, well.pk], now=NOW + 2 * POLL)
    assert (status(miner).state, status(miner).failures) == ("mining", 0)

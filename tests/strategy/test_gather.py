"""Rows become facts, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from miners import telemetry
from miners.adapters.options import to_json
from miners.contract import Capability, Options, Preset, State
from miners.models import Miner, MinerStatus
from miners.models.power import SwitchState
from pools.models import Pool
from strategy.contract import EngineState, Memory
from strategy.default_ladder import DEFAULT_LADDER
from strategy.gather import gather
from strategy.models import Band, Strategy
from tests.strategy.rows import MODES, NOW, owned, plugged, priced

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_measured() -> None:
    cache.delete("strategy:efficiencies")


def test_a_fresh_install_is_in_shadow_with_the_default_ladder_and_nothing_else() -> None:
    snapshot = gather(NOW)
    assert snapshot.settings.state is EngineState.SHADOW
    assert snapshot.bands == DEFAULT_LADDER
    assert (snapshot.rates, snapshot.miners, snapshot.switches, snapshot.memory) == ((), (), (), Memory())


def test_a_miner_is_what_its_rows_say() -> None:
    plug = plugged("Shelf")
    miner = owned("Blue", switch=plug, estimated_power_w=15.0)
    (facts,) = gather(NOW).miners
    assert (facts.id, facts.name, facts.kind, facts.switch_id) == (miner.pk, "Blue", "bitaxe", plug.pk)
    assert facts.capabilities == {Capability.MODE, Capability.POOL, Capability.PAUSE}
    assert facts.modes == ("eco", "standard", "oc")
    assert (facts.state, facts.reachable, facts.mode) == (State.MINING, True, "eco")
    assert facts.pool_address == "pool.example:3333"
    assert facts.power_w == {"eco": 11.0, "standard": 17.0, "oc": 24.0}  # measured before expected
    assert facts.efficiency_j_th == {"eco": 12.5, "standard": 17.0, "oc": 20.0}


@pytest.mark.parametrize(
    ("seen", "reachable"),
    [
        ({"state": State.PAUSED}, True),
        ({"state": State.UNKNOWN}, True),  # it answered, without saying
        ({"state": State.UNREACHABLE, "failures": 2}, False),
        ({"state": State.OFF, "failures": 9}, False),
        ({"state": State.MINING, "failures": 1}, None),  # one poll missed
        ({"state": State.UNKNOWN, "failures": 1}, None),
        ({"polled_at": NOW - timedelta(minutes=4)}, None),  # nobody looked
        ({"state": State.UNREACHABLE, "failures": 2, "polled_at": NOW - timedelta(minutes=4)}, None),
        ({"polled_at": None, "seen_at": None}, None),
    ],
)
def test_what_was_not_seen_lately_is_not_known(seen: dict[str, Any], reachable: bool | None) -> None:
    owned("Blue", **seen)
    (facts,) = gather(NOW).miners
    assert facts.reachable is reachable
    assert (facts.mode is None) == (reachable is not True)
    assert (facts.pool_address is None) == (reachable is not True)


def test_a_miner_that_was_never_read_has_told_nothing() -> None:
    Miner.objects.create(name="New", kind="bitaxe", host="192.168.1.9", port=80)
    (facts,) = gather(NOW).miners
    assert (facts.capabilities, facts.modes, facts.reachable) == (None, (), None)


def test_modes_are_only_those_that_can_be_set() -> None:
    owned("Blue", capabilities=[Capability.POOL, "levitate"])
    (facts,) = gather(NOW).miners
    assert (facts.capabilities, facts.modes) == ({Capability.POOL}, ())


def test_a_setting_with_several_names_is_told_by_the_first() -> None:
    modes = MODES | {"turbo": MODES["standard"], "oc": MODES["standard"]}
    owned("Blue", options=to_json(Options(modes=modes)))
    (facts,) = gather(NOW).miners
    assert facts.same_as == {"eco": "eco", "standard": "standard", "turbo": "standard", "oc": "standard"}


def test_what_is_not_measured_is_not_made_up() -> None:
    owned("Blue", power_w=None, options=to_json(Options(modes={"eco": Preset(level=0)})))
    (facts,) = gather(NOW).miners
    assert (facts.power_w, facts.typical_power_w, facts.efficiency_j_th) == ({}, None, {})


@pytest.mark.parametrize(
    ("state", "seconds_ago", "on"),
    [
        (SwitchState.ON, 0, True),
        (SwitchState.OFF, 0, False),
        (SwitchState.UNKNOWN, 0, None),
        (SwitchState.OFF, 200, None),
    ],
)
def test_a_plug_that_was_not_read_lately_is_not_known(state: SwitchState, seconds_ago: int, on: bool | None) -> None:
    plugged("Shelf", state, at=NOW - timedelta(seconds=seconds_ago), locked=True)
    (facts,) = gather(NOW).switches
    assert (facts.on, facts.locked) == (on, True)


def test_known_prices_from_now_on_are_there_with_their_decimals() -> None:
    priced("31.8045 ? 7")
    rates = gather(NOW).rates
    assert [rate.price_pence for rate in rates] == [Decimal("31.8045"), Decimal(7)]
    assert not gather(NOW + timedelta(days=1)).rates


@pytest.mark.parametrize(
    ("state", "until", "effective"),
    [("LIVE", None, "LIVE"), ("PAUSED", None, "PAUSED"), ("PAUSED", 1, "PAUSED"), ("PAUSED", 0, "LIVE")],
)
def test_a_pause_ends_to_the_second(state: str, until: int | None, effective: str) -> None:
    ends = None if until is None else NOW + timedelta(seconds=until)
    Strategy.objects.update(state=state, paused_until=ends)
    assert gather(NOW).settings.state == effective


def test_pools_and_bands_name_each_other() -> None:
    pool = Pool.objects.create(name="Solo", host="Solo.Example", port=3333, user="bc1qexample", enabled=False)
    Band.objects.filter(name="Cheap").update(pool=pool)
    snapshot = gather(NOW)
    assert [(each.id, each.address, each.enabled) for each in snapshot.pools] == [(pool.pk, "solo.example:3333", False)]
    assert [band.name for band in snapshot.bands if band.pool_id == pool.pk] == ["Cheap"]


def test_the_efficiency_of_a_mode_is_what_was_measured_lately_before_long_ago_before_the_catalogue() -> None:
    blue, green = owned("Blue"), owned("Green")
    mined = {"hashrate_ghs": 1000.0, "state": "mining"}
    rows = [
        telemetry.Row(
            time=NOW - timedelta(hours=hours, seconds=i), miner_id=miner.pk, power_w=watts, mode=mode, **mined
        )
        for miner, mode, watts, hours in [(blue, "eco", 14.0, 1), (blue, "eco", 30.0, 50), (green, "oc", 21.0, 50)]
        for i in range(6)
    ]
    telemetry.append(rows)
    first, second = gather(NOW).miners
    assert first.efficiency_j_th["eco"] == pytest.approx(14.0)
    assert second.efficiency_j_th == pytest.approx({"eco": 12.5, "standard": 17.0, "oc": 21.0})


@pytest.mark.parametrize("miners", [1, 12])
def test_it_takes_the_same_few_queries_however_many_miners(miners: int) -> None:
    priced("8 14")
    for i in range(miners):
        owned(f"M{i}", switch=plugged(f"P{i}"))
    with CaptureQueriesContext(connection) as cold:
        gather(NOW)
    with CaptureQueriesContext(connection) as warm:
        gather(NOW)
    assert (len(cold), len(warm)) == (9, 7)


def test_efficiencies_are_not_read_where_nobody_can_be_champion() -> None:
    Strategy.objects.update(champion_mode_enabled=False)
    with CaptureQueriesContext(connection) as queries:
        gather(NOW)
    assert len(queries) == 7
    assert cache.get("strategy:efficiencies") is None


def test_statuses_are_not_confused() -> None:
    owned("Blue", mode="oc")
    owned("Green", mode="eco")
    assert MinerStatus.objects.count() == 2
    assert {facts.name: facts.mode for facts in gather(NOW).miners} == {"Blue": "oc", "Green": "eco"}

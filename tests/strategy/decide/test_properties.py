"""What holds for every fleet, every ladder, every price and every memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from energy.contract import Rate
from miners.contract import Capability, State
from strategy.contract import (
    BandAction,
    BandRule,
    Champion,
    Decision,
    EngineState,
    Goal,
    Lever,
    Memory,
    MinerFacts,
    PoolFacts,
    Power,
    SafeAction,
    Settings,
    Snapshot,
    SwitchFacts,
    Verdict,
)
from strategy.decide import changes, decide, plan
from strategy.decide.watts import draws_power, power_w
from tests.strategy.drawn import HALF_HOUR, LADDER, LIVE, LONDON, NOON, POWER_W, World, lived

PRICES = st.decimals(min_value=-20, max_value=60, places=1)
SERIES = st.lists(st.none() | PRICES, max_size=8)
MINUTES = st.integers(-200, 200).map(lambda minutes: NOON + timedelta(minutes=minutes))
IDS = st.integers(1, 6)
KINDS = st.sampled_from(["bitaxe", "avalon_nano", "nmminer"])


@st.composite
def fleets(draw: Any, *, consistent: bool = False) -> tuple[tuple[MinerFacts, ...], tuple[SwitchFacts, ...]]:
    """Miners and plugs; `consistent` as a household is, else with every contradiction."""
    switches = tuple(
        SwitchFacts(
            id=id,
            name=f"P{id}",
            on=draw(st.booleans() if consistent else st.sampled_from([True, False, None])),
            locked=draw(st.booleans()),
            observed_at=draw(MINUTES),
        )
        for id in draw(st.sets(IDS, max_size=3))
    )
    make = consistent_miner if consistent else any_miner
    return tuple(draw(make(id, switches)) for id in draw(st.sets(IDS, max_size=5))), switches


@st.composite
def any_miner(draw: Any, id: int, switches: tuple[SwitchFacts, ...]) -> MinerFacts:
    return MinerFacts(
        id=id,
        name=f"M{id}",
        kind=draw(KINDS),
        enabled=draw(st.booleans()),
        switch_id=draw(st.none() | IDS),
        capabilities=draw(st.none() | st.frozensets(st.sampled_from(Capability))),
        modes=draw(st.sampled_from([(), ("eco",), ("standard", "oc"), tuple(POWER_W)])),
        power_w=draw(st.sampled_from([{}, POWER_W])),
        typical_power_w=draw(st.none() | st.just(12.0)),
        efficiency_j_th=draw(st.sampled_from([{}, {"eco": 15.0}, {"oc": 21.0}, {"": 700.0}])),
        observed_at=draw(st.none() | MINUTES),
        state=draw(st.sampled_from(State)),
        reachable=draw(st.sampled_from([True, False, None])),
        mode=draw(st.sampled_from([None, "eco", "oc", "custom"])),
        pool_address=draw(st.sampled_from([None, "pool1:3333", "pool2:3333"])),
    )


@st.composite
def consistent_miner(draw: Any, id: int, switches: tuple[SwitchFacts, ...]) -> MinerFacts:
    plug = draw(st.sampled_from([None, *switches]))
    capabilities = draw(st.frozensets(st.sampled_from(Capability)))
    powered = plug is None or plug.on is True
    state = draw(st.sampled_from([State.MINING, State.PAUSED])) if powered else State.OFF
    modes = tuple(POWER_W) if Capability.MODE in capabilities else ()
    return MinerFacts(
        id=id,
        name=f"M{id}",
        kind="bitaxe",
        enabled=draw(st.booleans()),
        switch_id=plug and plug.id,
        capabilities=capabilities | ({Capability.RESTART} if Capability.SHUTDOWN in capabilities else set()),
        modes=modes,
        power_w=POWER_W if modes else {},
        typical_power_w=12.0,
        efficiency_j_th={"eco": draw(st.floats(10, 30))} if modes else {},
        observed_at=NOON,
        state=state,
        reachable=powered,
        mode=draw(st.sampled_from([*POWER_W, "custom"])) if modes else None,
        pool_address=draw(st.sampled_from(["pool1:3333", "pool2:3333"])),
    )


@st.composite
def ladders(draw: Any) -> tuple[BandRule, ...]:
    edges = draw(st.lists(st.none() | PRICES, max_size=5))
    return tuple(
        BandRule(
            lower_pence=edge,
            name=f"B{edge}",
            action=draw(st.sampled_from(BandAction)),
            champion=draw(st.booleans()),
            pool_id=draw(st.none() | IDS),
            modes=draw(st.dictionaries(KINDS, st.sampled_from(["eco", "oc", "high"]))),
        )
        for edge in edges
    )


MEMORIES = st.builds(
    Memory,
    band=st.none() | st.sampled_from(["lowest", "5", "30"]),
    since=st.none() | MINUTES,
    verdict=st.sampled_from(Verdict),
    slot_from=st.none() | MINUTES,
    priced_until=st.none() | MINUTES,
    missing_since=st.none() | MINUTES,
    champion=st.none()
    | st.builds(
        Champion,
        miner_id=st.none() | IDS,
        since=MINUTES,
        failures=st.integers(0, 4),
        judged_at=st.none() | MINUTES,
        excluded=st.frozensets(IDS),
    ),
)
SETTINGS = st.builds(
    Settings,
    state=st.sampled_from(EngineState),
    gain_pence=st.decimals(min_value=0, max_value=10, places=1),
    dwell=st.integers(0, 120).map(lambda minutes: timedelta(minutes=minutes)),
    hold=st.integers(0, 120).map(lambda minutes: timedelta(minutes=minutes)),
    missing_price_action=st.sampled_from(SafeAction),
    champion_mode_enabled=st.booleans(),
    prefer_soft_off=st.booleans(),
)


def rated(series: list[Decimal | None]) -> tuple[Rate, ...]:
    slots = ((NOON + i * HALF_HOUR, price) for i, price in enumerate(series))
    return tuple(Rate(at, at + HALF_HOUR, price) for at, price in slots if price is not None)


@st.composite
def scenes(draw: Any, **fixed: Any) -> Snapshot:
    consistent = fixed.pop("consistent", False)
    miners, switches = draw(fleets(consistent=consistent))
    facts: dict[str, Any] = {
        "now": draw(MINUTES),
        "settings": draw(SETTINGS),
        "bands": draw(ladders()),
        "rates": rated(draw(SERIES)),
        "pools": (PoolFacts(id=1, name="A", address="pool1:3333"), PoolFacts(id=2, name="B", address="pool2:3333")),
        "memory": draw(MEMORIES),
    }
    return Snapshot(zone=LONDON, miners=miners, switches=switches, **(facts | fixed))


def watts(scene: Snapshot, decision: Decision) -> float:
    facts = {miner.id: miner for miner in scene.miners}
    return sum(power_w(facts[each.miner_id], each) or 0 for each in decision.miners if draws_power(each))


@given(scenes())
def test_every_snapshot_decides_for_every_miner_and_every_plug(scene: Snapshot) -> None:
    decision = decide(scene)
    assert [each.miner_id for each in decision.miners] == [miner.id for miner in scene.miners]
    assert [each.switch_id for each in decision.switches] == [switch.id for switch in scene.switches]
    assert decision.because
    assert all(each.because for each in (*decision.miners, *decision.switches))


@given(scenes())
def test_the_same_facts_are_always_the_same_decision(scene: Snapshot) -> None:
    assert decide(scene) == decide(scene)
    again = decide(replace(scene, memory=decide(scene).memory))
    assert replace(again, notices=()) == replace(decide(scene), notices=())


@given(scenes())
def test_at_most_one_champion_and_never_one_who_is_disabled(scene: Snapshot) -> None:
    decision = decide(scene)
    champions = [each for each in decision.miners if each.champion]
    assert len(champions) == (decision.goal is Goal.CHAMPION)
    assert all(each.power is Power.ON and each.miner_id == decision.champion_id for each in champions)
    if decision.goal is Goal.CHAMPION:
        assert [each.miner_id for each in decision.miners if each.power is Power.ON] == [decision.champion_id]


@given(scenes())
def test_a_plug_is_on_if_and_only_if_a_miner_behind_it_should_run(scene: Snapshot) -> None:
    scene = replace(scene, settings=replace(scene.settings, prefer_soft_off=False))
    decision = decide(scene)
    powers = {each.miner_id: each.power for each in decision.miners}
    for switch, wanted in zip(scene.switches, decision.switches, strict=True):
        behind = {powers[miner.id] for miner in scene.miners if miner.switch_id == switch.id} - {Power.LEAVE}
        if switch.locked or not behind:
            assert wanted.power is Power.LEAVE
        else:
            assert wanted.power is (Power.ON if Power.ON in behind else Power.OFF)


@given(scenes())
def test_a_miner_that_should_be_off_has_a_lever_and_no_other_has(scene: Snapshot) -> None:
    facts = {miner.id: miner for miner in scene.miners}
    cut = {each.switch_id for each in decide(scene).switches if each.power is Power.OFF}
    for each in decide(scene).miners:
        miner = facts[each.miner_id]
        assert each.power is Power.OFF or each.lever is Lever.NONE
        assert (each.lever is Lever.PLUG) == (each.power is Power.OFF and miner.switch_id in cut)


@given(scenes())
def test_no_plug_that_is_locked_and_no_miner_that_is_disabled_is_ever_touched(scene: Snapshot) -> None:
    locked = {switch.id for switch in scene.switches if switch.locked}
    disabled = {miner.id for miner in scene.miners if not miner.enabled}
    for change in changes(decide(scene), scene):
        assert change.switch_id not in locked
        assert change.miner_id not in disabled


@given(scenes())
def test_nothing_is_sent_to_what_is_not_known_to_answer(scene: Snapshot) -> None:
    answering = {miner.id for miner in scene.miners if miner.reachable}
    readable = {switch.id for switch in scene.switches if switch.on is not None}
    for change in changes(decide(scene), scene):
        assert change.miner_id in answering or change.switch_id in readable


@given(scenes(bands=LADDER, consistent=True), PRICES, PRICES, st.none() | PRICES)
def test_a_higher_price_never_means_more_watts(
    scene: Snapshot, one: Decimal, other: Decimal, next_price: Decimal | None
) -> None:
    def drawn_at(price: Decimal) -> float:
        at = replace(scene, now=NOON, rates=rated([price, next_price]))
        return watts(at, decide(at))

    assert drawn_at(max(one, other)) <= drawn_at(min(one, other))


@given(scenes(consistent=True, settings=LIVE))
def test_deciding_again_after_acting_plans_nothing(scene: Snapshot) -> None:
    world = World(scene)
    assert world.settle() <= 2  # plugs, then what has booted behind them
    decision = decide(world.scene)
    facts = {miner.id: miner for miner in world.scene.miners}
    for each in decision.miners:
        if each.power is Power.OFF and each.lever in {Lever.PLUG, Lever.PAUSE, Lever.SHUTDOWN}:
            assert facts[each.miner_id].state is not State.MINING


@given(scenes(), st.integers(0, 600))
def test_nothing_is_on_beyond_the_hold_without_a_known_price(scene: Snapshot, minutes: int) -> None:
    """The hold is counted from the end of the last known price, or from when it went missing."""
    scene = replace(scene, settings=replace(scene.settings, missing_price_action=SafeAction.OFF), memory=Memory())
    end = max((rate.valid_to for rate in scene.rates), default=NOON)
    memory = decide(replace(scene, now=end - timedelta(minutes=1))).memory
    now = end + scene.settings.hold + timedelta(minutes=minutes)
    decision = decide(replace(scene, now=now, memory=memory))
    assert decision.goal is Goal.OFF
    assert not any(each.power is Power.ON for each in decision.miners)


@given(scenes(), st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_a_price_that_is_gone_never_means_more_watts_than_before(scene: Snapshot, later: timedelta) -> None:
    before = decide(scene)
    if before.slot.price_pence is None:
        return
    after = decide(replace(scene, rates=(), now=scene.now + later, memory=before.memory))
    on_before = {each.miner_id for each in before.miners if each.power is Power.ON}
    if before.goal is not Goal.CHAMPION:  # the champion may have been promoted meanwhile
        assert {each.miner_id for each in after.miners if each.power is Power.ON} <= on_before


@settings(max_examples=50)
@given(scenes(now=NOON))
def test_the_plan_is_what_will_be_decided(scene: Snapshot) -> None:
    slots = plan(scene).slots
    for slot, decision in zip(slots, lived(scene, 8), strict=False):
        if slot.valid_from != decision.now or slot.valid_to != decision.slot.valid_to:
            break  # a hold that ends within a slot divides it
        assert (slot.goal, slot.band, slot.champion_id) == (decision.goal, decision.band, decision.champion_id)
        assert [(each.power, each.mode, each.lever) for each in slot.miners] == [
            (each.power, each.mode, each.lever) for each in decision.miners
        ]


@given(scenes())
def test_a_plan_is_without_gaps_and_ends(scene: Snapshot) -> None:
    slots = plan(scene).slots
    assert slots[0].valid_from <= scene.now < slots[0].valid_to
    assert all(slot.valid_to == after.valid_from for slot, after in pairwise(slots))


@given(st.lists(PRICES, min_size=4, max_size=40))
def test_a_slot_has_one_band_however_often_it_is_decided(prices: list[Decimal]) -> None:
    scene = Snapshot(now=NOON, zone=LONDON, settings=LIVE, bands=LADDER, rates=rated([*prices]))
    decisions = lived(scene, len(prices), every=timedelta(minutes=10))
    assert len({(each.slot, each.band and each.band.name, each.because) for each in decisions}) == len(prices)

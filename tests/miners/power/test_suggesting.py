from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.power.client import Entity
from miners.power.suggesting import offers


def switch(object_id: str, name: str = "") -> Entity:
    return Entity(entity_id=f"switch.{object_id}", state="on", name=name)


def sensor(object_id: str, unit: str = "W") -> Entity:
    return Entity(entity_id=f"sensor.{object_id}", state="1", unit=unit)


@pytest.mark.parametrize(
    ("entity", "miner"),
    [
        (switch("miner_blue"), 1),
        (switch("gamma_blue"), 3),  # the longest name
        (switch("tasmota_7f", "Blue socket"), 1),  # by its friendly name
        (switch("blueprint"), None),  # a word is a word
        (switch("kettle"), None),
        (switch("nano_hall_plug"), 4),
    ],
)
def test_a_plug_named_like_a_miner_suggests_it(entity: Entity, miner: int | None):
    names = {1: "Blue", 2: "Red", 3: "gamma-blue", 4: "Nano Hall"}

    [offer] = offers([entity], (), names)

    assert offer.miner_id == miner


def test_two_miners_of_equal_claim_suggest_neither():
    [offer] = offers([switch("blue_and_red")], (), {1: "Blue", 2: "Red"})

    assert offer.miner_id is None


@pytest.mark.parametrize(
    ("plug", "sensors", "suggested"),
    [
        ("blue", ["blue_power"], "sensor.blue_power"),
        ("blue_socket", ["blue_power"], "sensor.blue_power"),
        ("blue", ["blue_current_consumption"], "sensor.blue_current_consumption"),
        ("blue", ["blue_2_power"], ""),  # another plug's
        ("plug_1", ["plug_10_power"], ""),
        ("blue", ["blue"], ""),  # nothing says that it is this plug's draw
    ],
)
def test_the_sensor_beside_a_plug_is_suggested(plug: str, sensors: list[str], suggested: str):
    [offer] = offers([switch(plug), *map(sensor, sensors)], (), {})

    assert offer.power_entity_id == suggested


def test_a_sensor_in_another_unit_is_no_power_sensor():
    [offer] = offers([switch("blue"), sensor("blue_power", "kWh")], (), {})

    assert offer.power_entity_id == ""


def test_what_is_linked_comes_last_and_suggests_no_miner_nor_a_sensor_in_use():
    found = [switch("attic"), switch("blue"), sensor("attic_power"), sensor("blue_power")]

    first, last = offers(found, {"switch.attic", "sensor.attic_power"}, {1: "Attic", 2: "Blue"})

    assert (first.switch.entity_id, first.linked, first.miner_id) == ("switch.blue", False, 2)
    assert (last.switch.entity_id, last.linked, last.miner_id, last.power_entity_id) == ("switch.attic", True, None, "")


@given(
    st.lists(
        st.builds(
            Entity,
            entity_id=st.one_of(st.text(max_size=20), st.text(max_size=9).map(lambda text: f"switch.{text}")),
            state=st.text(max_size=5),
            name=st.text(max_size=10),
            unit=st.sampled_from(["", "W", "kW", "kWh"]),
        ),
        max_size=8,
    ),
    st.dictionaries(st.integers(1, 9), st.text(max_size=8), max_size=4),
)
def test_whatever_the_house_is_called_every_switch_is_offered_and_only_known_miners_are_suggested(
    entities: list[Entity], miners: dict[int, str]
):
    found = offers(entities, (), miners)

    assert len(found) == sum(entity.entity_id.startswith("switch.") for entity in entities)
    assert {offer.miner_id for offer in found} <= {None, *miners}

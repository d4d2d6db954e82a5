"""Which slot holds a pool, and which one is given up for a new one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miners.adapters.avalon_nano import slots
from miners.contract import PoolEndpoint, Refused

NOON = 1_790_000_000
POOL = PoolEndpoint(host="Pool.Example", port=3333, user="me.rig")


def slot(number: object, host: str, *, user: str = "me.rig", active: bool = False, **values: object) -> dict[str, Any]:
    """A slot whose pool is alive and had its last share an hour before noon."""
    url = f"stratum+tcp://{host}" if host else ""
    told = {"Status": "Alive", "Accepted": 10, "Last Share Time": NOON - 3600}
    return {"POOL": number, "URL": url, "User": user, "Stratum Active": active} | told | values


def dead(number: int, host: str) -> dict[str, Any]:
    return slot(number, host, Status="Dead")


def unused(number: int, host: str) -> dict[str, Any]:
    return slot(number, host, Accepted=0, **{"Last Share Time": 0})


def long_ago(number: int, host: str) -> dict[str, Any]:
    return slot(number, host, **{"Last Share Time": NOON - 90_000})


def test_a_pool_is_told_by_its_address_and_its_worker():
    pools = [
        slot(0, "pool.example:3333", user="somebody.else"),
        slot(1, "POOL.example:3333/", active=True),
        slot(2, "pool.example:3334"),
    ]
    assert slots.holding(pools, POOL) == 1
    assert slots.holding(pools[:1] + pools[2:], POOL) is None


def test_of_two_slots_with_the_pool_the_one_in_use_is_named():
    pools = [slot(0, "pool.example:3333"), slot(2, "pool.example:3333", active=True)]
    assert slots.holding(pools, POOL) == 2


ACTIVE = slot(0, "a:1", active=True)


@pytest.mark.parametrize(
    ("pools", "spare"),
    [
        pytest.param([ACTIVE, slot(1, "b:1"), slot(2, "")], 2, id="an empty one first"),
        pytest.param([ACTIVE, dead(1, "b:1"), slot(2, "a:1")], 2, id="then one that another slot has too"),
        pytest.param([ACTIVE, slot(1, "b:1"), slot(2, "b:1")], 1, id="the lower of two alike"),
        pytest.param([ACTIVE, unused(1, "b:1"), dead(2, "c:1")], 2, id="then one whose pool is dead"),
        pytest.param([ACTIVE, slot(1, "b:1"), unused(2, "c:1")], 2, id="then one that never had a share"),
        pytest.param([ACTIVE, slot(1, "b:1"), long_ago(2, "c:1")], 2, id="then the one used longest ago"),
        pytest.param([dead(0, "a:1"), slot(1, "b:1", active=True), dead(2, "c:1")], 0, id="the boot ends in slot 0"),
        pytest.param([slot(0, "a:1"), slot(1, "b:1", active=True), unused(2, "c:1")], 2, id="slot 0 is no favourite"),
        pytest.param([slot(0, "a:1", active=True)], 0, id="the one in use when there is no other"),
        pytest.param([dead(0, "a:1"), dead(1, "b:1"), dead(2, "c:1")], 0, id="none works"),
        pytest.param([slot(7, ""), slot("x", ""), ACTIVE, slot(1, "b:1")], 1, id="numbers that are no slots"),
    ],
)
def test_the_slot_that_is_missed_least_is_given_up(pools: list[dict[str, Any]], spare: int):
    assert slots.spare(pools) == spare


@pytest.mark.parametrize("pools", [[], [{"STATUS": "E"}], [{"POOL": 3}]])
def test_without_its_pools_none_is_given_up(pools: list[dict[str, Any]]):
    with pytest.raises(Refused, match="cannot be read") as caught:
        slots.spare(pools)
    assert caught.value.retry


@given(
    st.permutations([0, 1, 2]),
    st.sampled_from([0, 1, 2]),
    st.lists(st.sampled_from(["", "a:1", "b:1", "c:1"]), min_size=3, max_size=3),
    st.lists(st.sampled_from(["Alive", "Dead", "Disabled"]), min_size=3, max_size=3),
)
def test_the_slot_in_use_is_never_given_up(order: list[int], active: int, hosts: list[str], states: list[str]):
    pools = [slot(number, hosts[number], active=number == active, Status=states[number]) for number in order]
    assert slots.spare(pools) in {0, 1, 2} - {active}
